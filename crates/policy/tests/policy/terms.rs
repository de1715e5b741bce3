//! What a permit is bound to: each part against a slow reading of the page.

use policy::{
    Audience, DiagnosticCode, IssueFacts, Limits, ManifestFile, Named, Objection, Permit, Priority, Rulebook,
    TransitionFacts,
};
use proptest::prelude::*;
use proptest::sample::subsequence;
use types::Code;

use crate::world::{ask, etl, manifest, rulebook, try_compile};

/// A manifest of a reader and writer of issues with these lines after its operations.
fn with(lines: &str) -> ManifestFile {
    let mut file =
        manifest(&["read:jira-work", "write:jira-work"], "effects = [\"read\"]\nids = [\"editIssue\"]");
    file.text += lines;
    file
}

fn compiled(lines: &str) -> Rulebook {
    rulebook(&[with(lines)])
}

fn permit(rulebook: &Rulebook) -> Permit {
    ask(rulebook, "etl", "GET", "/rest/api/3/issue/REL-1").unwrap()
}

fn codes(lines: &str) -> Vec<DiagnosticCode> {
    let said = match try_compile(&[with(lines)]) {
        Ok(compiled) => compiled.warnings,
        Err(all) => all,
    };
    said.into_iter().map(|one| one.code).collect()
}

#[test]
fn a_manifest_that_says_nothing_of_the_kind_is_free() {
    let rulebook = compiled("");
    let permit = permit(&rulebook);
    let terms = permit.terms();
    assert!(terms.is_free() && !terms.observes());
    assert_eq!((terms.priority(), *terms.limits()), (Priority::Normal, Limits::default()));
    assert!(terms.boundary().allows_project("", "") && terms.boundary().allows_issue(&IssueFacts::default()));
    assert!(terms.boundary().as_jql().is_none() && terms.fields().may_write("anything"));
    assert!(terms.transitions().allows(&TransitionFacts::default()));
    assert!(terms.comments().allows(Audience::Everybody) && terms.attachments().allows_type("?"));
    assert!(rulebook.manifest(&etl()).unwrap().hours().is_none());
}

#[test]
fn limits_priority_and_observing_are_not_about_a_request() {
    let mut file = with("[limits]\nrequests_per_second = 5\nper_day = 50_000\n");
    file.text.insert_str(0, "priority = \"high\"\nobserve = true\n");
    let rulebook = rulebook(&[file]);
    let permit = permit(&rulebook);
    let terms = permit.terms();
    assert!(terms.is_free() && terms.observes());
    assert_eq!(terms.priority(), Priority::High);
    let expected = Limits { requests_per_second: Some(5), per_day: Some(50_000), ..Limits::default() };
    assert_eq!(*terms.limits(), expected);
}

#[test]
fn what_is_not_known_is_let_in_nowhere_where_a_list_would_have_to_know_it() {
    let rulebook = compiled("[projects]\ndeny = [\"SEC\", 10007]\n[spaces]\nallow = [\"DOC\", 7]\n");
    let permit = permit(&rulebook);
    let boundary = permit.terms().boundary();
    for (key, id, allowed) in [
        ("REL", "10001", true),
        ("sec", "10001", false),
        ("REL", "10007", false),
        ("REL", "", false),
        ("", "10001", false),
        ("", "", false),
        ("REL", "010001", true),
        ("REL", "ten", false),
    ] {
        assert_eq!(boundary.allows_project(key, id), allowed, "{key} {id}");
    }
    for (key, id, allowed) in
        [("DOC", "1", true), ("doc", "", true), ("X", "7", true), ("7", "1", false), ("", "", false)]
    {
        assert_eq!(boundary.allows_space(key, id), allowed, "{key} {id}");
    }
}

