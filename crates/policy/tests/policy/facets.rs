//! No permission is gained unseen: whatever a rulebook allows and another did not, the difference says wider. And what each facet
//! says by name.

use jiff::Timestamp;
use policy::difference::{ClientDifference, Direction, difference};
use policy::{Audience, IssueFacts, ManifestFile, ManifestSet, Named, Question, Rulebook, TransitionFacts};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use types::GrantName;

use crate::world::{SITES, call, compile_set, etl};

/// A list that may be missing.
fn listed(key: &'static str, words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::option::weighted(0.3, subsequence(words, 0..=words.len().min(3))).prop_map(move |words| {
        words.map(|words| format!("{key} = [{}]\n", words.join(", "))).unwrap_or_default()
    })
}

/// One of these lines, or none.
fn line(lines: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::option::weighted(0.3, select(lines))
        .prop_map(|line| line.map(|line| format!("{line}\n")).unwrap_or_default())
}

const TRANSITIONS: &[&str] = &[
    "[[transitions]]\nproject = \"REL\"\nto = \"Done\"",
    "[[transitions]]\nto = \"Done\"",
    "[[transitions]]\nto = \"done\"\nfrom = \"Open\"",
    "[[transitions]]\nid = 31",
    "[[transitions]]\nname = \"Ship\"\nproject = 10001",
    "[[transitions]]\nto = \"Done\"\ndeny = true",
    "[[transitions]]\nproject = \"APP\"\ndeny = true",
    "[[transitions]]\nfrom = 3\ndeny = true",
];

fn tables() -> impl Strategy<Value = String> {
    let projects = (
        listed("allow", &["\"REL\"", "\"rel\"", "\"APP\"", "10001", "10002"]),
        listed("deny", &["\"REL\"", "\"SEC\"", "10001", "10003"]),
    )
        .prop_map(|(allow, deny)| format!("[projects]\n{allow}{deny}"));
    let spaces = (listed("allow", &["\"DOC\"", "7"]), listed("deny", &["\"HR\"", "\"DOC\"", "8"]))
        .prop_map(|(allow, deny)| format!("[spaces]\n{allow}{deny}"));
    let issues = (
        listed("types", &["\"Bug\"", "\"Task\"", "3"]),
        listed("deny_types", &["\"bug\"", "4"]),
        listed("labels", &["\"public\"", "\"Public\"", "\"a\""]),
        listed("deny_labels", &["\"secret\"", "\"PUBLIC\""]),
        listed("security_levels", &["\"none\"", "\"Staff\"", "10"]),
        listed("deny_security_levels", &["\"none\"", "\"Staff\"", "10"]),
        line(&["jql = \"status = Open\"", "jql = \"status = Open AND type = Bug\"", "jql = \"type = Bug\""]),
    )
        .prop_map(|(a, b, c, d, e, f, g)| format!("[issues]\n{a}{b}{c}{d}{e}{f}{g}"));
    let fields = (
        listed("write", &["\"summary\"", "\"labels\"", "\"customfield_1\""]),
        listed("deny_write", &["\"Summary\"", "\"labels\""]),
        listed("redact", &["\"reporter\"", "\"assignee\""]),
    )
        .prop_map(|(a, b, c)| format!("[fields]\n{a}{b}{c}"));
    let comments = line(&[
        "[comments]\nvisibility = \"public\"",
        "[comments]\nvisibility = \"restricted\"",
        "[comments]\nvisibility = \"restricted\"\nroles = [\"Dev\"]",
        "[comments]\nvisibility = \"restricted\"\nroles = [\"Dev\", \"QA\"]\ngroups = [\"staff\"]",
    ]);
    let attachments = (
        listed("types", &["\"image/png\"", "\"image/*\"", "\"text/plain\""]),
        line(&["max_bytes = 10", "max_bytes = 20"]),
    )
        .prop_map(|(types, most)| format!("[attachments]\n{types}{most}"));
    let limits = (
        line(&["requests_per_second = 5", "requests_per_second = 9"]),
        line(&["burst = 3", "burst = 20"]),
        line(&["concurrent = 2", "per_day = 9"]),
    )
        .prop_map(|(a, b, c)| format!("[limits]\n{a}{b}{c}"));
    let hours = line(&[
        "[hours]\nfrom = \"08:00\"\nto = \"18:00\"",
        "[hours]\nfrom = \"18:00\"\nto = \"08:00\"\ndays = [\"mon\", \"sun\"]",
        "[hours]\nzone = \"Europe/Berlin\"",
        "[hours]\nfrom = \"08:00\"\nto = \"12:00\"\nzone = \"Europe/Berlin\"",
        "[hours]\ndays = []",
    ]);
    let transitions = subsequence(TRANSITIONS, 0..=3).prop_map(|rules| rules.join("\n") + "\n");
    let transitions = prop_oneof![2 => Just(String::new()), 3 => transitions];
    (projects, spaces, issues, fields, comments, attachments, limits, hours, transitions)
        .prop_map(|(a, b, c, d, e, f, g, h, i)| [a, b, c, d, e, f, g, h, i].concat())
}

