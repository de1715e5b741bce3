//! What JQL and CQL have each of their own.

use std::fmt::Debug;

/// One of the two languages: [`crate::jql::Jql`], [`crate::cql::Cql`]. Nobody else can be one.
pub trait Language: Copy + Debug + Default + Eq + sealed::Rules + 'static {}

pub(crate) mod sealed {
    use crate::language::Language;
    use crate::reach::Reaching;
    use crate::tree::Clause;

    /// A row of a table of names that mean the same, in lower case, and what they may reach.
    pub(crate) type Row = (&'static [&'static str], Option<Reaching>);

    /// The rules of a language.
    pub trait Rules: Sized {
        /// As people call it.
        const NAME: &'static str;
        /// Whether it has `IS`, `EMPTY`, history, and signs for AND, OR and NOT.
        const JIRA: bool;
        /// Signs that JQL reserves and this language takes as part of a word.
        const PART_OF_A_WORD: &'static str;
        /// Its own fields.
        const FIELDS: &'static [Row];
        /// Its own functions.
        const FUNCTIONS: &'static [Row];
        /// A clause that never holds.
        fn nothing() -> Clause<Self>
        where
            Self: Language;
    }
}
