use seal::RootKey;
use store::GrantRow;
use zeroize::Zeroizing;

use super::*;

fn root(byte: u8) -> RootKey {
    RootKey::from_bytes(Zeroizing::new([byte; 32]))
}

fn binding(row: &str) -> Binding<'_> {
    Binding { table: "grants", row, column: SEALED }
}

fn sealed(keyring: &Keyring, name: &str, text: &str) -> Vec<u8> {
    keyring.seal(fresh().unwrap(), &binding(name), text.as_bytes()).unwrap().into_bytes()
}

fn grant(keyring: &Keyring, name: &str, text: &str) -> GrantRow {
    let at = jiff::Timestamp::UNIX_EPOCH;
    GrantRow {
        name: name.parse().unwrap(),
        kind: "api-token".to_owned(),
        sites: Vec::new(),
        facts: "{}".to_owned(),
        sealed: sealed(keyring, name, text),
        created_at: at,
        changed_at: at,
    }
}

/// A store with 200 grants and a check value, all sealed with key 1.
async fn world() -> (Store, Arc<Keyring>) {
    let (store, keyring) = (Store::in_memory().await.unwrap(), Arc::new(Keyring::new(root(1), Vec::new())));
    store.meta().put(CHECK, keyring.check_value(fresh().unwrap()).unwrap().as_bytes()).await.unwrap();
    for number in 0..200 {
        let name = format!("grant-{number:03}");
        store.grants().insert(&grant(&keyring, &name, &name)).await.unwrap();
    }
    (store, keyring)
}

async fn all_open(store: &Store, keyring: &Keyring) {
    for row in store.grants().list().await.unwrap() {
        let plain = keyring.open(&Sealed::from_bytes(row.sealed).unwrap(), &binding(row.name.as_str()));
        assert_eq!(plain.unwrap().as_slice(), row.name.as_str().as_bytes());
    }
    let check = store.meta().get(CHECK).await.unwrap().unwrap();
    keyring.verify_check(&Sealed::from_bytes(check).unwrap()).unwrap();
}

#[tokio::test]
async fn everything_is_sealed_anew_and_opens_with_the_new_key_alone() {
    let (store, keyring) = world().await;
    keyring.rotate(&Arc::new(root(2)));
    let resealer = Resealer::new(store.clone(), Arc::clone(&keyring));
    assert_eq!(resealer.needs().await.unwrap().by_key, BTreeMap::from([(root(1).id(), 201)]));
    assert_eq!(resealer.pass().await.unwrap(), 201);
    assert_eq!(resealer.progress(), Resealing { under_way: true, done: 201, total: 201 });
    assert_eq!(resealer.needs().await.unwrap().by_key, BTreeMap::from([(root(2).id(), 201)]));
    assert_eq!(resealer.pass().await.unwrap(), 0);
    assert!(!resealer.progress().under_way, "over once it has found nothing");
    all_open(&store, &Keyring::new(root(2), Vec::new())).await;
}

#[tokio::test]
async fn wherever_it_is_cut_off_everything_opens_and_another_start_finishes_it() {
    for done in (0..=200).step_by(25) {
        let (store, keyring) = world().await;
        keyring.rotate(&Arc::new(root(2)));
        let resealer = Resealer::new(store.clone(), keyring);
        let mut pass = Box::pin(resealer.pass());
        while resealer.progress().done < done {
            let step = std::future::poll_fn(|context| std::task::Poll::Ready(pass.as_mut().poll(context)));
            assert!(step.await.is_pending(), "it ended before it could be cut off");
            tokio::task::yield_now().await;
        }
        drop(pass);
        let started = Arc::new(Keyring::new(root(2), vec![root(1)]));
        all_open(&store, &started).await;
        Resealer::new(store.clone(), Arc::clone(&started)).pass().await.unwrap();
        all_open(&store, &Keyring::new(root(2), Vec::new())).await;
    }
}

#[tokio::test]
async fn a_grant_that_is_replaced_while_it_is_sealed_anew_stays_replaced() {
    let (store, keyring) = world().await;
    let place = PLACES.iter().find(|place| place.table == "grants").unwrap();
    let read = store.sealed().page(place, "", 1).await.unwrap().remove(0);
    keyring.rotate(&Arc::new(root(2)));
    // Read, then replaced by a refresh that had begun with the old key, then sealed anew.
    let old = Keyring::new(root(1), Vec::new());
    store.grants().replace(&grant(&old, &read.row, "refreshed")).await.unwrap();
    let resealer = Resealer::new(store.clone(), Arc::clone(&keyring));
    assert!(!resealer.anew(place, &read).await.unwrap());
    let kept = store.grants().get(&read.row.parse().unwrap()).await.unwrap().unwrap();
    let open = |bytes| keyring.open(&Sealed::from_bytes(bytes).unwrap(), &binding(&read.row)).unwrap();
    assert_eq!(open(kept.sealed).as_slice(), b"refreshed");
    // And it is sealed anew when it is looked at again.
    resealer.pass().await.unwrap();
    let kept = store.grants().get(&read.row.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(Sealed::from_bytes(kept.sealed.clone()).unwrap().key(), Some(root(2).id()));
    assert_eq!(open(kept.sealed).as_slice(), b"refreshed");
}

#[tokio::test]
async fn what_does_not_open_is_named_left_as_it_is_and_keeps_nothing_else_from_being_sealed_anew() {
    let (store, keyring) = world().await;
    let stranger = grant(&Keyring::new(root(9), Vec::new()), "stranger", "x");
    let mut moved = grant(&keyring, "moved", "x");
    moved.sealed = sealed(&keyring, "elsewhere", "x");
    let mut broken = grant(&keyring, "broken", "x");
    broken.sealed = vec![7];
    for row in [&stranger, &moved, &broken] {
        store.grants().insert(row).await.unwrap();
    }
    keyring.rotate(&Arc::new(root(2)));
    let resealer = Resealer::new(store.clone(), keyring);
    assert_eq!(resealer.pass().await.unwrap(), 201);
    let needs = resealer.needs().await.unwrap();
    assert_eq!(needs.by_key, BTreeMap::from([(root(2).id(), 201)]));
    assert_eq!(needs.shut, ["grants broken", "grants moved", "grants stranger"]);
    for row in [stranger, moved, broken] {
        assert_eq!(store.grants().get(&row.name).await.unwrap(), Some(row));
    }
}
