//! What holds for every manifest: less written is never more allowed, a deny never allows, and whoever follows a
//! denial's smallest change is permitted.

use std::sync::LazyLock;

use catalogue::Call;
use policy::{DiagnosticCode, Question, Rulebook, Verdict, compile};
use proptest::prelude::*;
use proptest::sample::subsequence;
use types::{Code, GrantName};

use crate::draft::{Draft, Lists};
use crate::world::{CATALOGUE, SITES, call_of, etl, known, now, try_compile};

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
    fn lists()(effects in few(EFFECTS), tags in few(TAGS), ids in some(IDS)) -> Lists {
        Lists { effects, tags, ids }
    }
}

prop_compose! {
    fn denies()(effects in few(&EFFECTS[1..]), tags in few(TAGS), ids in few(IDS)) -> Lists {
        Lists { effects, tags, ids }
    }
}

/// A draft that compiles: ids its scopes do not cover, which would be errors, are left out.
pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let products = prop::option::of(some(PRODUCTS));
    (some(SCOPES), products, lists(), denies()).prop_map(|(scopes, products, allow, deny)| {
        let mut draft = Draft { scopes, products, allow, deny, ..Draft::new() };
        drop_uncovered(&mut draft);
        draft
    })
}

pub(crate) fn drop_uncovered(draft: &mut Draft) {
    if let Err(diagnostics) = try_compile(&[draft.file()]) {
        for diagnostic in diagnostics.iter().filter(|one| one.severity == policy::Severity::Error) {
            let expected = [DiagnosticCode::ScopeNotCovered, DiagnosticCode::ClosedOperation];
            assert!(expected.contains(&diagnostic.code), "{diagnostic:?}");
            draft.allow.ids.retain(|id| !diagnostic.message.contains(&format!("{id:?}")));
        }
    }
}

fn compiled(draft: &Draft) -> Rulebook {
    try_compile(&[draft.file()]).unwrap_or_else(|all| panic!("{all:?}")).rulebook
}

/// Which of the calls are permitted.
fn permitted(rulebook: &Rulebook) -> Vec<bool> {
    CALLS.iter().map(|call| rulebook.decide(question(call)).is_ok()).collect()
}

fn question(call: &Call) -> Question<'_> {
    static ETL: LazyLock<types::ClientId> = LazyLock::new(etl);
    Question { client: &ETL, token_scopes: None, user: None, site: &SITES["demo"], call, now: now() }
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
            let Lists { effects, tags, ids } = &mut smaller.allow;
            let lists = [effects, tags, ids, &mut smaller.scopes];
            let list = lists.into_iter().nth(pick.index(4)).unwrap();
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
                prop_assert!(closed || elsewhere, "{denial}");
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
