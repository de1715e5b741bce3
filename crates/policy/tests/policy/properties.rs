//! What holds for every manifest: less written is never more allowed, a deny never allows, and whoever follows a
//! denial's smallest change is permitted.

use std::sync::LazyLock;

use catalogue::Call;
use jiff::Timestamp;
use policy::{DiagnosticCode, Question, Rulebook, Verdict, compile};
use proptest::prelude::*;
use proptest::sample::subsequence;
use types::{Code, GrantName};

use crate::draft::{Draft, Hours, Lists};
use crate::world::{CATALOGUE, SITES, call_of, compile_set, etl, known, now};

const IDS: &[&str] = &[
    "getIssue",
    "jira:getIssue",
    "createIssue",
    "deleteIssue",
    "editIssue",
    "getComments",
    "deleteComment",
    "doTransition",
    "getAllBoards",
    "getProperty",
    "service-management:getProperty",
    "getPages",
    "createPage",
    "deletePage",
    "getTasks",
    "GET /rest/api/3/serverInfo",
    "GET /wiki/api/v2/tasks",
    "createCustomField",
];
const TAGS: &[&str] = &["Issue comments", "Issues", "jira:Issue votes", "Page", "Board", "Screens"];
const EFFECTS: &[&str] = &["read", "write", "delete", "administer"];
const PRODUCTS: &[&str] = &["jira", "jira-software", "confluence", "assets"];
const PATHS: &[&str] = &[
    "/rest/api/3/issue/**",
    "GET /rest/api/3/issue/*",
    "/rest/api/3/issue/{issueIdOrKey}/comment/*",
    "/rest/agile/1.0/**",
    "DELETE /rest/api/*/issue/**",
    "/wiki/api/v2/*",
    "/wiki/api/v2/pages/{id}",
    "/rest/api/3/project",
];
const ACCOUNTS: &[&str] = &["5b10a2844c20165700ede21g", "557058:f5b-1", "admin"];
const SCOPES: &[&str] = &[
    "read:jira-work",
    "write:jira-work",
    "read:jira-user",
    "manage:jira-configuration",
    "read:page:confluence",
    "write:page:confluence",
    "delete:page:confluence",
    "read:board-scope:jira-software",
    "read:project:jira",
    "read:sprint:jira-software",
    "read:servicedesk-request",
    "read:issue:jira-software",
];

/// A fifth of all calls, and all of those the words above are about.
static CALLS: LazyLock<Vec<Call>> = LazyLock::new(|| {
    let named = |operation: &catalogue::Operation| {
        IDS.iter().any(|id| id.ends_with(operation.id()))
            || TAGS.iter().any(|tag| tag.ends_with(operation.tag()))
    };
    let every_fifth = CATALOGUE.operations().iter().enumerate();
    every_fifth
        .filter(|(index, one)| index % 5 == 0 || (named(one) && !one.id().is_empty()))
        .filter_map(|(_, one)| call_of(one))
        .collect()
});

fn some(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    subsequence(of, 0..=of.len()).prop_map(|words| words.into_iter().map(String::from).collect())
}

fn few(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    subsequence(of, 0..=2).prop_map(|words| words.into_iter().map(String::from).collect())
}

prop_compose! {
    fn lists()(effects in few(EFFECTS), tags in few(TAGS), ids in some(IDS), paths in few(PATHS)) -> Lists {
        Lists { effects, tags, ids, paths }
    }
}

prop_compose! {
    fn denies()(effects in few(&EFFECTS[1..]), tags in few(TAGS), ids in few(IDS), paths in few(PATHS)) -> Lists {
        Lists { effects, tags, ids, paths }
    }
}

prop_compose! {
    fn guard()(there in prop::bool::weighted(0.3), lists in denies()) -> Lists {
        if there { lists } else { Lists::default() }
    }
}

prop_compose! {
    fn hours()(days: [bool; 7], from in 0u16..1440, to in 0u16..=1440) -> Hours {
        Hours { days, from, to }
    }
}

/// An instant of two weeks, on the minute or just before it.
fn instants() -> impl Strategy<Value = Timestamp> {
    let from: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    (0i64..14 * 1440, prop::bool::ANY).prop_map(move |(minute, before)| {
        from + jiff::SignedDuration::from_secs(minute * 60 - i64::from(before))
    })
}

/// A draft that compiles: ids its scopes do not cover, which would be errors, are left out.
pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let products = prop::option::of(some(PRODUCTS));
    let more = (guard(), any::<bool>(), prop::bool::weighted(0.2));
    (some(SCOPES), products, lists(), denies(), more).prop_map(
        |(scopes, products, allow, deny, (guard, split, read_only))| {
            let mut draft = Draft { scopes, products, allow, deny, guard, split, read_only, ..Draft::new() };
            drop_uncovered(&mut draft);
            draft
        },
    )
}

