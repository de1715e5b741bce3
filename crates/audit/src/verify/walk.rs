use chain::{Anchor, Head, Verifier};
use jiff::Timestamp;
use store::Block;

use super::{LISTED, Problem, Report};
use crate::lines::{self, Line};
use crate::packed;

/// One pass over a log.
pub(super) struct Walk {
    chain: Verifier,
    records: u64,
    problems: Vec<Problem>,
    count: u64,
}

impl Walk {
    pub(super) fn new(start: Head, anchors: Vec<Anchor>) -> Self {
        Self { chain: Verifier::new(start, anchors), records: 0, problems: Vec::new(), count: 0 }
    }

    fn problem(&mut self, problem: Problem) {
        self.count += 1;
        if self.problems.len() < LISTED {
            self.problems.push(problem);
        }
    }

    /// A line; says when its record happened, if that can be read.
    pub(super) fn line(&mut self, line: &[u8]) -> Option<Timestamp> {
        let Some(line) = Line::parse(line) else {
            self.broken_line();
            return None;
        };
        self.records += 1;
        for found in self.chain.push(line.seq, line.payload, line.hash).err().into_iter().flatten() {
            self.problem(found.into());
        }
        let record = line.record();
        if record.is_none() {
            self.problem(Problem::NotARecord { seq: line.seq });
        }
        record.map(|record| record.at)
    }

    pub(super) fn broken_line(&mut self) {
        self.problem(Problem::Line { after: self.chain.at().seq });
    }

    pub(super) fn unreadable(&mut self, why: String) {
        self.problem(Problem::Unreadable { after: self.chain.at().seq, why });
    }

    /// A row: its lines, and whether it describes them.
    pub(super) fn block(&mut self, block: &Block) {
        let mut first_seq = None;
        let (mut first_at, mut last_at) = (Timestamp::MAX, Timestamp::MIN);
        let Some(unpacked) = packed::unpack(&block.records) else {
            let what = "its records cannot be unpacked";
            return self.problem(Problem::Row { first: block.first_seq, last: block.last_seq, what });
        };
        for line in lines::split(&unpacked) {
            if let Some(at) = self.line(line) {
                (first_at, last_at) = (first_at.min(at), last_at.max(at));
            }
            first_seq = first_seq.or_else(|| Line::parse(line).map(|line| line.seq));
        }
        let at = self.chain.at();
        let checks = [
            (first_seq == Some(block.first_seq), "its first number"),
            (at.seq == block.last_seq, "its last number"),
            (at.hash == block.head, "its hash"),
            ((first_at, last_at) == (block.first_at, block.last_at), "its times"),
            (unpacked.ends_with(b"\n"), "its last line is cut"),
        ];
        for (_, what) in checks.into_iter().filter(|(holds, _)| !holds) {
            self.problem(Problem::Row { first: block.first_seq, last: block.last_seq, what });
        }
    }

    pub(super) fn finish(mut self) -> Report {
        let (head, confirmed) = (self.chain.at(), self.chain.confirmed());
        if let Err(cut) = self.chain.clone().finish() {
            self.problem(cut.into());
        }
        Report {
            records: self.records,
            head: head.into(),
            confirmed,
            problems: self.problems,
            count: self.count,
        }
    }
}