#[test]
fn a_boundary_as_jql_says_all_of_it() {
    let rulebook = compiled(
        "[projects]\nallow = [\"REL\", 10001]\ndeny = [\"SEC\"]\n[issues]\ntypes = [\"Bug \\\"x\\\"\"]\nlabels = [\"public\"]\n\
         deny_labels = [\"secret\"]\nsecurity_levels = [\"none\", \"Staff\"]\ndeny_security_levels = [10100]\njql = \"a = 1 OR b = 2\"\n",
    );
    assert_eq!(
        permit(&rulebook).terms().boundary().as_jql().unwrap(),
        "project in (\"REL\", 10001) AND project not in (\"SEC\") AND issuetype in (\"Bug \\\"x\\\"\") AND (level is EMPTY OR level in \
         (\"Staff\")) AND (level is EMPTY OR level not in (10100)) AND labels in (\"public\") AND (labels is EMPTY OR labels not in \
         (\"secret\")) AND (a = 1 OR b = 2)"
    );
    let rulebook = compiled("[projects]\nallow = []\n");
    assert_eq!(permit(&rulebook).terms().boundary().as_jql().unwrap(), "(id is EMPTY)");
}

#[test]
fn a_level_called_none_is_not_the_lack_of_one() {
    let rulebook = compiled("[issues]\nsecurity_levels = [\"none\"]\n");
    let permit = permit(&rulebook);
    let boundary = permit.terms().boundary();
    let of = |security| boundary.allows_issue(&IssueFacts { security, ..IssueFacts::default() });
    assert!(of(None));
    assert!(!of(Some(Named { name: "None", id: "10100" })) && !of(Some(Named { name: "", id: "0" })));
}

#[test]
fn fields_are_denied_however_they_are_capitalised_and_allowed_as_they_are_spelt() {
    let rulebook = compiled(
        "[fields]\nwrite = [\"summary\", \"assignee\"]\ndeny_write = [\"assignee\"]\nredact = [\"reporter\"]\n",
    );
    let permit = permit(&rulebook);
    let fields = permit.terms().fields();
    for (field, allowed) in [
        ("summary", true),
        ("Summary", false),
        ("assignee", false),
        ("ASSIGNEE", false),
        ("x", false),
        ("", false),
    ] {
        assert_eq!(fields.may_write(field), allowed, "{field}");
    }
    assert!(fields.redacts("Reporter") && !fields.redacts("summary"));
    let denial = permit.objection(Objection::Field("duedate"));
    assert_eq!(denial.code, Code::FieldNotPermitted);
    assert_eq!(denial.rule.as_deref(), Some("etl.toml:11 fields.write"));
    assert_eq!(
        denial.to_string(),
        "The manifest of etl does not allow the field \"duedate\" to be set. To allow it, add \"duedate\" to fields.write at etl.toml:11."
    );
    let denial = permit.objection(Objection::Field("assignee"));
    assert_eq!(denial.smallest_change, "To allow it, remove the entry of fields.deny_write at etl.toml:12.");
}

#[test]
fn comments_and_attachments_are_what_the_manifest_says() {
    let rulebook = compiled(
        "[comments]\nvisibility = \"restricted\"\nroles = [\"Developers\"]\n[attachments]\ntypes = [\"image/png\", \"TEXT/*\"]\nmax_bytes = \"1 MB\"\n",
    );
    let permit = permit(&rulebook);
    let (comments, attachments) = (permit.terms().comments(), permit.terms().attachments());
    assert!(comments.allows(Audience::Role("Developers")));
    for audience in
        [Audience::Everybody, Audience::Role("Users"), Audience::Group("Developers"), Audience::Role("")]
    {
        assert!(!comments.allows(audience), "{audience:?}");
    }
    for (media, allowed) in [
        ("image/png", true),
        ("Image/PNG; x=1", true),
        ("text/html", true),
        ("image/svg+xml", false),
        ("text/", false),
        ("", false),
    ] {
        assert_eq!(attachments.allows_type(media), allowed, "{media}");
    }
    assert!(attachments.allows_size(1_000_000) && !attachments.allows_size(1_000_001));
    let denial = permit.objection(Objection::AttachmentSize(2_000_000));
    assert_eq!(denial.code, Code::AttachmentNotPermitted);
    assert_eq!(denial.smallest_change, "To allow it, change attachments.max_bytes at etl.toml:15.");
    assert_eq!(permit.objection(Objection::Comment(Audience::Everybody)).code, Code::CommentNotPermitted);
    let denial = permit.objection(Objection::Query { why: "it ends in a string" });
    assert_eq!((denial.code, denial.edits.len()), (Code::QueryNotPermitted, 0));
}