/// One with conditions: when it begins, at which hours, for whom.
fn conditional() -> impl Strategy<Value = Draft> {
    let users = prop::option::of(some(ACCOUNTS));
    (draft(), prop::option::of(instants()), prop::option::of(hours()), users, any::<bool>()).prop_map(
        |(draft, starts, hours, on_behalf_of, as_user)| Draft {
            starts,
            hours,
            on_behalf_of,
            as_user,
            ..draft
        },
    )
}

pub(crate) fn drop_uncovered(draft: &mut Draft) {
    if let Err(diagnostics) = compile_set(&draft.set()) {
        for diagnostic in diagnostics.iter().filter(|one| one.severity == policy::Severity::Error) {
            let expected = [DiagnosticCode::ScopeNotCovered, DiagnosticCode::ClosedOperation];
            assert!(expected.contains(&diagnostic.code), "{diagnostic:?}");
            draft.allow.ids.retain(|id| !diagnostic.message.contains(&format!("{id:?}")));
        }
    }
}

fn compiled(draft: &Draft) -> Rulebook {
    compile_set(&draft.set()).unwrap_or_else(|all| panic!("{all:?}")).rulebook
}

/// Which of the calls are permitted.
fn permitted(rulebook: &Rulebook) -> Vec<bool> {
    CALLS.iter().map(|call| rulebook.decide(question(call)).is_ok()).collect()
}

fn question(call: &Call) -> Question<'_> {
    static ETL: LazyLock<types::ClientId> = LazyLock::new(etl);
    Question {
        client: &ETL,
        token_scopes: None,
        user: None,
        account: None,
        site: &SITES["demo"],
        call,
        now: now(),
    }
}

