//! The corpus: queries by the ten thousand, constrained by the crate `query` and evaluated here, where every line of
//! reading and evaluating is somebody else's.
//!
//! A constrained query must find what the query itself finds within the constraint, in the same order. What the stand-in
//! does not answer must not be answered because it was constrained. Three ways of wrapping a query as text go through the
//! same, to show that the corpus finds escapes where there are any.
//!
//! `scripts/jql-corpus.sh` runs it at full size.

mod grammar;
mod judge;
mod mutate;
mod report;
mod samples;
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::world::random::Random;
use judge::{Judge, Tally};
use report::Report;

/// How large the corpus is, and over how much of the world.
struct Size {
    queries: usize,
    /// Every how manieth issue takes part.
    every: usize,
    lanes: usize,
    seed: u64,
}

/// Which way a query came into being.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Grammar,
    Mutation,
    Trick,
}

impl Source {
    const ALL: [Self; 3] = [Self::Grammar, Self::Mutation, Self::Trick];

    const fn name(self) -> &'static str {
        match self {
            Self::Grammar => "made by the grammar",
            Self::Mutation => "mutated",
            Self::Trick => "with an injection",
        }
    }
}

/// The query of a number: the same for the same seed, whoever runs it.
fn query(seed: u64, number: usize) -> (Source, String) {
    let mut random = Random::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number as u64);
    random.next();
    match number % 4 {
        0 | 1 => (Source::Grammar, grammar::query(&mut random)),
        2 => (Source::Mutation, mutate::query(&mut random)),
        _ => (Source::Trick, mutate::trick(&mut random)),
    }
}

fn run(size: &Size) -> Report {
    let done = AtomicUsize::new(0);
    let lane = |lane: usize| {
        let mut tallies = [Tally::default(), Tally::default(), Tally::default()];
        world::with(|turn| {
            let judge = Judge::new(turn, size.every);
            for number in (lane..size.queries).step_by(size.lanes) {
                let (source, text) = query(size.seed, number);
                tallies[source as usize].add(&judge.judge(&text), &text);
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                if done.is_multiple_of(50_000) {
                    eprintln!("{done} of {} queries", size.queries);
                }
            }
        });
        tallies
    };
    let tallies = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..size.lanes).map(|number| scope.spawn(move || lane(number))).collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect::<Vec<_>>()
    });
    Report::of(size, &tallies)
}

/// A number from the environment.
fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn a_constrained_query_finds_what_it_found_within_the_constraint() {
    let report = run(&Size { queries: 5_000, every: 20, lanes: 2, seed: 1 });
    report.hold();
}

#[test]
#[ignore = "the corpus at full size: scripts/jql-corpus.sh"]
fn a_million_constrained_queries() {
    let queries = number("JQL_CORPUS_QUERIES", 1_000_000);
    let seed = number("JQL_CORPUS_SEED", 1) as u64;
    let report = run(&Size { queries, every: 1, lanes: number("JQL_CORPUS_LANES", 8), seed });
    let out = std::env::var("JQL_CORPUS_OUT").unwrap();
    std::fs::write(out, report.to_string()).unwrap();
    report.hold();
}
