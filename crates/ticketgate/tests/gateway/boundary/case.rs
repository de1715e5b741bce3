//! One line of the table.
//!
//! ```text
//! [client]                                        whose calls follow
//! METHOD /path <Header: value> BODY => expectation; expectation
//! ```
//!
//! A line that begins with spaces goes on with the one before; one that begins with `#` is for the reader. In path and body,
//! `$(DATA-1)` is the id of an issue, and `$(board DATA)` and its like are ids the stand-in gave ([`super::outside`]);
//! `$(kept NAME)` is what an earlier line kept, `$(not KEY)` something outside whose
//! name does not say so, `$(long 9)` and `$(deep 9)` a long text and a deep list. `direct METHOD /path BODY` goes past the gateway, as an administrator.
//!
//! | expectation | holds when |
//! |---|---|
//! | `200` | that is the status |
//! | `hidden` | status and body are, to the byte, the stand-in's for something that does not exist at all, and the gateway's too |
//! | `unseen` | the gateway says the same of something that does not exist at all, and it is no success |
//! | `refused CODE` | the gateway refused with that code |
//! | `has TEXT`, `lacks TEXT` | the body has it, or has not |
//! | `count N /pointer` | a list of that many elements stands there |
//! | `is VALUE /pointer` | that JSON stands there |
//! | `keep NAME /pointer` | what stands there can be named below |

use http::Method;

/// One call and what is expected of it.
#[derive(Debug)]
pub(super) struct Case {
    /// File and line.
    pub(super) at: String,
    /// As it was written.
    pub(super) text: String,
    /// `None`: it goes past the gateway.
    pub(super) client: Option<String>,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) expected: Vec<Expected>,
}

#[derive(Debug)]
pub(super) enum Expected {
    Status(u16),
    Hidden,
    Unseen,
    Refused(String),
    Has(String),
    Lacks(String),
    Count(usize, String),
    Is(serde_json::Value, String),
    Keep(String, String),
}

impl Case {
    /// All of a file.
    pub(super) fn read(file: &str, text: &str) -> Vec<Self> {
        let mut joined: Vec<(usize, String)> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match joined.last_mut().filter(|_| line.starts_with(' ')) {
                Some((_, before)) => {
                    before.push(' ');
                    before.push_str(line.trim());
                }
                None => joined.push((number + 1, line.trim_end().to_owned())),
            }
        }
        let mut client = String::new();
        let mut cases = Vec::new();
        for (number, line) in joined {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                client = name.to_owned();
            } else {
                cases.push(Self::parse(format!("{file}.txt:{number}"), &client, &line));
            }
        }
        cases
    }

    fn parse(at: String, client: &str, line: &str) -> Self {
        let (call, expected) = line.rsplit_once(" => ").unwrap_or_else(|| panic!("{at}: no =>"));
        let (client, call) = match call.strip_prefix("direct ") {
            Some(call) => (None, call),
            None => (Some(client.to_owned()), call),
        };
        let (method, rest) = call.split_once(' ').unwrap_or_else(|| panic!("{at}: no path"));
        // Up to a space outside `$(...)`.
        let mut depth = 0_i32;
        let end = rest.char_indices().find(|(_, letter)| {
            depth += i32::from(*letter == '(') - i32::from(*letter == ')');
            *letter == ' ' && depth <= 0
        });
        let (path, rest) = rest.split_at(end.map_or(rest.len(), |(end, _)| end));
        let mut rest = rest.trim();
        let mut headers = Vec::new();
        while let Some((header, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            // Bodies may begin so, too.
            let Some((name, value)) = header.split_once(": ") else { break };
            headers.push((name.to_owned(), value.to_owned()));
            rest = after.trim();
        }
        Self {
            text: line.to_owned(),
            client,
            method: method.parse().unwrap(),
            path: path.to_owned(),
            headers,
            body: rest.to_owned(),
            expected: expected.split("; ").map(|one| Expected::parse(&at, one.trim())).collect(),
            at,
        }
    }
}

impl Expected {
    fn parse(at: &str, text: &str) -> Self {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let at_pointer = || {
            let (value, pointer) =
                rest.rsplit_once(' ').unwrap_or_else(|| panic!("{at}: no pointer in {text:?}"));
            (value, if pointer == "." { String::new() } else { pointer.to_owned() })
        };
        match word {
            "hidden" => Self::Hidden,
            "unseen" => Self::Unseen,
            "refused" => Self::Refused(rest.to_owned()),
            "has" => Self::Has(rest.to_owned()),
            "lacks" => Self::Lacks(rest.to_owned()),
            "count" => Self::Count(at_pointer().0.parse().unwrap(), at_pointer().1),
            "is" => Self::Is(serde_json::from_str(at_pointer().0).unwrap(), at_pointer().1),
            "keep" => Self::Keep(at_pointer().0.to_owned(), at_pointer().1),
            status => Self::Status(status.parse().unwrap_or_else(|_| panic!("{at}: {text:?}"))),
        }
    }
}
