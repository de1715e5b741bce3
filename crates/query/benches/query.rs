//! What it costs to read a query, constrain it and print it.
//!
//! `cargo bench -p query`; instructions: `scripts/bench/query.py`.

use std::hint::black_box;

use query::jql::{Clause, Query};

fn main() {
    divan::main();
}

const SHORT: &str = "project = REL ORDER BY created DESC";

const TYPICAL: &str = "project in (REL, DATA) AND (assignee = currentUser() OR reporter in membersOf(\"release team\")) AND \
     status was not Done AFTER -4w AND summary ~ \"roll\\\"back\" AND cf[10016] > 3 ORDER BY priority DESC, updated";

/// Lists of keys are what makes queries long.
fn long() -> String {
    let keys: Vec<String> = (1..700).map(|number| format!("REL-{number}")).collect();
    format!("key in ({}) AND resolution is EMPTY ORDER BY key", keys.join(","))
}

fn query(name: &str) -> String {
    match name {
        "short" => SHORT.to_owned(),
        "typical" => TYPICAL.to_owned(),
        _ => long(),
    }
}

#[divan::bench(args = ["short", "typical", "long"])]
fn constrain(bencher: divan::Bencher<'_, '_>, name: &str) {
    let (text, constraint) = (query(name), Clause::field_in("project", ["10000", "10001"]));
    bencher.bench_local(|| {
        let query = Query::parse(black_box(&text)).ok()?;
        Some(query.constrain(&constraint).to_string())
    });
}

#[divan::bench(args = ["short", "typical", "long"])]
fn judge(bencher: divan::Bencher<'_, '_>, name: &str) {
    let Ok(query) = Query::parse(&query(name)) else { return };
    bencher.bench_local(|| black_box(&query).reaches_beyond());
}
