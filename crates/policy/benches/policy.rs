//! What a decision costs with ten clients and with ten thousand, and what compiling ten thousand manifests costs.
//!
//! `cargo bench -p policy`

use std::hint::black_box;

use jiff::Timestamp;
use policy::Question;
use types::Verb;

use world::{Asked, World, asked, asked_of_rules, distinct, shared};

#[path = "policy/world.rs"]
mod world;

fn main() {
    divan::main();
}

const SIZES: &[usize] = &[10, 1_000, 10_000];

/// How many rules a manifest has: entries that allow or deny, transitions, projects and fields.
const RULES: &[usize] = &[1, 50, 1_000];

fn decide(bencher: divan::Bencher<'_, '_>, clients: usize, busy: usize, verb: Verb) {
    let Some(Asked { rulebook, site, clients, call }) = asked(clients, verb) else { return };
    let ask = |client| {
        let now = Timestamp::UNIX_EPOCH;
        let question =
            Question { client, token_scopes: None, user: None, account: None, site: &site, call: &call, now };
        rulebook.decide(black_box(question)).is_ok()
    };
    // Labels are made at the first permit; what comes after is what counts.
    clients.iter().for_each(|client| {
        black_box(ask(client));
    });
    let mut next = clients.iter().take(busy).cycle();
    bencher.bench_local(|| next.next().map(ask));
}

/// Three busy clients: what the decision itself costs, however many others there are.
#[divan::bench(args = SIZES, sample_count = 200, sample_size = 1_000)]
fn permit(bencher: divan::Bencher<'_, '_>, clients: usize) {
    decide(bencher, clients, 3, Verb::Get);
}

/// Another client each time: with ten thousand of them, mostly the time to fetch from main memory.
#[divan::bench(args = SIZES, sample_count = 200, sample_size = 1_000)]
fn permit_each_client_in_turn(bencher: divan::Bencher<'_, '_>, clients: usize) {
    decide(bencher, clients, usize::MAX, Verb::Get);
}

#[divan::bench(args = SIZES, sample_count = 200, sample_size = 100)]
fn denial(bencher: divan::Bencher<'_, '_>, clients: usize) {
    decide(bencher, clients, 3, Verb::Delete);
}

/// One manifest with one rule of each kind, or a thousand. With hours, a zone and users, which most do not have.
#[divan::bench(args = RULES, sample_count = 200, sample_size = 1_000)]
fn permit_by_rules(bencher: divan::Bencher<'_, '_>, rules: usize) {
    let Some(Asked { rulebook, site, clients, call }) = asked_of_rules(rules) else { return };
    let Some(client) = clients.first() else { return };
    let now = Timestamp::UNIX_EPOCH;
    let question = Question {
        client,
        token_scopes: None,
        user: None,
        account: Some("account-0"),
        site: &site,
        call: &call,
        now,
    };
    bencher.bench_local(|| rulebook.decide(black_box(question)).is_ok());
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn compile_shared(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let Some(world) = World::new() else { return };
    let files = shared(clients);
    bencher.bench_local(|| world.compile(&files));
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn compile_distinct(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let Some(world) = World::new() else { return };
    let files = distinct(clients, &world.catalogue);
    bencher.bench_local(|| world.compile(&files));
}
