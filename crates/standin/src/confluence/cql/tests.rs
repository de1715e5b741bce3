use super::*;

fn is(field: &str, value: &str) -> Condition {
    Condition::Is(field.into(), Operator::OneOf, vec![value.into()])
}

#[test]
fn and_binds_tighter_than_or() {
    let query = parse("type = page and space = REL or label = \"how to\"").unwrap();
    let both = Condition::All(vec![is("type", "page"), is("space", "REL")]);
    assert_eq!(query.condition, Some(Condition::Any(vec![both, is("label", "how to")])));
}

#[test]
fn parentheses_and_not_and_order_are_understood() {
    let query = parse("NOT (space in (REL, 'DATA')) order by title desc, created").unwrap();
    let list = Condition::Is("space".into(), Operator::OneOf, vec!["REL".into(), "DATA".into()]);
    assert_eq!(query.condition, Some(Condition::Not(Box::new(list))));
    assert_eq!(query.order, [("title".to_owned(), true), ("created".to_owned(), false)]);
}

#[test]
fn what_is_not_understood_is_said() {
    assert_eq!(parse("colour = red").unwrap_err(), "Could not parse cql: no field exists with name 'colour'");
    assert_eq!(parse("title = \"x").unwrap_err(), "Could not parse cql: a quotation is not closed");
    assert!(parse("title = x y").is_err());
    assert!(parse("title").is_err());
    assert!(parse("title = ").is_err());
    assert!(parse("! = 3").is_err());
}

#[test]
fn nesting_has_an_end() {
    let deep = format!("{}type = page{}", "(".repeat(500), ")".repeat(500));
    assert_eq!(parse(&deep).unwrap_err(), "Could not parse cql: nested too deeply");
    assert!(parse(&format!("{} type = page", "not ".repeat(500))).is_err());
}

#[test]
fn words_match_whole_words_and_with_a_star_their_beginnings() {
    assert!(has_words("Release checklist", "checklist release"));
    assert!(has_words("Release checklist", "check*"));
    assert!(!has_words("Release checklist", "rollback"));
}
