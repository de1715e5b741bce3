use store::{FamilyChange, FamilyRow, Store};

use crate::{Place, at, change, family, grant, name};

crate::on_both! {
    a_family_is_kept_whole
    nothing_is_written_where_nothing_is_to_change
    changes_at_once_are_made_one_after_the_other
    a_change_of_a_grant_without_a_family_is_made_by_one_only
    beginning_again_replaces_and_counts_on
    beginnings_at_once_each_get_a_number_of_their_own
    a_family_begun_after_its_removal_counts_on_past_all_old_numbers
    a_removal_and_a_change_do_not_cross
    what_changed_is_found_by_all
}

async fn claim(store: &Store) -> u64 {
    let claimed = change(store, at(50), |row| {
        let row = row.unwrap();
        let next = FamilyRow { fence: row.fence + 1, ..row.clone() };
        (next.fence, FamilyChange::Put(Box::new(next)))
    });
    claimed.await.unwrap()
}

async fn a_family_is_kept_whole(place: Place) {
    let begun = place.one.token_families().begin(&grant("g"), &family("g")).await.unwrap();
    let kept = place.other.token_families().get(&name("g")).await.unwrap().unwrap();
    assert!(place.said(grant("g").changed_at, kept.changed_at), "{}", kept.changed_at);
    assert_eq!(FamilyRow { changed_at: begun.changed_at, ..kept.clone() }, begun);
    assert_eq!(begun.generation, 1);
    assert_eq!(FamilyRow { generation: 0, fence: 0, ..begun }, family("g"));
    assert_eq!(place.other.token_families().list().await.unwrap(), std::slice::from_ref(&kept));
    assert_eq!(place.other.grants().get(&name("g")).await.unwrap(), Some(grant("g")));

    let bare = FamilyRow { holder: None, first_tried_at: None, ended: None, sealed: vec![], ..kept };
    let put = bare.clone();
    let now = at(60);
    let changing = change(&place.one, now, |_| ((), FamilyChange::Put(put.into())));
    changing.await.unwrap();
    let kept = place.other.token_families().get(&name("g")).await.unwrap().unwrap();
    assert!(place.said(now, kept.changed_at), "{}", kept.changed_at);
    assert_eq!(FamilyRow { changed_at: bare.changed_at, ..kept }, bare);
}

async fn nothing_is_written_where_nothing_is_to_change(place: Place) {
    let families = place.one.token_families();
    let seen = change(&place.one, at(50), |row| (row.is_none(), FamilyChange::None)).await.unwrap();
    assert!(seen);
    families.begin(&grant("g"), &family("g")).await.unwrap();
    let before = families.get(&name("g")).await.unwrap();
    let seen = change(&place.one, at(50), |row| (row.cloned(), FamilyChange::None)).await.unwrap();
    assert_eq!(seen, before);
    assert_eq!(place.other.token_families().get(&name("g")).await.unwrap(), before);
    claim(&place.other).await;
}

async fn changes_at_once_are_made_one_after_the_other(place: Place) {
    let first = place.one.token_families().begin(&grant("g"), &family("g")).await.unwrap().fence;
    let tasks: Vec<_> = (0..50)
        .map(|turn| {
            let store = if turn % 2 == 0 { place.one.clone() } else { place.other.clone() };
            tokio::spawn(async move { claim(&store).await })
        })
        .collect();
    let mut fences = Vec::new();
    for task in tasks {
        fences.push(task.await.unwrap());
    }
    fences.sort_unstable();
    assert_eq!(fences, (first + 1..=first + 50).collect::<Vec<_>>(), "each saw what the one before had made");
    assert_eq!(place.one.token_families().get(&name("g")).await.unwrap().unwrap().fence, first + 50);
}

async fn a_change_of_a_grant_without_a_family_is_made_by_one_only(place: Place) {
    let make = async |store: &Store| {
        let made = change(store, at(50), |row| match row {
            Some(_) => (false, FamilyChange::None),
            None => (true, FamilyChange::Put(Box::new(family("g")))),
        });
        made.await.unwrap()
    };
    let (one, other) = (&place.one, &place.other);
    let made = tokio::join!(make(one), make(other), make(one), make(other));
    let made = [made.0, made.1, made.2, made.3].into_iter().filter(|made| *made).count();
    assert_eq!(made, 1);
}

