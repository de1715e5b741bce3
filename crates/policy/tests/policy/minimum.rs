//! The smallest set of scopes is the smallest: compared with solvers that try everything.

use std::collections::BTreeSet;

use catalogue::{Operation, ScopeId, ScopeSet};
use policy::minimum::{Asked, Minimum, Need, Prefer, Problem, RECOMMENDED, Rank, WORK, minimum};
use policy::{ManifestFile, Sources};
use proptest::prelude::*;

use crate::draft::Draft;
use crate::world::{CATALOGUE, demo, known, manifest, try_compile};

/// The reference for how good a set is, read off the page.
fn rank(problem: &Problem, set: &ScopeSet) -> Rank {
    let satisfies = |need: &&Need| need.alternatives.iter().any(|one| one.difference(set).is_empty());
    let count = |needs: &[Need]| needs.iter().filter(satisfies).map(|need| need.operations).sum();
    let (scopes, opens): (usize, usize) = (set.len(), count(&problem.world));
    let (first, second) = match problem.prefer {
        Prefer::Fewest => (scopes, opens),
        Prefer::Narrowest => (opens, scopes),
    };
    Rank {
        unwanted: count(&problem.unwanted),
        beyond: scopes.saturating_sub(RECOMMENDED),
        first,
        second,
        granular: set.iter().filter(|scope| problem.granular.contains(*scope)).count(),
    }
}

fn scope(number: usize) -> ScopeId {
    CATALOGUE.scopes().nth(number).unwrap().0
}

fn need() -> impl Strategy<Value = Need> {
    let set = prop::collection::btree_set(0usize..10, 1..4)
        .prop_map(|numbers| numbers.into_iter().map(scope).collect::<ScopeSet>());
    (prop::collection::vec(set, 1..4), 1usize..5)
        .prop_map(|(alternatives, operations)| Need { alternatives: alternatives.into(), operations })
}

fn problem() -> impl Strategy<Value = Problem> {
    let needs = |most| prop::collection::vec(need(), 0..most);
    let granular = prop::collection::btree_set(0usize..10, 0..6);
    (needs(9), needs(3), needs(12), granular, any::<bool>()).prop_map(
        |(required, unwanted, world, granular, narrow)| Problem {
            required,
            unwanted,
            world,
            granular: granular.into_iter().map(scope).collect(),
            prefer: if narrow { Prefer::Narrowest } else { Prefer::Fewest },
        },
    )
}

/// Every subset of the ten scopes that satisfies all that is required, the best first.
fn brute_force(problem: &Problem) -> (Rank, Vec<ScopeId>) {
    let sets = (0u32..1 << 10)
        .map(|bits| -> ScopeSet { (0..10).filter(|number| bits >> number & 1 == 1).map(scope).collect() });
    sets.filter(|set| problem.required.iter().all(|need| need.satisfied_by(set)))
        .map(|set| (rank(problem, &set), set.iter().collect::<Vec<_>>()))
        .min()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_subset_is_better_than_the_one_found(problem in problem()) {
        let found = problem.solve(WORK);
        prop_assert!(found.exact);
        prop_assert_eq!(found.at_least, found.rank.first);
        prop_assert_eq!((found.rank, found.scopes.iter().collect::<Vec<_>>()), brute_force(&problem));
    }

    #[test]
    fn with_little_work_the_answer_still_covers_everything_and_its_bound_holds(
        problem in problem(),
        work in 0usize..6,
    ) {
        let found = problem.solve(work);
        let (best, _) = brute_force(&problem);
        prop_assert!(found.nodes <= work);
        prop_assert!(problem.required.iter().all(|need| need.satisfied_by(&found.scopes)));
        prop_assert_eq!(found.rank, rank(&problem, &found.scopes));
        prop_assert!(found.rank >= best);
        prop_assert!(found.at_least <= best.first, "{} > {}", found.at_least, best.first);
        if found.exact {
            prop_assert_eq!(found.rank, best);
        }
    }
}

/// Realistic manifests, with how many scopes each needs.
const REALISTIC: [&str; 7] = [
    "ai-agent",
    "analytics",
    "backup-reader",
    "desk-bot",
    "label-gardener",
    "page-publisher",
    "release-robot",
];

fn realistic(name: &str) -> ManifestFile {
    let path = format!("{}/tests/manifests/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    ManifestFile::new(format!("manifests/{name}.toml"), std::fs::read_to_string(path).unwrap())
}

fn minimum_of(file: &ManifestFile, asked: Asked) -> Minimum {
    minimum(file, Sources::default(), &CATALOGUE, &known(), asked)
        .unwrap_or_else(|all| panic!("{}", policy::render_human(&all, std::slice::from_ref(file))))
}

fn set<'n>(names: impl IntoIterator<Item = &'n str>) -> ScopeSet {
    CATALOGUE.scope_set(names).unwrap()
}