#[test]
fn names_that_cannot_be_names_are_errors_of_their_line() {
    use DiagnosticCode::{BadValue, LookAlike, Repeated, WrongType};
    for (lines, expected) in [
        ("[projects]\nallow = [\"R\u{415}L\"]", LookAlike),
        ("[projects]\ndeny = [\"\u{ff32}EL\"]", LookAlike),
        ("[spaces]\nallow = [\"D\u{3bf}C\"]", LookAlike),
        ("[fields]\nredact = [\"assign\u{435}e\"]", LookAlike),
        ("[projects]\nallow = [\"REL-1\"]", BadValue),
        ("[projects]\nallow = [\"\"]", BadValue),
        ("[projects]\nallow = [\"007\"]", BadValue),
        ("[projects]\nallow = [\"18446744073709551616\"]", BadValue),
        ("[projects]\nallow = [18446744073709551616]", BadValue),
        ("[projects]\nallow = [-1, 0]", BadValue),
        ("[projects]\nallow = [1.5]", WrongType),
        ("[projects]\nallow = [\"REL\", \"REL\"]", Repeated),
        ("[fields]\nwrite = [\"Story Points\"]", BadValue),
        ("[issues]\nlabels = [\"two words\"]", BadValue),
        ("[issues]\ntypes = [\" Bug\"]", BadValue),
        ("[issues]\njql = \" \"", BadValue),
        ("[attachments]\ntypes = [\"png\"]", BadValue),
        ("[attachments]\nmax_bytes = \"1 XB\"", BadValue),
        ("[attachments]\nmax_bytes = 0", BadValue),
        ("[comments]\nroles = [\"x\"]", BadValue),
        ("[limits]\nburst = 0", BadValue),
        ("[limits]\nconcurrent = 100_001", BadValue),
        ("[[transitions]]\ndeny = true", BadValue),
        ("[[transitions]]\nid = \"Release\"", BadValue),
        ("[hours]\ndays = [\"Monday\"]", BadValue),
        ("[hours]\nfrom = \"8:00\"", BadValue),
        ("[hours]\nfrom = \"24:00\"", BadValue),
        ("[hours]\nto = \"24:01\"", BadValue),
        ("[hours]\nzone = \"../etc/passwd\"", BadValue),
    ] {
        assert!(codes(lines).contains(&expected), "{lines}: {:?}", codes(lines));
    }
    let said = try_compile(&[with("[projects]\nallow = [\"R\u{415}L\"]\n")]).unwrap_err();
    assert_eq!(
        said[0].message,
        "\"R\u{415}L\" has '\u{415}' (U+0415) as its character 2, which only looks like 'E': the key of a project has ASCII letters only"
    );
    assert_eq!(said[0].replacement.as_deref(), Some("\"REL\""));
}

#[test]
fn what_contradicts_itself_is_told() {
    use DiagnosticCode::{AllowedAndDenied, NeverMatches, NeverOpen};
    for (lines, expected) in [
        ("[projects]\nallow = [\"REL\", \"SEC\"]\ndeny = [\"sec\"]", AllowedAndDenied),
        ("[spaces]\nallow = [7]\ndeny = [7]", AllowedAndDenied),
        ("[issues]\nlabels = [\"a\"]\ndeny_labels = [\"A\"]", AllowedAndDenied),
        ("[issues]\ntypes = [\"Bug\"]\ndeny_types = [\"bug\"]", AllowedAndDenied),
        ("[fields]\nwrite = [\"summary\"]\ndeny_write = [\"summary\"]", AllowedAndDenied),
        (
            "[operations.deny]\npaths = [\"PUT /rest/api/*/issue/*\"]\n# with the scope it needs",
            AllowedAndDenied,
        ),
        ("[projects]\nallow = [\"REL\"]\n[[transitions]]\nproject = \"APP\"\nto = \"Done\"", NeverMatches),
        ("[projects]\ndeny = [\"APP\"]\n[[transitions]]\nproject = \"APP\"", NeverMatches),
        ("[hours]\ndays = []", NeverOpen),
    ] {
        let mut found = codes(lines);
        found.retain(|code| *code != DiagnosticCode::UnusedScope);
        assert_eq!(found, [expected], "{lines}");
    }
    assert_eq!(codes("[projects]\nallow = [10001]\n[[transitions]]\nproject = \"APP\"\nto = \"Done\""), []);
    let mut file = with("");
    file.text.insert_str(0, "starts = 2027-01-02\nexpires = 2027-01-01\n");
    let said = try_compile(&[file]).unwrap().warnings;
    assert_eq!(said.iter().map(|one| one.code).collect::<Vec<_>>(), [NeverOpen]);
}

