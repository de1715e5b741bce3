//! How long recognition takes with the whole table loaded. Goal: under 1 µs a lookup.
//!
//! `cargo bench -p catalogue`

use std::hint::black_box;

use catalogue::{CanonicalPath, Catalogue};
use types::{Face, Verb};

fn main() {
    divan::main();
}

/// Shallow and deep, literal and parameter, known and unknown.
const PATHS: &[&str] = &[
    "/rest/api/3/issue/ABC-123",
    "/rest/api/3/search/jql",
    "/rest/api/3/issue/ABC-123/worklog/10001/properties/some.property",
    "/rest/api/2/workflowscheme/10001/draft/issuetype/10002",
    "/jsm/assets/workspace/f1a2/v1/importsource/1/executions/2/status",
    "/rest/api/3/no/such/operation",
];

fn catalogue() -> Option<Catalogue> {
    Catalogue::builtin().ok()
}

fn canonical(raw: &str) -> Option<CanonicalPath> {
    CanonicalPath::canonicalise(raw).ok()
}

#[divan::bench(args = PATHS)]
fn recognise(bencher: divan::Bencher<'_, '_>, raw: &str) {
    let (catalogue, path) = (catalogue(), canonical(raw));
    let (Some(catalogue), Some(path)) = (catalogue, path) else { return };
    bencher.bench_local(|| catalogue.recognise(Face::JiraCloud, Verb::Get, black_box(&path)));
}

/// Every GET operation of Jira Cloud once, a value for each parameter; divide by the items shown.
#[divan::bench]
fn recognise_every_read_of_jira(bencher: divan::Bencher<'_, '_>) {
    let Some(catalogue) = catalogue() else { return };
    let paths: Vec<CanonicalPath> = catalogue
        .operations()
        .iter()
        .filter(|operation| operation.face() == Face::JiraCloud && operation.verb() == Verb::Get)
        .filter_map(|operation| canonical(&operation.template().replace(['{', '}'], "")))
        .collect();
    bencher.counter(divan::counter::ItemsCount::new(paths.len())).bench_local(|| {
        for path in &paths {
            black_box(catalogue.recognise(Face::JiraCloud, Verb::Get, path));
        }
    });
}

#[divan::bench(args = ["/rest/api/3/issue/ABC-123/comment/10001", "/rest/api/3//issue/ABC%2D123/comment/10001/"])]
fn canonicalise(raw: &str) -> Option<CanonicalPath> {
    canonical(black_box(raw))
}

#[divan::bench(sample_count = 20)]
fn read_the_table() -> Option<Catalogue> {
    catalogue()
}
