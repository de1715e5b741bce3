//! Any text as a query in CQL: read it, print it, read it again, constrain it.
//!
//! What must hold for a text that is read: what is printed reads as the same tree, and a constrained query is the
//! constraint and the whole query under one AND, in the query's order, when it is read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use query::cql::{Clause, Query};

fuzz_target!(|text: &str| {
    let query = match Query::parse(text) {
        Ok(query) => query,
        Err(refused) => {
            assert!(refused.line() >= 1 && refused.column() >= 1 && !refused.sentence().is_empty());
            return;
        }
    };
    assert_eq!(Query::parse_printed(&query.to_string()).as_ref(), Ok(&query), "printed and read again");
    let constraint = Clause::field_in("space", ["REL", "a) OR (b"]);
    let constrained = query.clone().constrain(&constraint);
    let again = Query::parse_printed(&constrained.to_string()).expect("what is printed can be read");
    let expected = match query.clause() {
        Some(own) => constraint.and(own.clone()),
        None => constraint,
    };
    assert_eq!(again.clause(), Some(&expected), "the constraint beside the whole query");
    assert_eq!(again.order(), query.order(), "the order is kept");
    for reach in query.reaches_beyond() {
        assert!(!reach.span.of(text).is_empty(), "a reach says where it stands");
    }
});