#[test]
fn what_binds_a_client_and_handing_out_its_token_do_not_go_together() {
    for lines in ["[projects]\nallow = [\"REL\"]", "[fields]\nredact = [\"reporter\"]"] {
        let mut file = with(lines);
        file.text.insert_str(0, "vending = true\n");
        let said = try_compile(&[file]).unwrap_err();
        assert!(said.iter().any(|one| one.message.contains("passes by")), "{said:?}");
    }
}

const PROJECTS: &[(&str, &str)] = &[("REL", "10001"), ("APP", "10002"), ("SEC", "10003")];
const TYPES: &[(&str, &str)] = &[("Bug", "1"), ("Task", "2")];
const STATUSES: &[(&str, &str)] = &[("Open", "1"), ("In Review", "3"), ("Done", "5")];
const LABELS: &[&str] = &["public", "Secret", "secret"];
const LEVELS: &[&str] = &["none", "Staff", "Board"];

/// Some of these, each by name or by id.
fn named(of: &'static [(&'static str, &'static str)]) -> impl Strategy<Value = Vec<String>> {
    let one = |(pair, by_id): (&(&str, &str), bool)| {
        if by_id { pair.1.to_owned() } else { format!("{:?}", pair.0) }
    };
    (subsequence(of, 0..=of.len()), prop::collection::vec(any::<bool>(), of.len()))
        .prop_map(move |(some, by_id)| some.iter().zip(by_id).map(one).collect())
}

fn words(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    subsequence(of, 0..=of.len()).prop_map(|some| some.iter().map(|word| format!("{word:?}")).collect())
}

/// Whether a list as written has one of these.
fn has(list: &[String], pair: (&str, &str)) -> bool {
    list.iter().any(|word| *word == format!("{:?}", pair.0) || word == pair.1)
}

fn in_lists(allow: &Option<Vec<String>>, deny: &[String], pair: (&str, &str)) -> bool {
    allow.as_ref().is_none_or(|allow| has(allow, pair)) && !has(deny, pair)
}

fn line(key: &str, list: &[String]) -> String {
    format!("{key} = [{}]\n", list.join(", "))
}

