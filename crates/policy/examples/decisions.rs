//! So many decisions of a rulebook, for callgrind to count: the difference of two runs is what the decisions cost.
//!
//!     valgrind --tool=callgrind target/release/examples/decisions clients 1000 10000
//!     valgrind --tool=callgrind target/release/examples/decisions rules 50 10000

use std::hint::black_box;
use std::process::ExitCode;

use jiff::Timestamp;
use policy::Question;
use types::Verb;

use world::{Asked, asked, asked_of_rules};

#[allow(dead_code, reason = "the benchmarks use the rest")]
#[path = "../benches/policy/world.rs"]
mod world;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (kind, mut number) =
        (arguments.next(), || arguments.next().and_then(|text| text.parse().ok()).unwrap_or(0));
    let (size, count): (usize, usize) = (number(), number());
    let found = if kind.as_deref() == Some("rules") { asked_of_rules(size) } else { asked(size, Verb::Get) };
    let Some(Asked { rulebook, site, clients, call }) = found else { return ExitCode::FAILURE };
    let now = Timestamp::UNIX_EPOCH;
    for client in clients.iter().take(3).cycle().take(count) {
        let account = Some("account-0");
        let question =
            Question { client, token_scopes: None, user: None, account, site: &site, call: &call, now };
        if rulebook.decide(black_box(question)).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
