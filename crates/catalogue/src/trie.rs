//! From face, verb and path to operation, one segment at a time.

use std::ops::Range;

use types::{Face, Verb};

use crate::operation::OperationIndex;
use crate::template::{Piece, segments};

/// The most parameters a template may have; the builtin table has up to five.
pub(crate) const MOST_PARAMETERS: usize = 6;

/// Where one parameter's value stands in the path, in bytes. A path is at most 4096 bytes long.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    start: u16,
    end: u16,
}

impl Span {
    pub(crate) fn range(self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.end)
    }
}

/// The values of a template's parameters, in order; as many as the template has parameters.
pub(crate) type Captures = [Span; MOST_PARAMETERS];

/// A place reached after some segments. Templates that differ only in parameters' names share it.
#[derive(Debug, Default)]
struct Node {
    /// Sorted by key, then text.
    literals: Vec<Literal>,
    parameter: Option<u32>,
    /// By verb, in the order of [`Verb::ALL`].
    operations: [Option<OperationIndex>; Verb::ALL.len()],
}

/// A step by one literal segment.
#[derive(Debug)]
struct Literal {
    /// The first eight bytes as a number: nearly always enough to tell, and next to each other in memory.
    key: u64,
    text: Box<str>,
    next: u32,
}

fn key(text: &str) -> u64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(first)
}

/// One tree per face. A literal wins over a parameter wherever both lead to an operation with the verb.
///
/// A verb that only the parameter's branch knows is looked up there, so `DELETE .../properties/{propertyKey}` works
/// for a property that happens to be called like a literal (`multi`); what is recognised is still what Atlassian can
/// only read as that, or refuse.
///
/// Bounded: a node is reached by one way only, so a lookup visits no node twice, and no deeper than the deepest
/// template.
#[derive(Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
}

/// Why a template does not fit in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// Not literals and whole-segment parameters.
    Malformed,
    TooManyParameters,
    /// An operation of the same face, verb and shape stands there already.
    Taken(OperationIndex),
}

impl Trie {
    pub(crate) fn new() -> Self {
        Self { nodes: Face::ALL.iter().map(|_| Node::default()).collect() }
    }

    /// Gives back the room that was left for more.
    pub(crate) fn shrunk(mut self) -> Self {
        for node in &mut self.nodes {
            node.literals.shrink_to_fit();
        }
        self.nodes.shrink_to_fit();
        self
    }

    pub(crate) fn insert(
        &mut self,
        face: Face,
        verb: Verb,
        template: &str,
        operation: OperationIndex,
    ) -> Result<(), Misfit> {
        let mut at = root(face);
        let mut parameters = 0;
        for segment in segments(template) {
            at = match Piece::read(segment).ok_or(Misfit::Malformed)? {
                Piece::Literal(text) => self.step(at, text),
                Piece::Parameter(_) => {
                    parameters += 1;
                    self.parameter(at)
                }
            };
        }
        if parameters > MOST_PARAMETERS {
            return Err(Misfit::TooManyParameters);
        }
        let slot = self.nodes.get_mut(at as usize).and_then(|node| node.operations.get_mut(verb as usize));
        match slot.ok_or(Misfit::Malformed)? {
            Some(taken) => Err(Misfit::Taken(*taken)),
            free => {
                *free = Some(operation);
                Ok(())
            }
        }
    }

    fn add(&mut self) -> u32 {
        self.nodes.push(Node::default());
        u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
    }

    fn step(&mut self, at: u32, text: &str) -> u32 {
        let fresh = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let Some(node) = self.nodes.get_mut(at as usize) else { return at };
        match node.find(text) {
            Ok(next) => next,
            Err(position) => {
                node.literals.insert(position, Literal { key: key(text), text: text.into(), next: fresh });
                self.add()
            }
        }
    }

    fn parameter(&mut self, at: u32) -> u32 {
        if let Some(next) = self.nodes.get(at as usize).and_then(|node| node.parameter) {
            return next;
        }
        let fresh = self.add();
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.parameter = Some(fresh);
        }
        fresh
    }

    /// The operation at `path`, a canonical path, and the values of its parameters.
    pub(crate) fn find(&self, face: Face, verb: Verb, path: &str) -> Option<(OperationIndex, Captures)> {
        let mut captures = Captures::default();
        let found = self.descend(root(face), verb, Rest { path, at: 0 }, (0, &mut captures))?;
        Some((found, captures))
    }

    /// Tries the literal, then the parameter, then gives up. Recursion is as deep as the deepest template.
    fn descend(
        &self,
        node: u32,
        verb: Verb,
        rest: Rest<'_>,
        (depth, captures): (usize, &mut Captures),
    ) -> Option<OperationIndex> {
        let node = self.nodes.get(node as usize)?;
        let Some((segment, span, rest)) = rest.next() else {
            return node.operations.get(verb as usize).copied().flatten();
        };
        if let Ok(next) = node.find(segment)
            && let Some(found) = self.descend(next, verb, rest, (depth, captures))
        {
            return Some(found);
        }
        let next = node.parameter?;
        *captures.get_mut(depth)? = span;
        self.descend(next, verb, rest, (depth + 1, captures))
    }
}

const fn root(face: Face) -> u32 {
    face as u32
}

impl Node {
    /// The node behind a literal, or where that literal would have to be put in.
    fn find(&self, text: &str) -> Result<u32, usize> {
        let key = key(text);
        let position = self.literals.binary_search_by(|literal| {
            literal.key.cmp(&key).then_with(|| literal.text.as_ref().cmp(text))
        })?;
        self.literals.get(position).map(|literal| literal.next).ok_or(position)
    }
}

/// What of the path is still to be walked.
#[derive(Clone, Copy)]
struct Rest<'a> {
    path: &'a str,
    /// Where the next slash stands.
    at: usize,
}

impl<'a> Rest<'a> {
    fn next(self) -> Option<(&'a str, Span, Self)> {
        let start = self.at + 1;
        let tail = self.path.get(start..).filter(|tail| !tail.is_empty())?;
        let length = tail.bytes().position(|byte| byte == b'/').unwrap_or(tail.len());
        let end = start + length;
        let span = Span { start: u16::try_from(start).ok()?, end: u16::try_from(end).ok()? };
        Some((tail.get(..length)?, span, Self { path: self.path, at: end }))
    }
}

#[cfg(test)]
mod tests;
