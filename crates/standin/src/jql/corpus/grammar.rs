//! Queries made by the grammar: most mean something here, and all of it is written in the many ways there are.

use crate::jira::tables::{ISSUE_TYPES, PRIORITIES, RESOLUTIONS};
use crate::jira::workflow::STATUSES;
use crate::world::random::Random;

/// One query.
pub(super) fn query(random: &mut Random) -> String {
    let mut out = String::new();
    if !random.once_in(16) {
        let depth = random.below(5);
        clause(random, &mut out, depth);
    }
    if random.once_in(3) {
        order(random, &mut out);
    }
    out
}

/// A keyword in some case.
fn keyword(random: &mut Random, word: &str) -> String {
    match random.below(3) {
        0 => word.to_uppercase(),
        1 => word.to_lowercase(),
        _ => word.chars().map(|c| if random.once_in(2) { c.to_ascii_uppercase() } else { c }).collect(),
    }
}

fn blank(random: &mut Random) -> &'static str {
    random.word(&[" ", " ", " ", " ", "  ", "\n", "\t", "\r\n "])
}

/// A blank, or none where a sign stands.
fn maybe(random: &mut Random) -> &'static str {
    if random.once_in(2) { "" } else { blank(random) }
}

fn clause(random: &mut Random, out: &mut String, depth: usize) {
    if depth == 0 {
        return term(random, out);
    }
    match random.below(8) {
        0..=2 => joined(random, out, depth, true),
        3 | 4 => joined(random, out, depth, false),
        5 => {
            if random.once_in(2) {
                out.push('!');
                out.push_str(maybe(random));
            } else {
                out.push_str(&keyword(random, "not"));
                out.push_str(blank(random));
            }
            clause(random, out, depth - 1);
        }
        6 => {
            out.push('(');
            out.push_str(maybe(random));
            clause(random, out, depth - 1);
            out.push_str(maybe(random));
            out.push(')');
        }
        _ => term(random, out),
    }
}

fn joined(random: &mut Random, out: &mut String, depth: usize, both: bool) {
    let parts = 2 + random.below(2);
    for part in 0..parts {
        if part > 0 {
            let sign = random.word(if both { &["&&", "&", "and"] } else { &["||", "|", "or"] });
            out.push_str(blank(random));
            out.push_str(&keyword(random, sign));
            out.push_str(blank(random));
        }
        clause(random, out, depth - 1);
    }
}

/// A text as a value: quoted in one of the ways, or bare where it may be.
fn literal(random: &mut Random, text: &str) -> String {
    let bare = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) && !text.is_empty();
    let mark = random.word(&["\"", "'"]);
    match random.below(6) {
        0..=2 if bare => text.to_owned(),
        3 if bare => {
            let at = random.below(text.len());
            let code = text.chars().nth(at).map_or(0, u32::from);
            let escape = format!("\\u{code:04x}");
            text.chars()
                .enumerate()
                .map(|(n, c)| if n == at { escape.clone() } else { c.to_string() })
                .collect()
        }
        _ => {
            let escaped: String = text
                .chars()
                .map(|c| if "\"'\\".contains(c) { format!("\\{c}") } else { c.to_string() })
                .collect();
            format!("{mark}{escaped}{mark}")
        }
    }
}

fn picked(random: &mut Random, names: &[&str]) -> String {
    let name = random.pick(names).copied().unwrap_or_default();
    literal(random, name)
}

