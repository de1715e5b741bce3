use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::Store;

const REGISTRY: [(&str, &[(&str, &str)]); 15] = [
    ("audit", super::audit::STATEMENTS),
    ("authorization_codes", super::authorization_codes::STATEMENTS),
    ("client_secrets", super::client_secrets::STATEMENTS),
    ("clients", super::clients::STATEMENTS),
    ("consents", super::consents::STATEMENTS),
    ("grants", super::grants::STATEMENTS),
    ("meta", super::meta::STATEMENTS),
    ("operators", super::operators::STATEMENTS),
    ("refresh_tokens", super::refresh_tokens::STATEMENTS),
    ("repeats", super::repeats::STATEMENTS),
    ("seen_ids", super::seen_ids::STATEMENTS),
    ("sessions", super::sessions::STATEMENTS),
    ("signing_keys", super::signing_keys::STATEMENTS),
    ("sites", super::sites::STATEMENTS),
    ("tokens", super::tokens::STATEMENTS),
];

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let store = Store::in_memory().await.unwrap();
    let mut connection = store.writer().acquire().await.unwrap();
    for (table, statements) in REGISTRY {
        for (name, sql) in statements {
            let prepared = (&mut *connection).prepare(AssertSqlSafe(*sql).into_sql_str()).await;
            assert!(prepared.is_ok(), "{table} {name}: {:?}", prepared.err());
        }
    }
}

#[test]
fn no_statement_holds_a_value() {
    for (table, statements) in REGISTRY {
        for (name, sql) in statements {
            assert!(!sql.contains('\''), "{table} {name} holds a quoted value; bind it");
        }
    }
}

#[test]
fn no_statement_changes_or_removes_a_record() {
    for (name, sql) in super::audit::STATEMENTS {
        let sql = sql.to_ascii_uppercase();
        assert!(["UPDATE ", "DELETE ", "REPLACE "].iter().all(|word| !sql.contains(word)), "{name}");
    }
}

#[test]
fn the_registry_knows_every_table() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tables");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|stem| stem != "tests")
        .collect();
    files.sort();
    assert_eq!(files, REGISTRY.map(|(table, _)| table));
}