fn head() -> impl Strategy<Value = String> {
    let grant = prop_oneof![4 => Just("demo-service-account"), 1 => Just("user")];
    (
        grant,
        line(&["starts = 2026-12-01", "starts = 2027-03-01"]),
        line(&["expires = 2027-01-31", "expires = 2027-06-30"]),
        listed("on_behalf_of", &["\"one\"", "\"two\""]),
        line(&["observe = true"]),
        line(&["priority = \"high\"", "priority = \"low\""]),
        line(&["read_only = true"]),
        listed("ids", &["\"jira:getIssue\"", "\"editIssue\"", "\"doTransition\"", "\"deleteIssue\""]),
    )
        .prop_map(|(grant, a, b, c, d, e, f, ids)| {
            format!("owner = \"t\"\npurpose = \"t\"\nsite = \"demo\"\ngrant = {grant:?}\n{a}{b}{c}{d}{e}{f}scopes = [\"read:jira-work\", \"write:jira-work\"]\n[operations]\n{ids}")
        })
}

fn guardrails() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(
        0.3,
        (
            listed("deny", &["\"SEC\"", "\"REL\""]),
            listed("redact", &["\"reporter\"", "\"labels\""]),
            listed("ids", &["\"deleteIssue\"", "\"editIssue\""]),
        )
            .prop_map(|(projects, fields, ids)| {
                format!("[projects]\n{projects}[fields]\n{fields}[operations.deny]\n{ids}")
            }),
    )
}

/// A manifest in parts, so that two can differ in one of them.
#[derive(Clone, Debug)]
struct Written {
    head: String,
    tables: String,
    guardrails: Option<String>,
}

prop_compose! {
    fn written()(head in head(), tables in tables(), guardrails in guardrails()) -> Written {
        Written { head, tables, guardrails }
    }
}

impl Written {
    fn compiled(&self) -> Rulebook {
        let set = ManifestSet {
            manifests: vec![ManifestFile::new("manifests/etl.toml", format!("{}{}", self.head, self.tables))],
            fragments: Vec::new(),
            guardrails: self
                .guardrails
                .as_ref()
                .map(|text| ManifestFile::new("guardrails.toml", text.clone())),
        };
        compile_set(&set).unwrap_or_else(|all| panic!("{self:?} {all:?}")).rulebook
    }
}

fn pair() -> impl Strategy<Value = (Written, Written)> {
    (written(), written(), 0..5_u8).prop_map(|(one, other, which)| {
        let second = match which {
            0 => Written { head: other.head, ..one.clone() },
            1 | 2 => Written { tables: other.tables, ..one.clone() },
            3 => Written { guardrails: other.guardrails, ..one.clone() },
            _ => other,
        };
        (one, second)
    })
}

