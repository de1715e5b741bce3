//! `ticketgate audit verify`: a database, or an exported file. Nothing in either is believed.
//!
//! A database is compared with the anchors in `audit.anchors` beside it, when no others are named. They show a cut end to
//! whoever could not change that file as well.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use audit::sinks::anchors;
use audit::verify::{self, Report};
use chain::Anchor;
use serde_json::json;
use store::Store;

use crate::output::Output;
use crate::problem::{Exit, Problem};

/// What every SQLite file begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

pub(super) async fn run(
    file: &Path,
    anchor_file: Option<&Path>,
    given: &[String],
    output: Output,
) -> Result<Exit, Problem> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Failed, format!("{} cannot be read.", file.display()))
            .because(error)
            .advise("Name gateway.db in a data directory, or a file written by `ticketgate audit export`.")
    };
    let mut start = Vec::new();
    let opened = File::open(file).map_err(|error| unreadable(&error))?;
    let longest = u64::try_from(SQLITE.len()).unwrap_or(u64::MAX);
    opened.take(longest).read_to_end(&mut start).map_err(|error| unreadable(&error))?;
    let is_database = start == SQLITE;
    let beside = file.with_file_name(anchors::FILE);
    let named = anchor_file.or_else(|| (is_database && beside.is_file()).then_some(beside.as_path()));
    // Before the database: a record is there before its anchor, so a gateway that goes on meanwhile looks like no cut.
    let anchors = anchors_of(named, given)?;
    let count = anchors.len();
    let report = if is_database {
        let store = Store::open_read_only(file).await.map_err(|error| unreadable(&error))?;
        let report = verify::store(&store, anchors).await;
        store.close().await;
        report
    } else {
        let lines = BufReader::new(File::open(file).map_err(|error| unreadable(&error))?);
        verify::lines(lines, anchors)
    };
    output.show(&facts(&report), |_| words(&report, count))?;
    Ok(if report.is_whole() { Exit::Done } else { Exit::Findings })
}

fn anchors_of(file: Option<&Path>, given: &[String]) -> Result<Vec<Anchor>, Problem> {
    let mut found = Vec::new();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Problem::new(Exit::Failed, format!("The anchors in {} cannot be read.", path.display()))
                .because(error)
        })?;
        found = anchors::parse(&text);
        if found.is_empty() {
            return Err(Problem::new(Exit::Failed, format!("There is no anchor in {}.", path.display()))
                .advise("Name the file the setting audit.anchor_file names, or a log with anchors in it."));
        }
    }
    for text in given {
        let anchor = text.parse().map_err(|error| {
            Problem::new(Exit::Usage, format!("{text:?} is not an anchor."))
                .because(error)
                .advise("Write SEQ:HEX.")
        })?;
        found.push(anchor);
    }
    Ok(found)
}

fn facts(report: &Report) -> serde_json::Value {
    let problems: Vec<_> = report.problems.iter().map(ToString::to_string).collect();
    json!({
        "whole": report.is_whole(),
        "records": report.records,
        "head": report.head.to_string(),
        "confirmed": report.confirmed,
        "problems": problems,
        "count": report.count,
    })
}

fn words(report: &Report, anchors: usize) -> String {
    let mut text = String::new();
    for problem in &report.problems {
        text.push_str(&format!("problem: {problem}\n"));
    }
    let listed = u64::try_from(report.problems.len()).unwrap_or(u64::MAX);
    if report.count > listed {
        text.push_str(&format!("and {} more\n", report.count - listed));
    }
    let verdict = if report.is_whole() { "The chain is whole." } else { "The chain is NOT whole." };
    text.push_str(&format!("{verdict} {} records, head {}\n", report.records, report.head));
    if anchors == 0 {
        text.push_str(
            "No anchor was given: a cut end, or a chain computed anew, would not show. See --anchors.\n",
        );
    } else {
        text.push_str(&format!("Confirmed by anchors up to record {}.\n", report.confirmed));
    }
    text
}