/// Tries every choice of classic scopes: with those in, whatever they leave uncovered has to be covered by its granular alternative.
///
/// This finds the best set: take a best choice of one alternative for each operation, and call the union of the classic ones
/// among them C. Trying C, no operation needs more than it did, and some, which C covers, need nothing of their own. So what is tried is a
/// subset of the best, and with fewer scopes nothing ranks worse.
fn exhaustively(required: &[&Operation], unwanted: &[&Operation]) -> ScopeSet {
    let classic: BTreeSet<ScopeId> =
        required.iter().filter_map(|one| one.classic()).flat_map(ScopeSet::iter).collect();
    let classic: Vec<_> = classic.into_iter().collect();
    assert!(classic.len() <= 14, "{} classic scopes are too many to try", classic.len());
    let mut distinct: Vec<(Option<ScopeSet>, Option<ScopeSet>)> = Vec::new();
    for one in required {
        let pair = (one.classic().copied(), one.granular().copied());
        if !distinct.contains(&pair) {
            distinct.push(pair);
        }
    }
    let granular = |scope: ScopeId| {
        !CATALOGUE.operations().iter().any(|o| o.classic().is_some_and(|c| c.contains(scope)))
    };
    let opened = |set: &ScopeSet, operations: &[&Operation]| {
        operations.iter().filter(|one| one.satisfied_by(set) && !one.satisfied_by(&ScopeSet::EMPTY)).count()
    };
    let all: Vec<&Operation> = CATALOGUE.operations().iter().map(|one| &**one).collect();
    let mut candidates: Vec<((usize, usize, usize), ScopeSet)> = Vec::new();
    for bits in 0u32..1 << classic.len() {
        let chosen: ScopeSet = classic
            .iter()
            .enumerate()
            .filter(|(at, _)| bits >> at & 1 == 1)
            .map(|(_, scope)| *scope)
            .collect();
        let union = distinct.iter().try_fold(chosen, |union, (one, other)| {
            if one.is_some_and(|one| one.is_subset(&chosen)) {
                return Some(union);
            }
            other.map(|other| union.union(&other))
        });
        if let Some(union) = union {
            let count = union.len();
            candidates.push(((opened(&union, unwanted), count.saturating_sub(RECOMMENDED), count), union));
        }
    }
    let best = candidates.iter().map(|(key, _)| *key).min().unwrap();
    let ties = candidates.into_iter().filter(|(key, _)| *key == best).map(|(_, set)| set);
    let full = |set: &ScopeSet| {
        (
            opened(set, &all),
            set.iter().filter(|scope| granular(*scope)).count(),
            set.iter().collect::<Vec<_>>(),
        )
    };
    ties.min_by_key(full).unwrap()
}

