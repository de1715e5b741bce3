//! What is said to be gained or lost is what `decide` permits and did not, or did and does not: no more and no less.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use catalogue::{Call, ScopeSet};
use jiff::Timestamp;
use policy::difference::{Difference, Direction, Fate, difference};
use policy::{ManifestFile, Question, Rulebook};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use types::GrantName;

use crate::draft::Draft;
use crate::properties::{draft, drop_uncovered};
use crate::world::{CATALOGUE, SITES, call_of, demo, etl, manifest, rulebook};

/// Every operation as a call, with each set of scopes that opens it.
static CALLS: LazyLock<Vec<(Call, Vec<Option<ScopeSet>>)>> = LazyLock::new(|| {
    let calls = CATALOGUE.operations().iter().filter_map(|one| call_of(one));
    calls
        .map(|call| {
            let operation = call.operation();
            let ways = [operation.classic().copied(), operation.granular().copied()];
            let ways = std::iter::once(None).chain(ways.into_iter().flatten().map(Some)).collect();
            (call, ways)
        })
        .collect()
});

/// Before, between and after the ends that drafts have.
const MOMENTS: [&str; 3] = ["2026-11-22T12:00:00Z", "2027-03-01T00:00:00Z", "2028-03-01T00:00:00Z"];

/// What somebody may: site, moment, operation, scopes, and as whom.
type Permitted = BTreeSet<(usize, usize, usize, usize, String)>;

/// Everything that is permitted, by asking for it. What is refused to a whole token before any end is not asked for with less, nor
/// later: other tests show that this is never permitted.
fn permitted(rulebook: &Rulebook) -> Permitted {
    let mut found = BTreeSet::new();
    let person: GrantName = "person-0123456789abcdef0123456789abcdef".parse().unwrap();
    let moments = MOMENTS.map(|now| now.parse::<Timestamp>().unwrap());
    for (at, site) in SITES.values().enumerate() {
        let faces = [site.face(false), site.face(true)];
        for (number, (call, ways)) in CALLS.iter().enumerate() {
            let ask = |now, token_scopes| {
                let user = Some(&person);
                rulebook.decide(Question { client: &ETL, token_scopes, user, account: None, site, call, now })
            };
            if !faces.contains(&Some(call.operation().face())) || ask(moments[0], None).is_err() {
                continue;
            }
            for (moment, now) in moments.iter().enumerate() {
                for (way, scopes) in ways.iter().enumerate() {
                    if let Ok(permit) = ask(*now, scopes.as_ref()) {
                        found.insert((at, moment, number, way, permit.grant().to_string()));
                    }
                }
            }
        }
    }
    found
}

static ETL: LazyLock<types::ClientId> = LazyLock::new(etl);

/// Which way it goes, by what is permitted.
fn direction(before: &Permitted, after: &Permitted) -> Direction {
    match (after.is_subset(before), before.is_subset(after)) {
        (false, _) => Direction::Wider,
        (true, false) => Direction::Narrower,
        (true, true) => Direction::Same,
    }
}

prop_compose! {
    /// A draft with the facts that decide, too.
    fn whole()(
        draft in draft(),
        sites in subsequence(&["demo", "other", "basement"][..], 1..=2).prop_shuffle(),
        as_user in prop::bool::weighted(0.2),
        expires in select(&[None, Some("2026-12-31"), Some("2027-06-30")][..]),
    ) -> Draft {
        let sites = sites.into_iter().map(str::to_owned).collect();
        let mut draft = Draft { sites, as_user, expires: expires.map(str::to_owned), ..draft };
        drop_uncovered(&mut draft);
        draft
    }
}

