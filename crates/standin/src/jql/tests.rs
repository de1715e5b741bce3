use super::parser::{Clause, Operator, Order, Value};
use super::*;

fn term(field: &str, operator: Operator, values: &[&str]) -> Clause {
    let operand = values.iter().map(|value| Value::Text((*value).to_owned())).collect();
    Clause::Term { field: field.to_owned(), operator, operand }
}

#[test]
fn and_binds_tighter_than_or() {
    let query = parse("a = 1 or b != 2 and c in (3, 'x y')").unwrap();
    let right =
        Clause::And(vec![term("b", Operator::NotEquals, &["2"]), term("c", Operator::In, &["3", "x y"])]);
    assert_eq!(query.clause, Some(Clause::Or(vec![term("a", Operator::Equals, &["1"]), right])));
}

#[test]
fn empty_is_a_keyword_only_without_quotes() {
    assert_eq!(parse("a = EMPTY").unwrap().clause, Some(term("a", Operator::Empty, &[])));
    assert_eq!(parse("a is not null").unwrap().clause, Some(term("a", Operator::NotEmpty, &[])));
    assert_eq!(parse("a = 'EMPTY'").unwrap().clause, Some(term("a", Operator::Equals, &["EMPTY"])));
}

#[test]
fn escapes_in_quotes_are_undone() {
    assert_eq!(
        parse(r#"a = "x\"y\\z\u0041""#).unwrap().clause,
        Some(term("a", Operator::Equals, &["x\"y\\zA"]))
    );
    assert!(parse(r#"a = "\q""#).is_err());
}

#[test]
fn an_order_may_stand_alone() {
    let query = parse("order by created desc, key").unwrap();
    let order = |field: &str, descending| Order { field: field.to_owned(), descending };
    assert_eq!((query.clause, query.order), (None, vec![order("created", true), order("key", false)]));
}

#[test]
fn depth_and_length_are_bounded() {
    assert!(parse(&format!("{}a = 1", "not ".repeat(3_000))).is_err());
    assert!(parse(&format!("a = {}", "1".repeat(LENGTH_MAX))).is_err());
    assert!(parse(&format!("{}a = 1{}", "(".repeat(40), ")".repeat(40))).is_ok());
}
