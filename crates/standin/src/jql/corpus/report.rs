//! What came of a run, as a page.

use std::fmt::{Display, Formatter, Result};

use super::judge::{Outcome, Tally, Way};
use super::{Size, Source};

pub(super) struct Report {
    seed: u64,
    by_source: Vec<Tally>,
    all: Tally,
}

impl Report {
    pub(super) fn of(size: &Size, lanes: &[[Tally; 3]]) -> Self {
        let mut by_source = vec![Tally::default(); Source::ALL.len()];
        let mut all = Tally::default();
        for lane in lanes {
            for (own, theirs) in by_source.iter_mut().zip(lane) {
                own.merge(theirs);
                all.merge(theirs);
            }
        }
        Self { seed: size.seed, by_source, all }
    }

    /// Fails unless the tree let nothing out, changed nothing, and refused nothing that can be answered; and unless the
    /// corpus is one that text does not survive.
    pub(super) fn hold(&self) {
        assert_eq!(self.all.wrong, [], "what was constrained as a tree");
        let count = |way: Way, outcome: Outcome| self.all.counts[way as usize][outcome as usize];
        for way in [Way::Prefix, Way::Parentheses, Way::CutAtOrder] {
            assert!(
                count(way, Outcome::Escape) > self.all.queries / 1_000,
                "{way:?} escapes too seldom to tell"
            );
        }
        assert!(self.all.answered > self.all.queries / 3, "most queries must mean something");
        assert!(self.all.found > self.all.queries / 5, "and find something");
    }
}

const fn way(way: Way) -> &'static str {
    match way {
        Way::Tree => "**as a tree** (crate `query`)",
        Way::Prefix => "`project = REL AND ` + query",
        Way::Parentheses => "`project = REL AND (` + query + `)`",
        Way::CutAtOrder => "the same, cut at the last `order by`",
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "{}", include_str!("report.md").trim_end())?;
        writeln!(f, "\n## The corpus\n\nSeed {}.\n", self.seed)?;
        writeln!(
            f,
            "| | queries | answered by themselves | and find something within the constraint | bytes, mean |"
        )?;
        writeln!(f, "|---|---|---|---|---|")?;
        let rows =
            Source::ALL.iter().map(|source| source.name()).zip(&self.by_source).chain([("all", &self.all)]);
        for (name, tally) in rows {
            let mean = tally.bytes / tally.queries.max(1);
            writeln!(f, "| {name} | {} | {} | {} | {mean} |", tally.queries, tally.answered, tally.found)?;
        }
        writeln!(f, "\n## What became of them\n")?;
        writeln!(
            f,
            "| constrained | same answer | refused as before | **escapes** | **changed meanings** | refused only when constrained |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for one in Way::ALL {
            write!(f, "| {} |", way(one))?;
            for outcome in Outcome::ALL {
                write!(f, " {} |", self.all.counts[one as usize][outcome as usize])?;
            }
            writeln!(f)?;
        }
        writeln!(f, "\n## The shortest escape from each text\n")?;
        for one in Way::ALL {
            if let Some(text) = &self.all.escaped[one as usize] {
                writeln!(f, "- {}: `{}`", way(one), text.escape_debug())?;
            }
        }
        Ok(())
    }
}
