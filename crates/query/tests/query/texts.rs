//! Texts that may be queries, or nearly.

use proptest::prelude::*;

/// Any text as a name or value: whatever a character is, it may stand between quotation marks.
pub(crate) fn value() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        4 => "[A-Za-z][A-Za-z0-9_.-]{0,8}",
        2 => any::<String>(),
        1 => proptest::sample::select(vec![
            "and", "ORDER", "empty", "REL-1", "-1w", "007", "", " ", "\\", "\"", "'", "a) OR (b", "\u{201c}x\u{201d}",
            "\u{0}", "\u{feff}", "\u{ffff}", "\u{1f600}", "cf", "cf[1]", "cf[01]", "cf[99999999999999999999]", "cf[-1]",
            "order by x", "a[Number]", "\r\n\t",
        ]).prop_map(str::to_owned),
    ]
}

fn quoted(text: &str) -> String {
    let escape = |one: char| match one {
        '"' | '\\' => format!("\\{one}"),
        one if one.is_control()
            || u32::from(one) > 0xffff
            || matches!(one, '\u{fdd0}'..='\u{fdef}' | '\u{fffe}'..='\u{ffff}') =>
        {
            one.encode_utf16(&mut [0; 2]).iter().map(|half| format!("\\u{half:04X}")).collect()
        }
        one => one.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

/// A word that is none of the reserved ones, in whatever case: those have no digits.
const UNRESERVED: &str = "[a-z]{2,8}[0-9][A-Z]";

fn operand() -> impl Strategy<Value = String> {
    let argument = value().prop_map(|text| quoted(&text));
    let name = UNRESERVED;
    prop_oneof![
        argument.clone(),
        any::<i64>().prop_map(|number| number.to_string()),
        (name, proptest::collection::vec(argument, 0..3))
            .prop_map(|(name, arguments)| format!("{name}({})", arguments.join(","))),
    ]
}

fn list() -> impl Strategy<Value = String> {
    proptest::collection::vec(operand(), 1..4).prop_map(|values| format!("({})", values.join(" , ")))
}

fn field() -> impl Strategy<Value = String> {
    let name = value().prop_filter("blank", |name| !name.trim().is_empty()).prop_map(|name| quoted(&name));
    let path = proptest::option::of("[^.]{1,5}");
    prop_oneof![
        UNRESERVED,
        name.clone(),
        (0..i64::MAX).prop_map(|id| format!("cf[{id}]")),
        (name, value(), path).prop_map(|(name, key, path)| {
            let path = path.map_or_else(String::new, |path| quoted(&format!(".{path}")));
            format!("{name}[{}]{path}", quoted(&key))
        }),
    ]
}

fn term(history: bool) -> impl Strategy<Value = String> {
    let compare = proptest::sample::select(vec!["=", "!=", "~", "!~", ">", ">=", "<", "<="]);
    let plain = prop_oneof![
        (field(), compare, operand())
            .prop_map(|(field, operator, value)| format!("{field}{operator}{value}")),
        (field(), proptest::sample::select(vec!["in", "NOT IN"]), list())
            .prop_map(|(field, operator, list)| format!("{field} {operator}{list}")),
    ];
    let when = proptest::sample::select(vec!["after", "BEFORE", "On", "during", "by"]);
    let changed = proptest::sample::select(vec!["from", "to", "by", "after"]);
    let predicates = |moment| {
        let one =
            (moment, prop_oneof![operand(), list()]).prop_map(|(moment, value)| format!(" {moment} {value}"));
        proptest::collection::vec(one, 0..3).prop_map(|all| all.concat())
    };
    let history_terms = prop_oneof![
        field().prop_map(|field| format!("{field} is not null")),
        (field(), operand(), predicates(when.clone()))
            .prop_map(|(field, value, when)| format!("{field} was {value}{when}")),
        (field(), list(), predicates(when))
            .prop_map(|(field, list, when)| format!("{field} was not in {list}{when}")),
        (field(), predicates(changed)).prop_map(|(field, when)| format!("{field} changed{when}")),
    ];
    if history { prop_oneof![plain, history_terms].boxed() } else { plain.boxed() }
}

/// A query that must be read.
pub(crate) fn query(jira: bool) -> impl Strategy<Value = String> {
    let clause = term(jira).prop_recursive(6, 24, 3, move |inner| {
        let signs = if jira { vec![" and ", "&&", "& ", " AND\n"] } else { vec![" and ", " AND\n"] };
        let others = if jira { vec![" or ", "||", "|", "\tOr "] } else { vec![" or ", "\tOr "] };
        let nots = if jira { vec!["not ", "! ", "!", "NOT\t"] } else { vec!["not ", "NOT\t"] };
        prop_oneof![
            (inner.clone(), proptest::sample::select(signs), inner.clone())
                .prop_map(|(a, sign, b)| format!("{a}{sign}{b}")),
            (inner.clone(), proptest::sample::select(others), inner.clone())
                .prop_map(|(a, sign, b)| format!("{a}{sign}{b}")),
            (proptest::sample::select(nots), inner.clone()).prop_map(|(not, a)| format!("{not}{a}")),
            inner.prop_map(|a| format!("( {a})")),
        ]
    });
    let sort =
        (field(), proptest::sample::select(vec!["", " asc", " DESC"])).prop_map(|(field, way)| field + way);
    let order = proptest::collection::vec(sort, 0..3);
    (proptest::option::of(clause), order).prop_map(|(clause, order)| {
        let order = if order.is_empty() { String::new() } else { format!(" order by {}", order.join(",")) };
        clause.unwrap_or_default() + &order
    })
}

/// Pieces of queries in any order, mostly wrong.
pub(crate) fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "a", "project", "=", "!=", "~", "(", ")", "[", "]", ",", "!", "&", "|", "not", "in", "is", "was",
        "changed", "by", "order", "empty", "\"", "'", "\\", "\\u00", "é", "\u{a0}", " ", "\n", "1", "-1",
        "cf", ".", "from", "asc", "\u{0}",
    ]);
    proptest::collection::vec(piece, 0..24).prop_map(|all| all.concat())
}
