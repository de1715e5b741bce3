//! Words that mean nothing without quotation marks.

/// Atlassian's list of reserved words, with the keywords of history, sorted.
/// Source: "Advanced searching", section "Reserved words", and the lexer of Jira's own grammar.
const RESERVED: [&str; 180] = [
    "abort",
    "access",
    "add",
    "after",
    "alias",
    "all",
    "alter",
    "and",
    "any",
    "as",
    "asc",
    "audit",
    "avg",
    "before",
    "begin",
    "between",
    "boolean",
    "break",
    "by",
    "byte",
    "catch",
    "cf",
    "changed",
    "char",
    "character",
    "check",
    "checkpoint",
    "collate",
    "collation",
    "column",
    "commit",
    "connect",
    "continue",
    "count",
    "create",
    "current",
    "date",
    "decimal",
    "declare",
    "decrement",
    "default",
    "defaults",
    "define",
    "delete",
    "delimiter",
    "desc",
    "difference",
    "distinct",
    "divide",
    "do",
    "double",
    "drop",
    "during",
    "else",
    "empty",
    "encoding",
    "end",
    "equals",
    "escape",
    "exclusive",
    "exec",
    "execute",
    "exists",
    "explain",
    "false",
    "fetch",
    "field",
    "file",
    "first",
    "float",
    "for",
    "from",
    "function",
    "go",
    "goto",
    "grant",
    "greater",
    "group",
    "having",
    "identified",
    "if",
    "immediate",
    "in",
    "increment",
    "index",
    "initial",
    "inner",
    "inout",
    "input",
    "insert",
    "int",
    "integer",
    "intersect",
    "intersection",
    "into",
    "is",
    "isempty",
    "isnull",
    "join",
    "last",
    "left",
    "less",
    "like",
    "limit",
    "lock",
    "long",
    "max",
    "min",
    "minus",
    "mode",
    "modify",
    "modulo",
    "more",
    "multiply",
    "next",
    "noaudit",
    "not",
    "notin",
    "nowait",
    "null",
    "number",
    "object",
    "of",
    "on",
    "option",
    "or",
    "order",
    "outer",
    "output",
    "power",
    "previous",
    "prior",
    "privileges",
    "public",
    "raise",
    "raw",
    "remainder",
    "rename",
    "resource",
    "return",
    "returns",
    "revoke",
    "right",
    "row",
    "rowid",
    "rownum",
    "rows",
    "select",
    "session",
    "set",
    "share",
    "size",
    "sqrt",
    "start",
    "strict",
    "string",
    "subtract",
    "sum",
    "synonym",
    "table",
    "then",
    "to",
    "trans",
    "transaction",
    "trigger",
    "true",
    "uid",
    "union",
    "unique",
    "update",
    "user",
    "validate",
    "values",
    "view",
    "was",
    "when",
    "whenever",
    "where",
    "while",
    "with",
];

/// Where the words of each first letter begin and end: a word is compared with a handful instead of searched for.
const BY_LETTER: [(usize, usize); 26] = by_letter();

const fn by_letter() -> [(usize, usize); 26] {
    let mut table = [(0, 0); 26];
    let mut at = 0;
    while at < RESERVED.len() {
        #[allow(clippy::indexing_slicing, reason = "done by the compiler, which would stop")]
        let letter = (RESERVED[at].as_bytes()[0] - b'a') as usize;
        #[allow(clippy::indexing_slicing, reason = "the same")]
        let (start, end) = table[letter];
        #[allow(clippy::indexing_slicing, reason = "the same")]
        {
            table[letter] = (if end == 0 { at } else { start }, at + 1);
        }
        at += 1;
    }
    table
}

/// Whether a word, in any case, is reserved.
pub(crate) fn is_reserved(word: &str) -> bool {
    let Some(first) = word.bytes().next().filter(u8::is_ascii_alphabetic) else { return false };
    let letter = usize::from(first.to_ascii_lowercase() - b'a');
    let words = BY_LETTER.get(letter).and_then(|(start, end)| RESERVED.get(*start..*end)).unwrap_or_default();
    words.iter().any(|reserved| reserved.len() == word.len() && reserved.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(RESERVED.is_sorted());
        assert!(RESERVED.iter().all(|word| is_reserved(word) && is_reserved(&word.to_uppercase())));
        assert!(!is_reserved("release") && !is_reserved("") && !is_reserved("intersections"));
    }
}