/// A value of one of the fields that hold names.
fn value(random: &mut Random, field: &str) -> String {
    let one = |random: &mut Random, rows: &[(u64, &str)]| {
        let (id, name) = random.pick(rows).copied().unwrap_or_default();
        if random.once_in(4) { id.to_string() } else { literal(random, name) }
    };
    match field {
        "project" => match random.below(12) {
            0 => "projectsLeadByUser()".to_owned(),
            1 => (10_000 + random.below(4)).to_string(),
            2 => picked(random, &["SEC", "NOPE", "RE L", "\u{420}EL"]),
            _ => picked(random, &["REL", "rel", "DATA", "PART", "DESK", "Release Train", "Data Platform"]),
        },
        "key" | "issue" | "issuekey" | "id" | "parent" => {
            let key =
                format!("{}-{}", random.word(&["REL", "DATA", "PART", "rel", "DESK"]), 1 + random.below(40));
            match random.below(12) {
                0 if field != "parent" => format!("linkedIssues({})", literal(random, &key)),
                1 if field != "parent" => "watchedIssues()".to_owned(),
                2 => "REL-131".to_owned(),
                _ => literal(random, &key),
            }
        }
        "status" => {
            let rows: Vec<_> = STATUSES.iter().map(|row| (row.id, row.name)).collect();
            one(random, &rows)
        }
        "issuetype" | "type" => {
            let rows: Vec<_> = ISSUE_TYPES.iter().map(|row| (row.0, row.1)).collect();
            one(random, &rows)
        }
        "priority" => {
            let rows: Vec<_> = PRIORITIES.iter().map(|row| (row.0, row.1)).collect();
            one(random, &rows)
        }
        "resolution" => {
            let rows: Vec<_> = RESOLUTIONS.iter().map(|row| (row.0, row.1)).collect();
            if random.once_in(3) { "Unresolved".to_owned() } else { one(random, &rows) }
        }
        "statusCategory" => picked(random, &["To Do", "In Progress", "Done", "new", "2"]),
        "assignee" | "reporter" | "creator" | "watcher" => match random.below(6) {
            0 => "currentUser()".to_owned(),
            1 => format!("membersOf({})", picked(random, &["release", "data", "partners"])),
            _ => picked(random, &["Rosa Release", "Dan Data", "Petra Partner", "rosa", "dan", "nobody"]),
        },
        "component" => picked(random, &["Engine", "Interface", "Operations"]),
        "fixVersion" => picked(random, &["1.0", "1.1", "2.0"]),
        "sprint" => {
            random.word(&["openSprints()", "closedSprints()", "futureSprints()", "1", "2"]).to_owned()
        }
        _ => picked(
            random,
            &[
                "backend",
                "frontend",
                "urgent",
                "customer",
                "tech-debt",
                "docs",
                ") OR (project = DATA",
                "order by x",
                "and",
            ],
        ),
    }
}

const NAMED: [&str; 20] = [
    "project",
    "project",
    "project",
    "key",
    "issue",
    "issuekey",
    "id",
    "parent",
    "status",
    "issuetype",
    "type",
    "priority",
    "resolution",
    "statusCategory",
    "assignee",
    "reporter",
    "component",
    "fixVersion",
    "sprint",
    "labels",
];

fn name(random: &mut Random, name: &str) -> String {
    match random.below(10) {
        0 => name.to_uppercase(),
        1 => format!("\"{name}\""),
        2 => format!("'{name}'"),
        _ => name.to_owned(),
    }
}