#[test]
fn the_minimum_of_realistic_manifests_is_what_trying_everything_finds() {
    let mut told = String::new();
    for name in REALISTIC {
        let file = realistic(name);
        let draft = Draft::read(&file);
        // Everything at once: nothing is covered by accident, and the reference reads the manifest on its own.
        let everywhere: BTreeSet<String> = CATALOGUE.scopes().map(|(_, name)| name.to_owned()).collect();
        let mut open = draft.clone();
        open.scopes = everywhere.into_iter().collect();
        let cloud = |one: &&Operation| !one.product().as_str().ends_with("data-center");
        let all = || CATALOGUE.operations().iter().map(|one| &**one).filter(cloud);
        let now: Vec<_> = all().filter(|one| draft.allows(one, None)).collect();
        let shut: Vec<_> = all().filter(|one| open.allows(one, None) && !draft.allows(one, None)).collect();
        let found = minimum_of(&file, Asked::default());
        assert!(found.exact, "{name}");
        assert_eq!(set(found.names()), exhaustively(&now, &shut), "{name}");
        assert_eq!(found.operations, now.len(), "{name}");
        assert_eq!(found.newly_allowed, Vec::<String>::new(), "{name}");
        assert!(found.scopes.iter().all(|reason| !reason.needed_by.is_empty()), "{name}: {found:?}");
        told += &format!(
            "{name}: {} scopes for {} operations, {} now; open {} of the catalogue, {} now\n",
            found.scopes.len(),
            found.operations,
            found.current.len(),
            found.opens,
            found.current_opens
        );
        let names: Vec<_> = found.names().collect();
        told += &format!("  {}\n", names.join(" "));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn the_scopes_found_make_a_manifest_that_allows_the_same_operations_to_the_letter() {
    for file in REALISTIC.map(realistic).into_iter().chain(demo()) {
        let found = minimum_of(&file, Asked::default());
        let text = policy::minimum::with_scopes(&file.text, found.names()).unwrap();
        let after = ManifestFile::new(&*file.path, text);
        let allowed = |file: &ManifestFile| {
            let compiled = try_compile(std::slice::from_ref(file)).unwrap();
            let client = compiled.rulebook.clients().next().unwrap().clone();
            let most = *compiled.rulebook.manifest(&client).unwrap().scopes();
            let all: Vec<_> = compiled.rulebook.operations(&client, &most).map(|one| one.index()).collect();
            all
        };
        assert_eq!(allowed(&file), allowed(&after), "{}", file.path);
        let again = minimum_of(&after, Asked::default());
        assert!(again.is_met(), "{}: {again:?}", file.path);
    }
}

#[test]
fn a_smaller_set_that_would_let_in_more_is_not_taken() {
    // One classic scope would do for all five, and open every read of Jira along with it.
    let boards = [
        "read:board-scope:jira-software",
        "read:issue-details:jira",
        "read:jql:jira",
        "read:project:jira",
        "read:sprint:jira-software",
    ];
    let found = minimum_of(&manifest(&boards, "effects = [\"read\"]"), Asked::default());
    assert_eq!(found.newly_allowed, Vec::<String>::new());
    assert!(found.add.is_empty(), "{found:?}");
}

#[test]
fn an_operation_named_by_id_is_covered_also_when_its_scopes_are_missing() {
    let file = manifest(&["read:jira-work"], "ids = [\"jira:getIssue\", \"jira:editIssue\"]");
    assert!(try_compile(std::slice::from_ref(&file)).is_err());
    let found = minimum_of(&file, Asked::default());
    assert_eq!(found.names().collect::<Vec<_>>(), ["read:jira-work", "write:issue:jira"]);
    assert_eq!(found.add, ["write:issue:jira"]);
}

#[test]
fn of_as_many_scopes_the_granular_one_is_taken_only_where_it_opens_fewer_operations() {
    // Both are one scope; the classic one would open hundreds of operations more.
    let deletes =
        minimum_of(&manifest(&["write:jira-work"], "ids = [\"jira:deleteIssue\"]"), Asked::default());
    assert_eq!(deletes.names().collect::<Vec<_>>(), ["delete:issue:jira"]);
    assert!(deletes.opens < deletes.current_opens / 10, "{deletes:?}");
    // Here the granular choice is several scopes, so the classic one stays.
    let comments =
        minimum_of(&manifest(&["write:jira-work"], "ids = [\"jira:addComment\"]"), Asked::default());
    assert_eq!(comments.names().collect::<Vec<_>>(), ["write:jira-work"]);
    assert!(comments.is_met());
}

#[test]
fn what_effects_choose_is_covered_as_far_as_scopes_reach_or_all_of_it_when_asked() {
    let file = manifest(&["read:jira-work"], "effects = [\"read\"]\nproducts = [\"jira\"]");
    let now = minimum_of(&file, Asked::default());
    assert_eq!(now.names().collect::<Vec<_>>(), ["read:jira-work"]);
    let all = minimum_of(&file, Asked { everything: true, ..Asked::default() });
    assert!(all.exact && all.operations > now.operations && all.scopes.len() > 1, "{all:?}");
}

#[test]
fn the_narrowest_set_opens_no_more_than_the_smallest_one() {
    for name in REALISTIC {
        let file = realistic(name);
        let few = minimum_of(&file, Asked::default());
        let narrow = minimum_of(&file, Asked { prefer: Prefer::Narrowest, ..Asked::default() });
        assert!(narrow.opens <= few.opens && narrow.scopes.len() >= few.scopes.len(), "{name}");
        assert!(narrow.scopes.len() <= RECOMMENDED, "{name}: {}", narrow.scopes.len());
    }
}

#[test]
fn when_the_work_runs_out_it_is_said_and_everything_is_covered_all_the_same() {
    let file = realistic("backup-reader");
    let found = minimum_of(&file, Asked { work: 1, everything: true, ..Asked::default() });
    let best = minimum_of(&file, Asked { everything: true, ..Asked::default() });
    assert!(!found.exact && best.exact);
    assert_eq!(found.operations, best.operations);
    assert!(found.at_least <= best.scopes.len() && best.scopes.len() <= found.scopes.len());
}

#[test]
fn a_manifest_with_another_error_is_told_so() {
    let said = minimum(
        &manifest(&["read:jira-wrok"], "ids = [\"jira:getIssue\"]"),
        Sources::default(),
        &CATALOGUE,
        &known(),
        Asked::default(),
    );
    assert!(said.unwrap_err().iter().any(|one| one.code == policy::DiagnosticCode::UnknownScope));
}
