//! Patterns over names that are built from segments, such as `repo:acme/app:ref:refs/heads/main`.

/// What separates segments.
const SEPARATORS: [char; 2] = ['/', ':'];

/// A pattern that always covers the whole text: there is no way to write one that matches in the middle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    written: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// This character.
    One(char),
    /// Any characters but separators, or none.
    Segment,
    /// Any characters at all, or none.
    Across,
}

impl Glob {
    /// The longest pattern, in bytes.
    pub(crate) const MAX_PATTERN: usize = 512;

    /// The longest text a pattern can match, in bytes. Together they bound the work at a million steps.
    pub(crate) const MAX_TEXT: usize = 2048;

    pub(crate) fn parse(written: &str) -> Result<Self, NotAPattern> {
        if written.is_empty() {
            return Err(NotAPattern::Empty);
        }
        if written.len() > Self::MAX_PATTERN {
            return Err(NotAPattern::TooLong);
        }
        let mut pieces = Vec::with_capacity(written.len());
        for character in written.chars() {
            let next = match (character, pieces.last()) {
                ('*', Some(Piece::Across)) => return Err(NotAPattern::Stars),
                ('*', Some(Piece::Segment)) => {
                    pieces.pop();
                    Piece::Across
                }
                ('*', _) => Piece::Segment,
                (other, _) if other.is_control() => return Err(NotAPattern::Control),
                (other, _) => Piece::One(other),
            };
            pieces.push(next);
        }
        Ok(Self { written: written.to_owned(), pieces })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether the pattern covers the text from its first to its last character.
    ///
    /// All the ways a pattern could have got this far are followed side by side, so no text makes it go back and try
    /// again: the time is the product of the two lengths, whatever they hold.
    pub(crate) fn matches(&self, text: &str) -> bool {
        if text.len() > Self::MAX_TEXT {
            return false;
        }
        // reached[i]: the first i pieces cover what has been read. One longer than `pieces`.
        let mut reached = vec![false; self.pieces.len() + 1];
        if let Some(start) = reached.first_mut() {
            *start = true;
        }
        self.skip_empty(&mut reached);
        for character in text.chars() {
            reached = self.step(&reached, character);
            self.skip_empty(&mut reached);
        }
        reached.last().copied().unwrap_or(false)
    }

    /// What is reached after one more character.
    fn step(&self, before: &[bool], character: char) -> Vec<bool> {
        let mut after = vec![false; before.len()];
        for ((place, piece), _) in self.pieces.iter().enumerate().zip(before).filter(|(_, reached)| **reached)
        {
            let to = match piece {
                Piece::One(own) if *own == character => place + 1,
                Piece::Segment if !SEPARATORS.contains(&character) => place,
                Piece::Across => place,
                Piece::One(_) | Piece::Segment => continue,
            };
            if let Some(reached) = after.get_mut(to) {
                *reached = true;
            }
        }
        after
    }

    /// Stars may stand for nothing.
    fn skip_empty(&self, reached: &mut [bool]) {
        let mut open = false;
        for (place, reached) in reached.iter_mut().enumerate() {
            *reached |= open;
            open = *reached && matches!(self.pieces.get(place), Some(Piece::Segment | Piece::Across));
        }
    }
}

/// The text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPattern {
    /// Nothing is written.
    #[error("a pattern cannot be empty")]
    Empty,
    /// Longer than 512 bytes.
    #[error("a pattern has at most {} bytes", Glob::MAX_PATTERN)]
    TooLong,
    /// Three stars in a row.
    #[error("three stars in a row mean nothing: * stays within a segment, ** goes across")]
    Stars,
    /// A control character.
    #[error("a pattern has no control characters")]
    Control,
}

#[cfg(test)]
mod tests;