fn term(random: &mut Random, out: &mut String) {
    match random.below(20) {
        0..=8 => named(random, out),
        9 | 10 => {
            let field = random.word(&NAMED);
            let word = random.word(&["is empty", "IS NOT EMPTY", "= null", "!= Empty", "is not NULL"]);
            out.push_str(&format!("{} {word}", name(random, field)));
        }
        11 | 12 => {
            let field = random.word(&["summary", "description", "comment", "text"]);
            let words = [
                "build",
                "fix*",
                "release notes",
                "nightly build",
                "\"load test\"",
                "x) OR (y",
                "a' or 'b",
                "written",
            ];
            let (field, value) = (name(random, field), picked(random, &words));
            let value = if value.starts_with(['"', '\'']) {
                value
            } else {
                format!("\"{}\"", value.replace('\\', "\\\\"))
            };
            out.push_str(&format!(
                "{field}{}{}{}{value}",
                maybe(random),
                random.word(&["~", "!~"]),
                maybe(random)
            ));
        }
        13..=15 => {
            let field = random.word(&["created", "updated", "resolved", "due", "createdDate"]);
            let moments = [
                "-20w",
                "-300d",
                "\"2026-02-03\"",
                "2026-03-01",
                "'2026/04/01 12:30'",
                "startOfYear()",
                "now()",
                "startOfMonth(-3)",
                "endOfWeek(\"-20w\")",
            ];
            let (field, sign) = (name(random, field), random.word(&["<", "<=", ">", ">=", "=", "!="]));
            out.push_str(&format!(
                "{field}{}{sign}{}{}",
                maybe(random),
                maybe(random),
                random.word(&moments)
            ));
        }
        16 => {
            let field = random.word(&[
                "\"Story Points\"",
                "cf[10016]",
                "CF[ 10016 ]",
                "'story point estimate'",
                "\"cf[10016]\"",
            ]);
            out.push_str(&format!(
                "{field} {} {}",
                random.word(&["<", "<=", ">", ">=", "=", "!="]),
                random.below(9)
            ));
        }
        17 => {
            let filters = ["= 10001", "in (10002)", "!= Mine", "not in (Mine, 'Open')", "= 10000"];
            out.push_str(&format!("{} {}", random.word(&["filter", "savedFilter"]), random.word(&filters)));
        }
        18 => past(random, out),
        _ => {
            let field = random.word(&["key", "priority"]);
            let (value, sign) = (value(random, field), random.word(&["<", "<=", ">", ">="]));
            out.push_str(&format!("{} {sign} {value}", name(random, field)));
        }
    }
}

fn named(random: &mut Random, out: &mut String) {
    let field = random.word(&NAMED);
    let first = value(random, field);
    let spelled = name(random, field);
    if random.once_in(2) && field != "sprint" {
        let sign = random.word(&["=", "!="]);
        out.push_str(&format!("{spelled}{}{sign}{}{first}", maybe(random), maybe(random)));
        return;
    }
    let word = random.word(&["in", "not in"]);
    let word = keyword(random, word);
    if first.ends_with(')') && random.once_in(2) {
        out.push_str(&format!("{spelled} {word} {first}"));
        return;
    }
    let mut list = vec![first];
    for _ in 0..random.below(4) {
        let next = if random.once_in(10) { "EMPTY".to_owned() } else { value(random, field) };
        list.push(next);
    }
    out.push_str(&format!(
        "{spelled} {word}{}({})",
        maybe(random),
        list.join(random.word(&[",", ", ", " , "]))
    ));
}

fn past(random: &mut Random, out: &mut String) {
    let field = random.word(&["status", "assignee", "priority"]);
    let one = value(random, field);
    let head = match random.below(5) {
        0 => "changed".to_owned(),
        1 => format!("was {one}"),
        2 => format!("was not {one}"),
        3 => format!("WAS IN ({one}, {})", value(random, field)),
        _ => format!("was not in ({one})"),
    };
    out.push_str(&format!("{field} {head}"));
    if head == "changed" && random.once_in(2) {
        let (from, to) = (value(random, field), value(random, field));
        out.push_str(&format!(" {} {from} TO {to}", keyword(random, "from")));
    }
    if random.once_in(2) {
        let predicates = [
            "after -30w",
            "BEFORE \"2026/03/01\"",
            "by currentUser()",
            "by 'Rosa Release'",
            "during (\"2026/01/01\", \"2026/02/20\")",
            "on 2026-02-03",
        ];
        out.push_str(&format!(" {}", random.word(&predicates)));
    }
}

fn order(random: &mut Random, out: &mut String) {
    out.push_str(&format!(" {}{}{}", keyword(random, "order"), blank(random), keyword(random, "by")));
    for at in 0..1 + random.below(3) {
        let field = random.word(&[
            "key",
            "created",
            "priority",
            "status",
            "summary",
            "assignee",
            "rank",
            "project",
            "updated",
            "cf[10016]",
        ]);
        let way = random.word(&["", " asc", " DESC", "\ndesc"]);
        out.push_str(&format!("{} {field}{way}", if at == 0 { "" } else { "," }));
    }
}
