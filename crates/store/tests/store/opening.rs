use std::fs;
use std::path::{Path, PathBuf};

use store::{Store, StoreError};
use tempfile::TempDir;

use crate::{client, grant};

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticketgate.db");
    (folder, path)
}

/// A closed database with something in it.
async fn filled(path: &Path) -> Vec<u8> {
    let store = Store::open(path).await.unwrap();
    for id in 0..200 {
        store.clients().insert(&client(&format!("client-{id}"))).await.unwrap();
    }
    store.grants().insert(&grant("g")).await.unwrap();
    store.close().await;
    fs::read(path).unwrap()
}

/// Opening fails, and the file is what it was.
async fn refused(path: &Path) -> StoreError {
    let before = fs::read(path).unwrap();
    let error = Store::open(path).await.unwrap_err();
    assert_eq!(fs::read(path).unwrap(), before, "nothing was written: {error}");
    error
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let (_folder, path) = place();
    filled(&path).await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.clients().list().await.unwrap().len(), 200);
    assert_eq!(store.grants().list().await.unwrap(), [grant("g")]);
}

#[tokio::test]
async fn a_reader_sees_what_was_just_written() {
    let (_folder, path) = place();
    let store = Store::open(&path).await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    assert_eq!(store.clients().get(&"a".parse().unwrap()).await.unwrap(), Some(client("a")));
}

#[tokio::test]
async fn a_second_instance_is_told_so_and_the_first_goes_on() {
    let (_folder, path) = place();
    let first = Store::open(&path).await.unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("in use by another ticketgate"), "{error}");
    first.clients().insert(&client("a")).await.unwrap();
    first.close().await;
    drop(first);
    Store::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_truncated_database_is_refused_untouched_wherever_it_was_cut() {
    let (_folder, path) = place();
    let whole = filled(&path).await;
    assert!(whole.len() > 8 * 4096, "{}", whole.len());
    for keep in [0, 1, 50, 100, 4095, 4096, 4097, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        fs::write(&path, &whole[..keep]).unwrap();
        let error = refused(&path).await;
        assert!(matches!(error, StoreError::Damaged { .. }), "cut to {keep}: {error:?}");
        assert!(error.to_string().contains("restore it from a backup"));
    }
    fs::write(&path, &whole).unwrap();
    Store::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_database_with_scrambled_pages_is_refused_untouched() {
    let (_folder, path) = place();
    let mut bytes = filled(&path).await;
    // The file says how long its pages are (bytes 16 and 17 of its header).
    let size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let page = bytes.len() / size / 2 * size;
    bytes[page..page + 64].fill(0xff);
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(refused(&path).await, StoreError::Damaged { .. }));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_untouched() {
    let (_folder, path) = place();
    fs::write(&path, "# settings\n".repeat(1000)).unwrap();
    assert!(matches!(refused(&path).await, StoreError::Damaged { .. }));
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused() {
    let (_folder, path) = place();
    filled(&path).await;
    sql(&path, "INSERT INTO _sqlx_migrations VALUES (9999, 'later', CURRENT_TIMESTAMP, 1, x'00', 1)").await;
    assert!(matches!(refused(&path).await, StoreError::Newer));
}

#[tokio::test]
async fn a_store_with_another_past_is_refused() {
    let (_folder, path) = place();
    filled(&path).await;
    sql(&path, "UPDATE _sqlx_migrations SET checksum = x'00'").await;
    assert!(matches!(refused(&path).await, StoreError::Damaged { .. }));
}

#[tokio::test]
async fn anothers_database_is_refused() {
    let (_folder, path) = place();
    filled(&path).await;
    sql(&path, "DROP TABLE audit_blocks").await;
    assert!(matches!(refused(&path).await, StoreError::Damaged { .. }));
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_named() {
    let (folder, _) = place();
    let path = folder.path().join("missing/ticketgate.db");
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(&error, StoreError::Unusable { .. }), "{error:?}");
    assert!(error.to_string().contains("missing"), "{error}");
}

#[tokio::test]
async fn a_database_half_made_by_a_crash_is_made_anew() {
    let (_folder, path) = place();
    let draft = path.with_extension("db.new");
    fs::write(&draft, b"half").unwrap();
    fs::write(path.with_extension("db.new-wal"), b"half").unwrap();
    let store = Store::open(&path).await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    assert!(!draft.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_open_the_database_its_journal_and_its_lock() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = place();
    let lock = path.with_extension("db.lock");
    fs::write(&lock, b"").unwrap();
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o644)).unwrap();
    let store = Store::open(&path).await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
}

#[tokio::test]
async fn a_running_gateways_database_can_be_read_by_another_process_but_not_written() {
    let (_folder, path) = place();
    let store = Store::open(&path).await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    let reader = Store::open_read_only(&path).await.unwrap();
    assert_eq!(reader.clients().list().await.unwrap(), [client("a")]);
    assert!(reader.clients().insert(&client("b")).await.is_err());
    assert_eq!(store.clients().list().await.unwrap(), [client("a")]);
}

#[tokio::test]
async fn reading_a_file_that_is_not_there_makes_none() {
    let (_folder, path) = place();
    assert!(matches!(Store::open_read_only(&path).await, Err(StoreError::Unusable { .. })));
    assert!(!path.exists());
}

#[tokio::test]
async fn a_column_of_the_wrong_kind_is_damage_and_its_value_is_not_shown() {
    let (_folder, path) = place();
    filled(&path).await;
    sql(&path, "UPDATE clients SET id = 'NOT A NAME' WHERE id = 'client-7'").await;
    let store = Store::open(&path).await.unwrap();
    let error = store.clients().list().await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }));
    assert!(error.to_string().contains("column id") && !error.to_string().contains("NOT A NAME"), "{error}");
}

/// What someone with another program might do to the file.
async fn sql(path: &Path, statement: &'static str) {
    use sqlx::{ConnectOptions, Connection};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false);
    let mut connection = options.connect().await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
