//! What became of a query under a constraint, by each way of constraining.

use query::jql::{Clause, Query};

use crate::jira::access;
use crate::jira::model::Issue;
use crate::jql;
use crate::turn::Turn;

/// A way of constraining.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The crate `query`.
    Tree,
    /// `project = REL AND ` before the query.
    Prefix,
    /// `project = REL AND (`, the query, `)`.
    Parentheses,
    /// The same, with everything from the last `order by` on left outside.
    CutAtOrder,
}

impl Way {
    pub(super) const ALL: [Self; 4] = [Self::Tree, Self::Prefix, Self::Parentheses, Self::CutAtOrder];

    /// The query that is sent, or nothing when it is refused.
    fn constrain(self, text: &str, constraint: &Clause) -> Option<String> {
        match self {
            Self::Tree => Some(Query::parse(text).ok()?.constrain(constraint).to_string()),
            Self::Prefix => Some(format!("project = REL AND {text}")),
            Self::Parentheses => Some(format!("project = REL AND ({text})")),
            Self::CutAtOrder => {
                let at = text.to_ascii_lowercase().rfind("order by").unwrap_or(text.len());
                let (clause, order) = text.split_at(at);
                Some(format!("project = REL AND ({clause}) {order}"))
            }
        }
    }
}

/// What became of one query by one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It finds what it found within the constraint, in the same order.
    Same,
    /// It is refused, as it is without the constraint.
    RefusedAsBefore,
    /// It finds an issue outside the constraint.
    Escape,
    /// It finds less, more or in another order within the constraint; or something where it was refused before.
    Changed,
    /// It is refused, although it is not without the constraint.
    RefusedOnly,
}

impl Outcome {
    pub(super) const ALL: [Self; 5] =
        [Self::Same, Self::RefusedAsBefore, Self::Escape, Self::Changed, Self::RefusedOnly];
}

/// Judges queries over the issues of a turn.
pub(super) struct Judge<'a, 'b> {
    turn: &'a Turn<'b>,
    issues: Vec<&'a Issue>,
    project: u64,
    constraint: Clause,
}

/// What a query found by itself, and what became of it.
pub(super) struct Judged {
    pub(super) answered: bool,
    pub(super) found: bool,
    pub(super) outcomes: [Outcome; 4],
}

impl<'a, 'b> Judge<'a, 'b> {
    pub(super) fn new(turn: &'a Turn<'b>, every: usize) -> Self {
        Self {
            turn,
            issues: access::visible(turn).step_by(every).collect(),
            project: turn.jira().project("REL").unwrap().id,
            constraint: Clause::parse("project = REL").unwrap(),
        }
    }

    fn find(&self, text: &str) -> Option<Vec<u64>> {
        let query = jql::parse(text).ok()?;
        jql::among(self.turn, self.issues.iter().copied(), &query).ok()
    }

    fn within(&self, id: &u64) -> bool {
        self.turn.jira().issues[id].project == self.project
    }

    /// What becomes of a query by each way.
    pub(super) fn judge(&self, text: &str) -> Judged {
        let alone = self.find(text);
        let expected = alone.clone().map(|mut found| {
            found.retain(|id| self.within(id));
            found
        });
        let outcome = |way: Way| {
            let found = way.constrain(text, &self.constraint).and_then(|sent| self.find(&sent));
            match (found, &expected) {
                (None, None) => Outcome::RefusedAsBefore,
                (None, Some(_)) => Outcome::RefusedOnly,
                (Some(found), _) if found.iter().any(|id| !self.within(id)) => Outcome::Escape,
                (Some(found), Some(expected)) if found == *expected => Outcome::Same,
                (Some(_), _) => Outcome::Changed,
            }
        };
        Judged {
            answered: alone.is_some(),
            found: expected.as_ref().is_some_and(|found| !found.is_empty()),
            outcomes: Way::ALL.map(outcome),
        }
    }
}

/// Counts, by way and outcome, with the first queries of what must not be.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) queries: usize,
    pub(super) answered: usize,
    pub(super) found: usize,
    pub(super) bytes: usize,
    pub(super) counts: [[usize; 5]; 4],
    /// Of the tree: what escaped, changed or was refused without need. At most ten.
    pub(super) wrong: Vec<(Outcome, String)>,
    /// Of each other way: the shortest query that escaped.
    pub(super) escaped: [Option<String>; 4],
}

impl Tally {
    pub(super) fn add(&mut self, judged: &Judged, text: &str) {
        self.queries += 1;
        self.bytes += text.len();
        self.answered += usize::from(judged.answered);
        self.found += usize::from(judged.found);
        for (way, outcome) in judged.outcomes.iter().enumerate() {
            self.counts[way][*outcome as usize] += 1;
            if *outcome == Outcome::Escape
                && self.escaped[way].as_ref().is_none_or(|known| text.len() < known.len())
            {
                self.escaped[way] = Some(text.to_owned());
            }
        }
        let tree = judged.outcomes[Way::Tree as usize];
        if !matches!(tree, Outcome::Same | Outcome::RefusedAsBefore) && self.wrong.len() < 10 {
            self.wrong.push((tree, text.to_owned()));
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.queries += other.queries;
        self.answered += other.answered;
        self.found += other.found;
        self.bytes += other.bytes;
        for (own, theirs) in self.counts.iter_mut().flatten().zip(other.counts.iter().flatten()) {
            *own += theirs;
        }
        self.wrong.extend(other.wrong.iter().cloned());
        for (own, theirs) in self.escaped.iter_mut().zip(&other.escaped) {
            let shorter = |one: &String| own.as_ref().is_none_or(|own| (one.len(), one) < (own.len(), own));
            if let Some(theirs) = theirs.as_ref().filter(|one| shorter(one)) {
                *own = Some(theirs.clone());
            }
        }
    }
}