/// Which calls are permitted: of each operation, at each moment, for nobody and for each user.
fn calls(rulebook: &Rulebook) -> Vec<bool> {
    let site = &SITES["demo"];
    let paths = [("GET", ""), ("PUT", ""), ("POST", "/transitions"), ("DELETE", "")];
    let calls = paths.map(|(verb, rest)| call(site, verb, &format!("/rest/api/3/issue/REL-1{rest}")));
    let from: Timestamp = "2026-11-22T00:30:00Z".parse().unwrap();
    let moments = (0..12).map(|step| from + jiff::SignedDuration::from_hours(step * 509));
    let person: GrantName = "person-0123456789abcdef0123456789abcdef".parse().unwrap();
    let mut found = Vec::new();
    for now in moments {
        for account in [None, Some("one"), Some("two"), Some("three")] {
            for call in &calls {
                let user = account.map(|_| &person);
                let permit = rulebook.decide(Question {
                    client: &etl(),
                    token_scopes: None,
                    user,
                    account,
                    site,
                    call,
                    now,
                });
                let observed = rulebook.manifest(&etl()).unwrap().terms().observes();
                let grant = permit.ok().map(|permit| permit.grant().is_of_person());
                found.extend([grant == Some(true) || observed, grant == Some(false) || observed]);
            }
        }
    }
    found
}

/// What the terms of permits allow, each a factor of it: the answers stand in the same places for every manifest.
fn terms(rulebook: &Rulebook) -> Vec<bool> {
    let terms = rulebook.manifest(&etl()).unwrap().terms();
    let mut found = Vec::new();
    let boundary = terms.boundary();
    let projects = [
        ("REL", "10001"),
        ("APP", "10002"),
        ("SEC", "10003"),
        ("NEW", "10004"),
        ("REL", "10003"),
        ("X", "10001"),
        ("", "10001"),
        ("REL", ""),
    ];
    for (key, id) in projects {
        found.push(boundary.allows_project(key, id));
        found.push(
            boundary
                .allows_space(if key == "REL" { "DOC" } else { "HR" }, if id == "10001" { "7" } else { "8" }),
        );
        for kind in [("Bug", "3"), ("Task", "4"), ("Bug", "4"), ("Epic", "9"), ("", "3")] {
            let level = |name, id| Some(Named { name, id });
            for security in
                [None, level("Staff", "10"), level("Staff", "11"), level("Other", "10"), level("none", "12")]
            {
                for labels in [&[][..], &["public"], &["Public", "a"], &["a", "SECRET"], &["public", "b"]] {
                    let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
                    found.push(boundary.allows_issue(&IssueFacts {
                        key: "REL-1",
                        id: "1",
                        project_key: key,
                        project_id: id,
                        issue_type: Named { name: kind.0, id: kind.1 },
                        labels: &labels,
                        security,
                    }));
                }
            }
        }
        for (from, to) in [
            (("Open", "1"), ("Done", "2")),
            (("Open", "3"), ("Done", "2")),
            (("", ""), ("Done", "2")),
            (("X", "1"), ("Y", "3")),
        ] {
            for (number, name) in [("31", "Ship"), ("32", "Ship"), ("31", "Close"), ("33", "")] {
                let named = |(name, id)| Named { name, id };
                found.push(terms.transitions().allows(&TransitionFacts {
                    project_key: key,
                    project_id: id,
                    from: named(from),
                    to: named(to),
                    id: number,
                    name,
                }));
            }
        }
    }
    // What a condition finds, of issues that are open or not, and bugs or not.
    let jql = boundary.jql().unwrap_or_default();
    for (open, bug) in [(true, true), (true, false), (false, true), (false, false)] {
        found.push((open || !jql.contains("status")) && (bug || !jql.contains("type")));
    }
    found.extend(content(terms));
    found
}