/// One draft and another, which differs a little or in everything.
fn pair() -> impl Strategy<Value = (Draft, Draft)> {
    (whole(), whole(), 0..8_usize).prop_map(|(one, other, which)| {
        let mut second = one.clone();
        match which {
            0 => second.expires = other.expires,
            1 => second.as_user = other.as_user,
            2 => second.sites = other.sites,
            3 => second.scopes = other.scopes,
            4 => second.allow = other.allow,
            5 => second.deny = other.deny,
            6 => second.products = other.products,
            _ => second = other,
        }
        drop_uncovered(&mut second);
        (one, second)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wider_and_narrower_are_said_exactly_when_decide_permits_more_or_less((one, other) in pair()) {
        let (before, after, nobody) = (rulebook(&[one.file()]), rulebook(&[other.file()]), Rulebook::empty());
        let (old, new, nothing) = (permitted(&before), permitted(&after), BTreeSet::new());
        prop_assert_eq!(difference(&before, &after).direction, direction(&old, &new));
        // A manifest that comes or goes is nothing else.
        prop_assert_eq!(difference(&nobody, &after).direction, direction(&nothing, &new));
        prop_assert_eq!(difference(&before, &nobody).direction, direction(&old, &nothing));
    }

    #[test]
    fn what_one_way_gains_the_other_way_loses((one, other) in pair()) {
        let (one, other) = (rulebook(&[one.file()]), rulebook(&[other.file()]));
        let (there, back) = (difference(&one, &other), difference(&other, &one));
        prop_assert_eq!(there.unchanged, back.unchanged);
        for (there, back) in there.clients.iter().zip(&back.clients) {
            for (there, back) in there.facets.iter().zip(&back.facets) {
                prop_assert_eq!((&there.gained, &there.lost), (&back.lost, &back.gained));
            }
        }
    }
}

fn between(before: &ManifestFile, after: &ManifestFile) -> Difference {
    difference(&rulebook(std::slice::from_ref(before)), &rulebook(std::slice::from_ref(after)))
}

#[test]
fn an_operation_that_is_added_is_named_with_its_site_and_the_rest_is_not() {
    let before = manifest(&["read:jira-work"], "ids = [\"getIssue\"]");
    let after = manifest(&["read:jira-work"], "ids = [\"getIssue\", \"getComments\"]");
    let found = between(&before, &after);
    assert_eq!(found.direction, Direction::Wider);
    let [client] = found.clients.as_slice() else { panic!("{found:?}") };
    assert_eq!(client.fate, Fate::Changed);
    let [operations] = client.facets.as_slice() else { panic!("{client:?}") };
    assert_eq!(operations.gained, ["jira:getComments at demo"]);
    assert!(operations.lost.is_empty());
}

#[test]
fn a_token_that_may_be_narrowed_in_another_way_is_wider() {
    let before = manifest(&["read:jira-work"], "ids = [\"getIssueLinkTypes\"]");
    let after = manifest(&["read:jira-work", "read:issue-link-type:jira"], "ids = [\"getIssueLinkTypes\"]");
    let found = between(&before, &after);
    assert_eq!(found.direction, Direction::Wider);
    assert_eq!(
        found.clients[0].facets[0].gained,
        ["jira:getIssueLinkTypes at demo by read:issue-link-type:jira"]
    );
}

#[test]
fn other_words_for_the_same_permit_nothing_else() {
    let before = manifest(&["read:jira-work"], "ids = [\"getIssue\"]");
    let mut after = before.clone();
    after.text = after.text.replace("testing", "something else").replace("team", "another team");
    let found = between(&before, &after);
    assert_eq!(found.direction, Direction::Same);
    let names: Vec<_> = found.clients[0].facets.iter().map(|facet| facet.facet).collect();
    assert_eq!(names, ["owner", "purpose"]);
    let comment = ManifestFile::new(before.path.clone(), format!("# A comment.\n{}", before.text));
    assert_eq!(between(&before, &comment), Difference { unchanged: 1, ..Difference::default() });
}

#[test]
fn handing_out_atlassians_own_token_is_wider_although_no_operation_is_added() {
    let before = manifest(&["read:jira-work"], "ids = [\"getIssue\"]");
    let mut after = before.clone();
    after.text = after.text.replace("grant =", "vending = true\ngrant =");
    let found = between(&before, &after);
    assert_eq!(found.direction, Direction::Wider);
    assert_eq!(found.clients[0].facets[0].gained, ["token for demo"]);
    assert_eq!(between(&after, &before).direction, Direction::Narrower);
}

#[test]
fn clients_of_which_nothing_changes_are_counted() {
    let (before, mut files) = (rulebook(&demo()), demo());
    let gone = files.remove(0);
    let found = difference(&before, &rulebook(&files));
    assert_eq!((found.unchanged, found.direction), (2, Direction::Narrower));
    assert_eq!(found.clients[0].fate, Fate::Gone);
    assert!(gone.path.contains(found.clients[0].client.as_str()));
}