async fn beginning_again_replaces_and_counts_on(place: Place) {
    let first = place.one.token_families().begin(&grant("g"), &family("g")).await.unwrap();
    let claimed = claim(&place.one).await;
    let mut row = grant("g");
    (row.sealed, row.created_at, row.changed_at) = (vec![5], at(99), at(30));
    let second = FamilyRow { sealed: vec![8], ..family("g") };
    let second = place.other.token_families().begin(&row, &second).await.unwrap();
    assert_eq!((second.generation, second.fence), (first.generation + 1, claimed + 1));
    let kept = place.one.token_families().get(&name("g")).await.unwrap().unwrap();
    assert_eq!(kept.sealed, [8]);
    let kept = place.one.grants().get(&name("g")).await.unwrap().unwrap();
    assert_eq!((kept.sealed, kept.created_at, kept.changed_at), (vec![5], at(4), at(30)));
}

async fn beginnings_at_once_each_get_a_number_of_their_own(place: Place) {
    let begin = async |store: &Store| {
        store.token_families().begin(&grant("g"), &family("g")).await.unwrap().generation
    };
    let (one, other) = (&place.one, &place.other);
    let begun = tokio::join!(begin(one), begin(other), begin(one), begin(other));
    let mut begun = [begun.0, begun.1, begun.2, begun.3];
    begun.sort_unstable();
    assert_eq!(begun, [1, 2, 3, 4]);
}

async fn a_family_begun_after_its_removal_counts_on_past_all_old_numbers(place: Place) {
    place.one.token_families().begin(&grant("g"), &family("g")).await.unwrap();
    let held = claim(&place.one).await;
    place.other.grants().delete(&name("g")).await.unwrap();
    // A millisecond of the server's clock for each number that was given out.
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let mut later = grant("g");
    later.changed_at = at(5);
    let again = place.other.token_families().begin(&later, &family("g")).await.unwrap();
    assert!(again.fence > held, "{} after {held}", again.fence);
}

async fn a_removal_and_a_change_do_not_cross(place: Place) {
    for _ in 0..20 {
        place.one.token_families().begin(&grant("g"), &family("g")).await.unwrap();
        let changing = change(&place.one, at(50), |row| {
            ((), row.map_or(FamilyChange::None, |row| FamilyChange::Put(Box::new(row.clone()))))
        });
        let (changed, removed) =
            tokio::join!(changing, async { place.other.grants().delete(&name("g")).await });
        changed.unwrap();
        removed.unwrap();
        assert_eq!(place.one.token_families().get(&name("g")).await.unwrap(), None, "it did not come back");
    }
}

async fn what_changed_is_found_by_all(place: Place) {
    for (name, changed) in [("a", 10), ("b", 20), ("c", 30)] {
        let mut row = grant(name);
        row.changed_at = at(changed);
        place.one.token_families().begin(&row, &family(name)).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let all = place.other.token_families().changed_since(at(0)).await.unwrap();
    let names: Vec<_> = all.iter().map(|row| row.grant.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"], "in the order of their changes");
    let since = place.other.token_families().changed_since(all[1].changed_at).await.unwrap();
    assert_eq!(since, all[1..], "the moment itself included");
    let now = all[2].changed_at.checked_add(jiff::SignedDuration::from_millis(1)).unwrap();
    assert_eq!(place.other.token_families().changed_since(now).await.unwrap(), []);
    let a = name("a");
    let changing = place
        .one
        .token_families()
        .change(&a, at(40), |row| ((), FamilyChange::Put(Box::new(row.unwrap().clone()))));
    changing.await.unwrap();
    let since = place.other.token_families().changed_since(all[1].changed_at).await.unwrap();
    let names: Vec<_> = since.iter().map(|row| row.grant.as_str()).collect();
    assert_eq!(names, ["b", "c", "a"]);
}
