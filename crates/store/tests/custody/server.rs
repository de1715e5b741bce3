//! What there is only with a server: it is stopped, reached by the wrong people, used by two at once.

use std::sync::Arc;

use store::{FamilyChange, Store, StoreError};
use testbase::{Cluster, PASSWORD};
use types::Secret;

use crate::{at, change, family, grant, name, sharing};

async fn refused(url: &str) -> StoreError {
    let own = Store::in_memory().await.unwrap();
    let error = own.with_custody_at(&Secret::new(url.to_owned())).await.unwrap_err();
    let words = format!("{error} {error:?}");
    assert!(!words.contains(PASSWORD) && !words.contains("wr0ng"), "{words}");
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_start_at_once_make_one_schema() {
    let Some(url) = testbase::database().unwrap() else { return };
    let stores = tokio::join!(sharing(&url), sharing(&url), sharing(&url), sharing(&url));
    stores.0.grants().insert(&grant("g")).await.unwrap();
    assert_eq!(stores.3.grants().list().await.unwrap(), [grant("g")]);
    // And one more, later, as when one is restarted while the others go on.
    assert_eq!(sharing(&url).await.grants().list().await.unwrap(), [grant("g")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_and_comes_back_is_found_again() {
    let Some(cluster) = Cluster::start().unwrap() else { return };
    let store = sharing(&cluster.database().unwrap()).await;
    store.token_families().begin(&grant("g"), &family("g")).await.unwrap();
    cluster.stop().unwrap();
    let failing = change(&store, at(50), |_| ((), FamilyChange::None)).await;
    let failed = [failing.unwrap_err(), store.custody_reachable().await.unwrap_err()];
    for error in failed {
        assert!(error.may_pass(), "{error:?}");
        assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error}");
    }
    store.meta().put("k", b"v").await.unwrap();
    cluster.go_on().unwrap();
    store.custody_reachable().await.unwrap();
    assert!(store.token_families().get(&name("g")).await.unwrap().is_some(), "what was answered is there");
    // Once more without a call while it is away: connections that lie idle are found to be dead.
    cluster.stop().unwrap();
    cluster.go_on().unwrap();
    store.grants().replace(&grant("g")).await.unwrap();
    store.close().await;
    assert!(matches!(store.grants().list().await, Err(StoreError::Closed)));
    assert!(!cluster.log().unwrap().contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_use_the_database_is_told_why_and_not_with_what_password() {
    let Some(url) = testbase::database().unwrap() else { return };
    for (wrong, why) in [
        (url.replace(PASSWORD, "wr0ng"), "password authentication failed"),
        (url.replace("/test_", "/nowhere_"), "does not exist"),
        (url.replace("ticketgate-pg", "elsewhere"), "cannot be reached"),
        (url.replace("postgres://", "mysql://"), "postgres://USER"),
        (format!("{url}?sslmode=perhaps"), "sslmode=MODE"),
        (format!("{url}?passwort=wr0ng"), "there is a parameter"),
    ] {
        let error = refused(&wrong).await;
        assert!(matches!(&error, StoreError::Shared { .. }), "{error:?}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_program_or_with_something_else_in_it_is_refused_untouched() {
    let Some(cluster) = Cluster::start().unwrap() else { return };
    let (newer, others) = (cluster.database().unwrap(), cluster.database().unwrap());
    sharing(&newer).await;
    let later = "INSERT INTO ticketgate_migrations VALUES (9999, 'later', now(), true, '', 1)";
    cluster.sql("test_0", later).unwrap();
    assert!(matches!(refused(&newer).await, StoreError::Newer));
    cluster
        .sql("test_0", "UPDATE ticketgate_migrations SET version = 1, checksum = 'x' WHERE version = 9999")
        .unwrap_err();
    cluster.sql("test_0", "DELETE FROM ticketgate_migrations WHERE version = 9999").unwrap();
    cluster.sql("test_0", "UPDATE ticketgate_migrations SET checksum = 'x'").unwrap();
    assert!(refused(&newer).await.to_string().contains("does not fit"));
    cluster.sql("test_1", "CREATE TABLE grants (what TEXT)").unwrap();
    assert!(matches!(refused(&others).await, StoreError::Shared { .. }));
    assert_eq!(
        cluster.sql("test_1", "SELECT count(*) FROM pg_tables WHERE tablename = 'meta'").unwrap(),
        "0"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_changes_nothing() {
    let Some(url) = testbase::database().unwrap() else { return };
    let secret = Secret::new(url.clone());
    let look = async || Store::in_memory().await.unwrap().with_custody_seen_at(&secret).await.unwrap();
    assert!(look().await.is_none(), "there is nothing yet, and nothing was made");
    assert!(look().await.is_none());
    sharing(&url).await.grants().insert(&grant("g")).await.unwrap();
    let seen = look().await.unwrap();
    assert_eq!(seen.grants().list().await.unwrap(), [grant("g")]);
    assert!(seen.grants().delete(&name("g")).await.is_err());
    assert!(seen.custody_meta().put("k", b"v").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_somebody_keeps_is_waited_for_no_longer_than_some_seconds() {
    let Some(cluster) = Cluster::start().unwrap() else { return };
    let store = sharing(&cluster.database().unwrap()).await;
    store.token_families().begin(&grant("g"), &family("g")).await.unwrap();
    let cluster = Arc::new(cluster);
    let keeper = Arc::clone(&cluster);
    let keeping = "BEGIN; LOCK TABLE token_families; SELECT pg_sleep(30); COMMIT";
    let keeper = tokio::task::spawn_blocking(move || keeper.sql("test_0", keeping).is_ok());
    // It has the lock once somebody who does not wait is turned away.
    while cluster.sql("test_0", "BEGIN; LOCK TABLE token_families NOWAIT; COMMIT").is_ok() {}
    let kept = change(&store, at(50), |_| ((), FamilyChange::None)).await;
    cluster.stop().unwrap();
    assert!(!keeper.await.unwrap(), "it was still at it");
    assert!(matches!(kept, Err(StoreError::Busy)), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_answers_is_on_disk_whatever_the_url_says() {
    let Some(cluster) = Cluster::start().unwrap() else { return };
    let url =
        format!("{}?options[synchronous_commit]=off&application_name=seen", cluster.database().unwrap());
    let store = sharing(&url).await;
    cluster.sql("test_0", "CREATE TABLE seen (what TEXT)").unwrap();
    let note = "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES \
                (current_setting('synchronous_commit') || ' ' || current_setting('transaction_isolation')); \
                RETURN NEW; END $$; CREATE TRIGGER note BEFORE INSERT ON token_families EXECUTE FUNCTION note()";
    cluster.sql("test_0", note).unwrap();
    cluster
        .sql("test_0", "ALTER DATABASE test_0 SET default_transaction_isolation = 'serializable'")
        .unwrap();
    store.close().await;
    let store = sharing(&url).await;
    store.token_families().begin(&grant("g"), &family("g")).await.unwrap();
    assert_eq!(cluster.sql("test_0", "SELECT what FROM seen").unwrap(), "on read committed");
}