/// What may be written, is seen, and how much.
fn content(terms: &policy::Terms) -> Vec<bool> {
    let mut found = Vec::new();
    let (fields, comments) = (terms.fields(), terms.comments());
    for field in ["summary", "Summary", "labels", "customfield_1", "other", "reporter", "assignee"] {
        found.extend([fields.may_write(field), !fields.redacts(field)]);
    }
    let names = ["Dev", "QA", "staff", "other"];
    found.push(comments.allows(Audience::Everybody));
    found.extend(
        names
            .iter()
            .flat_map(|name| [comments.allows(Audience::Role(name)), comments.allows(Audience::Group(name))]),
    );
    let attachments = terms.attachments();
    found.extend(
        ["image/png", "image/gif", "text/plain", "text/html"].map(|kind| attachments.allows_type(kind)),
    );
    found.extend([5, 15, 25].map(|bytes| attachments.allows_size(bytes)));
    let limits = terms.limits();
    let within = |number: u64, most: Option<u64>| most.is_none_or(|most| number <= most);
    for number in 0..30 {
        found.push(within(number, limits.requests_per_second.map(u64::from)));
        found.push(within(number, limits.burst_in_force().map(u64::from)));
        found.push(within(number, limits.concurrent.map(u64::from)));
        found.push(within(number, limits.per_day));
    }
    found.extend([policy::Priority::Normal, policy::Priority::High].map(|least| terms.priority() >= least));
    found
}

fn more(these: &[bool], those: &[bool]) -> bool {
    these.iter().zip(those).any(|(these, those)| *these && !*those)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_allowed_that_was_not_is_said_to_be_wider((one, other) in pair()) {
        let (before, after) = (one.compiled(), other.compiled());
        let (old, new) = (calls(&before), calls(&after));
        let anything = new.contains(&true);
        let gained = more(&new, &old) || (anything && more(&terms(&after), &terms(&before)));
        let found = difference(&before, &after);
        prop_assert!(!gained || found.direction == Direction::Wider, "{found:?}");
        let lost = more(&old, &new) || (old.contains(&true) && more(&terms(&before), &terms(&after)));
        prop_assert!(!lost || found.direction != Direction::Same, "{found:?}");
        let back = difference(&after, &before);
        for (there, back) in found.clients.iter().zip(&back.clients) {
            for (there, back) in there.facets.iter().zip(&back.facets) {
                prop_assert_eq!((&there.gained, &there.lost), (&back.lost, &back.gained));
            }
        }
    }
}

/// What changes with these tables.
fn between(before: &str, after: &str) -> ClientDifference {
    let written = |tables: &str| {
        let head = "owner = \"t\"\npurpose = \"t\"\nsite = \"demo\"\ngrant = \"demo-service-account\"\nscopes = [\"write:jira-work\"]\n";
        let (top, tables) = tables.split_once("--").unwrap_or(("", tables));
        let head = format!("{head}{top}\n[operations]\nids = [\"editIssue\"]\n");
        Written { head, tables: tables.to_owned(), guardrails: None }.compiled()
    };
    let mut found = difference(&written(before), &written(after)).clients;
    assert_eq!(found.len(), 1, "{before} and {after} differ");
    found.remove(0)
}

