use proptest::prelude::*;
use query::{Clause, Language, Query, cql, jql};

use crate::texts::{pieces, query, value};

/// What must hold for a text, whatever it is; whether it was read.
fn holds<L: Language>(text: &str) -> bool {
    let Ok(query) = Query::<L>::parse(text) else { return false };
    let printed = query.to_string();
    assert_eq!(Query::parse_printed(&printed).as_ref(), Ok(&query), "{printed}");
    let constraint = Clause::<L>::field_in("project", ["REL"]).or(Clause::field_is("a", "b c"));
    let constrained = query.clone().constrain(&constraint);
    let again = Query::<L>::parse_printed(&constrained.to_string()).unwrap();
    assert_eq!(again, constrained);
    assert_eq!(again.order(), query.order());
    // The constraint and the query are the two sides of one AND, and nothing else is there.
    let expected = match query.clause() {
        Some(own) => constraint.and(own.clone()),
        None => constraint,
    };
    assert_eq!(again.clause(), Some(&expected));
    for reach in query.reaches_beyond() {
        assert!(!reach.span.of(text).is_empty());
    }
    let _ = (query.fields().count(), query.functions().count(), query.values_of("project").count());
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn every_jql_query_is_read_printed_and_constrained(text in query(true)) {
        prop_assert!(holds::<jql::Jql>(&text), "{text}: {:?}", jql::Query::parse(&text));
    }

    #[test]
    fn every_cql_query_is_read_printed_and_constrained(text in query(false)) {
        prop_assert!(holds::<cql::Cql>(&text), "{text}: {:?}", cql::Query::parse(&text));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in any::<String>(), pieces in pieces()) {
        for text in [&text, &pieces] {
            holds::<jql::Jql>(text);
            holds::<cql::Cql>(text);
        }
    }

    #[test]
    fn any_text_may_be_a_value_of_a_constraint(values in proptest::collection::vec(value(), 0..4), field in "[a-z]{3,8}[0-9]") {
        let clause = jql::Clause::field_in(&field, &values);
        let constrained = jql::Query::default().constrain(&clause);
        prop_assert_eq!(&jql::Query::parse_printed(&constrained.to_string()).unwrap(), &constrained);
        prop_assert_eq!(constrained.values_of(&field).collect::<Vec<_>>(), values);
    }

    #[test]
    fn a_refusal_names_a_place_within_the_text(text in pieces()) {
        if let Err(refused) = jql::Query::parse(&text) {
            let line = text.split('\n').nth(refused.line() - 1).unwrap();
            prop_assert!((1..=line.chars().count() + 1).contains(&refused.column()));
            prop_assert!(refused.sentence().ends_with('.'), "{}", refused);
        }
    }
}
