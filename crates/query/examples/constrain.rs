//! Constrains the query on the command line so many times: `constrain COUNT QUERY`. For counting instructions.

use std::hint::black_box;

use query::jql::{Clause, Query};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(1_usize);
    let text = arguments.next().unwrap_or_default();
    let constraint = Clause::field_in("project", ["10000", "10001"]);
    for _ in 0..count {
        black_box(Query::parse(black_box(&text)).map(|query| query.constrain(&constraint).to_string()).ok());
    }
}