#[test]
fn each_facet_says_by_name_what_is_gained_and_lost() {
    for (before, after, facet, gained, lost) in [
        ("", "[projects]\nallow = [\"REL\"]", "projects", &[][..], &["every project that is not listed"][..]),
        (
            "[projects]\nallow = [\"REL\"]",
            "[projects]\nallow = [\"REL\", 10001]",
            "projects",
            &["10001"],
            &[],
        ),
        ("[projects]\ndeny = [\"SEC\"]", "", "projects", &["SEC"], &[]),
        ("[spaces]\nallow = [\"A\"]", "[spaces]\nallow = [\"B\"]", "spaces", &["B"], &["A"]),
        (
            "[issues]\ntypes = [\"Bug\"]",
            "[issues]\ntypes = [\"Bug\", \"Task\"]",
            "issue types",
            &["Task"],
            &[],
        ),
        ("[issues]\ndeny_labels = [\"secret\"]", "", "labels", &["secret"], &[]),
        (
            "[issues]\nsecurity_levels = [\"none\"]",
            "[issues]\nsecurity_levels = [\"none\", 10]",
            "security levels",
            &["10"],
            &[],
        ),
        (
            "[issues]\njql = \"status = Open\"",
            "",
            "issues by jql",
            &["every issue for which not: status = Open"],
            &[],
        ),
        (
            "[issues]\njql = \"a = 1\"",
            "[issues]\njql = \"a = 2\"",
            "issues by jql",
            &["a = 2 (cannot be shown to be narrower)"],
            &["a = 1 (cannot be shown to be narrower)"],
        ),
        (
            "[[transitions]]\nto = \"Done\"",
            "[[transitions]]\nto = \"Done\"\n[[transitions]]\nproject = \"REL\"\nfrom = \"Open\"",
            "transitions",
            &["in \"REL\" from \"Open\""],
            &[],
        ),
        (
            "[fields]\nwrite = [\"summary\"]",
            "[fields]\nwrite = [\"labels\"]",
            "fields written",
            &["labels"],
            &["summary"],
        ),
        ("[fields]\nredact = [\"reporter\"]", "", "fields seen", &["reporter"], &[]),
        (
            "[comments]\nvisibility = \"restricted\"\nroles = [\"Dev\"]",
            "[comments]\nvisibility = \"public\"",
            "comments for",
            &["everybody"],
            &["the role \"Dev\""],
        ),
        (
            "[attachments]\ntypes = [\"image/png\"]",
            "[attachments]\ntypes = [\"image/*\"]",
            "attachment types",
            &["image/*"],
            &[],
        ),
        (
            "[attachments]\nmax_bytes = 10",
            "[attachments]\nmax_bytes = 20",
            "attachment size",
            &["20 bytes"],
            &["10 bytes"],
        ),
        ("[limits]\nper_day = 10", "", "per day", &["no limit"], &["10"]),
        ("", "priority = \"high\"\n--", "priority", &["high"], &["normal"]),
        (
            "on_behalf_of = [\"one\"]\n--",
            "on_behalf_of = [\"one\", \"two\"]\n--",
            "on behalf of",
            &["two"],
            &[],
        ),
        (
            "starts = 2027-01-02\n--",
            "starts = 2027-01-01\n--",
            "starts",
            &["2027-01-01T00:00:00Z"],
            &["2027-01-02T00:00:00Z"],
        ),
        (
            "[hours]\nfrom = \"08:00\"\nto = \"12:00\"\ndays = [\"mon\"]",
            "[hours]\nfrom = \"09:00\"\nto = \"13:30\"\ndays = [\"mon\"]",
            "hours",
            &["mon 12:00 to 13:30, UTC"],
            &["mon 08:00 to 09:00, UTC"],
        ),
    ] {
        let found = between(before, after);
        let [one] = found.facets.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (one.facet, &*one.gained, &*one.lost),
            (
                facet,
                &*gained.iter().map(ToString::to_string).collect::<Vec<_>>(),
                &*lost.iter().map(ToString::to_string).collect::<Vec<_>>()
            )
        );
    }
}