#[derive(Clone, Debug)]
struct Rule {
    parts: [Option<usize>; 4],
    deny: bool,
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let part = || prop::option::of(0usize..3);
    let rule = ([part(), part(), part(), part()], any::<bool>());
    let rule = rule.prop_filter("says something", |(parts, _)| parts.iter().any(Option::is_some));
    prop::collection::vec(rule.prop_map(|(parts, deny)| Rule { parts, deny }), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_issue_exists_for_a_client_when_the_reference_says_so(
        allow in prop::option::of(named(PROJECTS)), deny in named(PROJECTS),
        types in prop::option::of(named(TYPES)), deny_types in named(TYPES),
        labels in prop::option::of(words(LABELS)), deny_labels in words(LABELS),
        levels in prop::option::of(words(LEVELS)), deny_levels in words(LEVELS),
    ) {
        let optional = |key: &str, list: &Option<Vec<String>>| list.as_ref().map(|list| line(key, list)).unwrap_or_default();
        let text = format!(
            "[projects]\n{}{}[issues]\n{}{}{}{}{}{}",
            optional("allow", &allow), line("deny", &deny), optional("types", &types), line("deny_types", &deny_types),
            optional("labels", &labels), line("deny_labels", &deny_labels),
            optional("security_levels", &levels), line("deny_security_levels", &deny_levels),
        );
        let rulebook = compiled(&text);
        let permit = permit(&rulebook);
        let boundary = permit.terms().boundary();
        for project in PROJECTS {
            let exists = boundary.allows_project(project.0, project.1);
            let said = [boundary.knows_project(project.0, ""), boundary.knows_project("", project.1)];
            prop_assert!(said.iter().all(|said| said.is_none_or(|said| said == exists)), "{:?} {:?} under\n{}", project, said, text);
            // One of the two is what the lists go by, unless they name others by both.
            let goes_by_ids = |list: &[String]| list.iter().any(|word| !word.starts_with('"'));
            let goes_by_keys = |list: &[String]| list.iter().any(|word| word.starts_with('"'));
            let lists = [allow.as_deref().unwrap_or_default(), &deny];
            prop_assert!(said[0].is_some() || lists.iter().any(|list| goes_by_ids(list)), "{:?} under\n{}", project, text);
            prop_assert!(said[1].is_some() || lists.iter().any(|list| goes_by_keys(list)), "{:?} under\n{}", project, text);
        }
        for (project, kind) in PROJECTS.iter().flat_map(|project| TYPES.iter().map(move |kind| (*project, *kind))) {
            for mask in 0..8usize {
                let its: Vec<String> =
                    (0..3).filter(|bit| mask >> bit & 1 == 1).map(|bit| LABELS[bit].to_owned()).collect();
                let level = LEVELS[mask % 3];
                let facts = IssueFacts {
                    key: "X-1", id: "1", project_key: project.0, project_id: project.1,
                    issue_type: Named { name: kind.0, id: kind.1 },
                    labels: &its,
                    security: (level != "none").then_some(Named { name: level, id: "9" }),
                };
                let fold = |word: &str| word.trim_matches('"').to_lowercase();
                let bad = its.iter().any(|label| deny_labels.iter().any(|denied| fold(denied) == fold(label)));
                let good = labels.as_ref().is_none_or(|wanted| its.iter().any(|label| has(wanted, (label, "-"))));
                let expected = in_lists(&allow, &deny, project) && in_lists(&types, &deny_types, kind)
                    && good && !bad && in_lists(&levels, &deny_levels, (level, "-"));
                prop_assert_eq!(boundary.allows_issue(&facts), expected, "{:?} under\n{}", facts, text);
            }
        }
    }

    #[test]
    fn a_transition_may_be_made_when_the_reference_says_so(rules in rules(), by_id: bool) {
        let pick = |pair: &(&str, &str)| if by_id { pair.1.to_owned() } else { format!("{:?}", pair.0) };
        let mut text = String::new();
        for Rule { parts: [project, from, to, id], deny } in &rules {
            text += "[[transitions]]\n";
            for (key, part, of) in [("project", project, PROJECTS), ("from", from, STATUSES), ("to", to, STATUSES)] {
                text += &part.map(|part| format!("{key} = {}\n", pick(&of[part]))).unwrap_or_default();
            }
            text += &id.map(|id| format!("id = {}\n", id + 31)).unwrap_or_default();
            text += &format!("deny = {deny}\n");
        }
        let rulebook = compiled(&text);
        let permit = permit(&rulebook);
        for number in 0..81usize {
            let [project, from, to, id] = [number % 3, number / 3 % 3, number / 9 % 3, number / 27];
            let as_text = (id + 31).to_string();
            let named = |pair: (&'static str, &'static str)| Named { name: pair.0, id: pair.1 };
            let facts = TransitionFacts {
                project_key: PROJECTS[project].0, project_id: PROJECTS[project].1,
                from: named(STATUSES[from]), to: named(STATUSES[to]), id: &as_text, name: "x",
            };
            let matches = |rule: &&Rule| {
                rule.parts.iter().zip([project, from, to, id]).all(|(wanted, is)| wanted.is_none_or(|wanted| wanted == is))
            };
            let denied = rules.iter().filter(matches).any(|rule| rule.deny);
            let allowed = rules.iter().all(|rule| rule.deny) || rules.iter().filter(matches).any(|rule| !rule.deny);
            prop_assert_eq!(permit.terms().transitions().allows(&facts), allowed && !denied, "{:?} under\n{}", facts, text);
            // Knowing less never allows more.
            if !permit.terms().transitions().allows(&facts) {
                let less = TransitionFacts { from: Named::default(), project_key: "", project_id: "", ..facts };
                let only_denies = rules.iter().all(|rule| rule.deny);
                prop_assert!(!permit.terms().transitions().allows(&less) || (only_denies && !denied));
            }
        }
    }
}