fn no_more(smaller: &[bool], larger: &[bool]) -> bool {
    smaller.iter().zip(larger).all(|(smaller, larger)| *larger || !*smaller)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_decision_is_what_the_reference_decides(draft in draft()) {
        let rulebook = compiled(&draft);
        for call in CALLS.iter() {
            let operation = call.operation();
            let at_site = [SITES["demo"].face(false), SITES["demo"].face(true)].contains(&Some(operation.face()));
            prop_assert_eq!(
                rulebook.decide(question(call)).is_ok(),
                at_site && draft.allows(operation, None),
                "{}", operation.label()
            );
        }
    }

    #[test]
    fn removing_an_entry_or_a_scope_never_allows_more(draft in draft(), pick in any::<prop::sample::Index>()) {
        let before = permitted(&compiled(&draft));
        let mut smaller = draft;
        {
            let Lists { effects, tags, ids, paths } = &mut smaller.allow;
            let lists = [effects, tags, ids, paths, &mut smaller.scopes];
            let list = lists.into_iter().nth(pick.index(5)).unwrap();
            if !list.is_empty() {
                list.remove(pick.index(list.len()));
            }
        }
        // Without the scope an id may no longer be covered: then the manifest is not published, or without the id.
        drop_uncovered(&mut smaller);
        prop_assert!(no_more(&permitted(&compiled(&smaller)), &before));
    }

    #[test]
    fn adding_a_deny_never_allows_more(draft in draft(), more in denies()) {
        let before = permitted(&compiled(&draft));
        let mut smaller = draft;
        smaller.deny.effects.extend(more.effects);
        smaller.deny.tags.extend(more.tags);
        smaller.deny.ids.extend(more.ids);
        smaller.deny.paths.extend(more.paths);
        prop_assert!(no_more(&permitted(&compiled(&smaller)), &before));
    }

    #[test]
    fn whoever_follows_the_smallest_change_is_permitted(draft in draft(), pick in any::<prop::sample::Index>()) {
        for step in 0..8 {
            let call = &CALLS[(pick.index(CALLS.len()) + step * 101) % CALLS.len()];
            let Err(denial) = compiled(&draft).decide(question(call)) else { continue };
            if denial.edits.is_empty() {
                let op = call.operation();
                let closed = op.classic().is_none() && op.granular().is_none();
                let elsewhere = denial.code == Code::SiteNotPermitted;
                let guarded = denial.smallest_change.contains("guardrail");
                prop_assert_eq!(guarded, guarded && draft.guards(op));
                prop_assert!(closed || elsewhere || guarded, "{denial}");
                continue;
            }
            let mut mended = draft.clone();
            mended.follow(&denial.edits);
            let permit = compiled(&mended).decide(question(call));
            prop_assert!(permit.is_ok(), "{denial} but then: {permit:?}");
        }
    }

    #[test]
    fn whom_a_call_goes_out_as_is_what_the_reference_says(draft in draft(), as_user: bool, asked_for_one: bool) {
        let user: GrantName = "person-0123456789abcdef0123456789abcdef".parse().unwrap();
        let user = asked_for_one.then_some(&user);
        let draft = Draft { as_user, ..draft };
        let rulebook = compiled(&draft);
        for call in CALLS.iter().step_by(3) {
            let operation = call.operation();
            let at_site = [SITES["demo"].face(false), SITES["demo"].face(true)].contains(&Some(operation.face()));
            let allowed = at_site && draft.allows(operation, None);
            let expected = draft.acts_as(user).filter(|_| allowed);
            let decided = rulebook.decide(Question { user, ..question(call) });
            let nobody = decided.as_ref().is_err_and(|denial| denial.code == Code::UserMissing);
            prop_assert_eq!(nobody, allowed && as_user && user.is_none(), "{}", operation.label());
            prop_assert_eq!(decided.ok().map(|permit| permit.grant().clone()), expected);
        }
    }

    #[test]
    fn when_and_for_whom_is_what_the_reference_says(
        draft in conditional(), now in instants(), account in prop::option::of(prop::sample::select(ACCOUNTS))
    ) {
        let user: GrantName = "person-0123456789abcdef0123456789abcdef".parse().unwrap();
        let rulebook = compiled(&draft);
        let mut followed = 0;
        for call in CALLS.iter().step_by(7) {
            let asked = Question { user: account.map(|_| &user), account, now, ..question(call) };
            let operation = call.operation();
            let at_site = [SITES["demo"].face(false), SITES["demo"].face(true)].contains(&Some(operation.face()));
            let somebody = !draft.as_user || account.is_some();
            let expected = at_site && somebody && draft.permits_at(now, account) && draft.allows(operation, None);
            let decided = rulebook.decide(asked);
            prop_assert_eq!(decided.is_ok(), expected, "{} {:?}", operation.label(), decided);
            // Whoever follows the smallest change is permitted, with these too.
            let Err(denial) = decided else { continue };
            if !denial.edits.is_empty() && somebody && followed < 4 {
                followed += 1;
                let mut mended = draft.clone();
                mended.follow(&denial.edits);
                let permit = compiled(&mended).decide(asked);
                prop_assert!(permit.is_ok(), "{denial} but then: {permit:?}");
            }
        }
    }

    #[test]
    fn a_narrower_token_never_allows_more(draft in draft(), token in some(SCOPES)) {
        let rulebook = compiled(&draft);
        let token = CATALOGUE.scope_set(token.iter().map(String::as_str)).unwrap();
        for call in CALLS.iter().step_by(3) {
            let narrowed = Question { token_scopes: Some(&token), ..question(call) };
            if rulebook.decide(narrowed).is_ok() {
                prop_assert!(rulebook.decide(question(call)).is_ok());
            }
        }
    }

    #[test]
    fn no_text_makes_the_compiler_fail(text in "(?s).{0,300}") {
        let file = policy::ManifestFile::new("manifests/etl.toml", text);
        survives(&[file]);
    }

    #[test]
    fn no_broken_manifest_makes_the_compiler_fail(
        draft in draft(), cut in any::<prop::sample::Index>(), insert in "[\"\\[\\]={}#.a-z0-9\\n\\\\é-]{0,6}"
    ) {
        let mut file = draft.file();
        let mut at = cut.index(file.text.len());
        while !file.text.is_char_boundary(at) {
            at -= 1;
        }
        file.text.insert_str(at, &insert);
        survives(&[file]);
    }
}

/// Compiles, renders both ways, and every place lies in the text.
fn survives(files: &[policy::ManifestFile]) {
    let diagnostics = match compile(files, &CATALOGUE, &known()) {
        Ok(compiled) => compiled.warnings,
        Err(all) => {
            assert_eq!(Verdict::of(&all), Verdict::Errors);
            all
        }
    };
    let lines = files[0].text.split('\n').count();
    for diagnostic in &diagnostics {
        assert!(diagnostic.line >= 1 && diagnostic.line as usize <= lines, "{diagnostic:?}");
        assert!(diagnostic.column >= 1);
        assert!((diagnostic.end.line, diagnostic.end.column) >= (diagnostic.line, diagnostic.column));
    }
    assert_eq!(policy::render_human(&diagnostics, files).is_empty(), diagnostics.is_empty());
    serde_json::to_string(&diagnostics).unwrap();
}