#[test]
fn what_certainly_is_narrower_is_said_to_be() {
    for (before, after) in [
        ("[issues]\njql = \"status = Open\"", "[issues]\njql = \"type = Bug AND status = Open\""),
        ("[[transitions]]\nto = \"Done\"", "[[transitions]]\nto = \"done\"\nproject = \"REL\""),
        ("", "[[transitions]]\nto = \"Done\"\ndeny = true"),
        ("[attachments]\ntypes = [\"image/*\"]", "[attachments]\ntypes = [\"image/png\"]"),
        ("[hours]\nzone = \"Europe/Berlin\"", "[hours]\nfrom = \"08:00\"\nto = \"12:00\"\nzone = \"UTC\""),
        ("[limits]\nrequests_per_second = 5", "[limits]\nrequests_per_second = 5\nburst = 2"),
        ("[projects]\ndeny = [\"SEC\"]", "[projects]\nallow = [\"REL\"]"),
        ("", "[fields]\nredact = [\"reporter\"]"),
    ] {
        let found = between(before, after);
        assert_eq!(found.direction, Direction::Narrower, "{before} to {after}: {found:?}");
    }
}

#[test]
fn what_nobody_can_tell_counts_as_wider() {
    for (before, after, gained) in [
        // 10001 may be the project SEC, and REL may be 10001 or not.
        ("[projects]\ndeny = [\"SEC\"]", "[projects]\nallow = [10001]", "SEC"),
        ("[projects]\nallow = [\"REL\"]", "[projects]\nallow = [10001]", "10001"),
        // An issue has many labels.
        ("[issues]\ndeny_labels = [\"secret\"]", "[issues]\nlabels = [\"public\"]", "secret"),
        // An allow list knows spelling, a deny list does not.
        ("[fields]\ndeny_write = [\"Summary\"]", "[fields]\nwrite = [\"summary\"]", "Summary"),
        ("[[transitions]]\nto = \"Done\"\ndeny = true", "[[transitions]]\nname = \"Close\"", "to \"Done\""),
    ] {
        let found = between(before, after);
        assert_eq!(found.direction, Direction::Wider, "{before} to {after}: {found:?}");
        assert_eq!(found.facets[0].gained, [gained], "{found:?}");
    }
}

fn guarded(text: &str) -> Rulebook {
    let head = "owner = \"t\"\npurpose = \"t\"\nsite = \"demo\"\ngrant = \"demo-service-account\"\nscopes = [\"write:jira-work\"]\n[operations]\nids = [\"editIssue\", \"addComment\"]\n";
    Written { head: head.to_owned(), tables: String::new(), guardrails: Some(text.to_owned()) }.compiled()
}

#[test]
fn a_guardrail_that_is_loosened_is_wider_for_those_it_held() {
    let (tight, loose) =
        (guarded("[operations.deny]\nids = [\"addComment\"]"), guarded("[projects]\ndeny = []"));
    let found = difference(&tight, &loose);
    assert_eq!(found.direction, Direction::Wider);
    assert_eq!(found.clients[0].facets[0].gained, ["jira:addComment at demo"]);
    assert_eq!(difference(&loose, &tight).direction, Direction::Narrower);
    // One that held nobody changes nothing for anybody.
    let other = guarded("[operations.deny]\nids = [\"deleteIssue\"]");
    assert_eq!(difference(&other, &loose).direction, Direction::Same);
}

#[test]
fn guardrails_ask_an_approval_for_narrowing_too_and_to_ask_less_is_wider() {
    let asking = "[approval.operations]\nids = [\"editIssue\"]";
    let (before, after) = (guarded(asking), guarded(&format!("{asking}\n[projects]\ndeny = [\"SEC\"]")));
    let found = difference(&before, &after);
    assert_eq!((found.direction, found.asks_approval()), (Direction::Narrower, true));
    let silent = guarded("[approval]\nbulk = false");
    let found = difference(&before, &silent);
    assert_eq!((found.direction, found.asks_approval()), (Direction::Wider, true));
    assert_eq!(found.guardrails.unwrap().gained.len(), 2, "versions 2 and 3 of the API");
    assert!(!difference(&silent, &before).asks_approval(), "to ask more needs nobody");
    let nothing = difference(&silent, &guarded("[projects]\ndeny = [\"SEC\"]"));
    assert_eq!((nothing.direction, nothing.asks_approval()), (Direction::Narrower, false));
}
