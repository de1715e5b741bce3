use store::{StoreError, StrandedRow};

use crate::{Place, at, family, grant, name};

crate::on_both! {
    a_grant_is_added_replaced_and_removed_and_every_instance_sees_it
    grants_come_in_the_order_of_their_names_as_bytes
    a_removed_or_replaced_grant_leaves_no_family_and_no_strands
    strands_are_kept_latest_first_and_forgotten_up_to_a_claim
    a_fact_is_settled_once
}

async fn a_grant_is_added_replaced_and_removed_and_every_instance_sees_it(place: Place) {
    place.one.grants().insert(&grant("g")).await.unwrap();
    assert_eq!(place.other.grants().list().await.unwrap(), [grant("g")]);
    let again = place.other.grants().insert(&grant("g")).await;
    assert!(matches!(again, Err(StoreError::Duplicate { table: "grants" })), "{again:?}");
    let mut changed = grant("g");
    changed.sites.clear();
    changed.sealed = vec![9];
    changed.changed_at = at(9);
    place.other.grants().replace(&changed).await.unwrap();
    assert_eq!(place.one.grants().get(&changed.name).await.unwrap(), Some(changed.clone()));
    let missing = place.one.grants().replace(&grant("h")).await;
    assert!(matches!(missing, Err(StoreError::Missing { table: "grants" })), "{missing:?}");
    place.one.grants().delete(&changed.name).await.unwrap();
    let missing = place.other.grants().delete(&changed.name).await;
    assert!(matches!(missing, Err(StoreError::Missing { table: "grants" })), "{missing:?}");
    assert_eq!(place.one.grants().get(&changed.name).await.unwrap(), None);
}

async fn grants_come_in_the_order_of_their_names_as_bytes(place: Place) {
    for name in ["b-a", "ba", "b", "a-z", "az"] {
        place.one.grants().insert(&grant(name)).await.unwrap();
    }
    let rows = place.one.grants().list().await.unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["a-z", "az", "b", "b-a", "ba"]);
}

async fn a_removed_or_replaced_grant_leaves_no_family_and_no_strands(place: Place) {
    for removed in [true, false] {
        place.one.token_families().begin(&grant("g"), &family("g")).await.unwrap();
        place.one.stranded_pairs().put(&stranded(3)).await.unwrap();
        match removed {
            true => place.one.grants().delete(&name("g")).await.unwrap(),
            false => place.one.grants().replace(&grant("g")).await.unwrap(),
        }
        assert_eq!(place.other.token_families().get(&name("g")).await.unwrap(), None);
        assert_eq!(place.other.stranded_pairs().of(&name("g"), 10).await.unwrap(), []);
    }
}

fn stranded(fence: u64) -> StrandedRow {
    StrandedRow {
        id: format!("g/{fence}"),
        grant: name("g"),
        fence,
        sealed: vec![0, u8::try_from(fence).unwrap()],
        at: at(20),
    }
}

async fn strands_are_kept_latest_first_and_forgotten_up_to_a_claim(place: Place) {
    for fence in [2, 9, 4, 4] {
        place.one.stranded_pairs().put(&stranded(fence)).await.unwrap();
    }
    let pairs = place.other.stranded_pairs();
    assert_eq!(pairs.of(&name("g"), 2).await.unwrap(), [stranded(9), stranded(4)]);
    assert_eq!(pairs.of(&name("h"), 2).await.unwrap(), []);
    pairs.forget(&name("g"), 4).await.unwrap();
    assert_eq!(pairs.of(&name("g"), 9).await.unwrap(), [stranded(9)]);
}

async fn a_fact_is_settled_once(place: Place) {
    let (one, other) = (place.one.custody_meta(), place.other.custody_meta());
    assert_eq!(one.get("k").await.unwrap(), None);
    let (first, second) = tokio::join!(one.settle("k", b"\x00one"), other.settle("k", b"\x00two"));
    assert_eq!(first.unwrap(), second.unwrap());
    let settled = other.get("k").await.unwrap().unwrap();
    assert_eq!(one.settle("k", b"three").await.unwrap(), settled);
    one.put("k", b"four").await.unwrap();
    assert_eq!(other.get("k").await.unwrap().unwrap(), b"four");
    if place.one.custody_is_shared() {
        assert_eq!(place.one.meta().get("k").await.unwrap(), None, "it is none of the store's own");
    }
    place.one.custody_reachable().await.unwrap();
}
