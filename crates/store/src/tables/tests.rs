use sqlx::{AssertSqlSafe, Executor, Row as _, SqlSafeStr};

use crate::Store;

const REGISTRY: [(&str, &[(&str, &str)]); 23] = [
    ("audit", super::audit::STATEMENTS),
    ("authorization_codes", super::authorization_codes::STATEMENTS),
    ("client_secrets", super::client_secrets::STATEMENTS),
    ("clients", super::clients::STATEMENTS),
    ("consents", super::consents::STATEMENTS),
    ("elevations", super::elevations::STATEMENTS),
    ("grants", super::grants::STATEMENTS),
    ("manifest_proposals", super::manifest_proposals::STATEMENTS),
    ("manifest_versions", super::manifest_versions::STATEMENTS),
    ("meta", super::meta::STATEMENTS),
    ("operators", super::operators::STATEMENTS),
    ("personal_tokens", super::personal_tokens::STATEMENTS),
    ("refresh_tokens", super::refresh_tokens::STATEMENTS),
    ("repeats", super::repeats::STATEMENTS),
    ("sealed", super::sealed::STATEMENTS),
    ("seen_ids", super::seen_ids::STATEMENTS),
    ("sessions", super::sessions::STATEMENTS),
    ("signing_keys", super::signing_keys::STATEMENTS),
    ("sites", super::sites::STATEMENTS),
    ("stranded_pairs", super::stranded_pairs::STATEMENTS),
    ("token_families", super::token_families::STATEMENTS),
    ("tokens", super::tokens::STATEMENTS),
    ("usage", super::usage::STATEMENTS),
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

/// The tables a shared database has.
const CUSTODY: [&str; 4] = ["grants", "meta", "stranded_pairs", "token_families"];

#[tokio::test]
async fn every_statement_about_custody_can_be_prepared_by_postgresql() {
    use crate::dialect::postgres;
    let Some(url) = testbase::database().unwrap() else { return };
    let pool = postgres::open(&types::Secret::new(url)).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    let own = [("TAKE_TURN", postgres::TAKE_TURN), ("NOW", postgres::NOW), ("PROBE", postgres::PROBE)];
    let all = REGISTRY.into_iter().filter(|(table, _)| CUSTODY.contains(table));
    for (table, statements) in all.chain([("postgres", &own[..])]) {
        for (name, sql) in statements {
            let prepared = (&mut *connection).prepare(AssertSqlSafe(*sql).into_sql_str()).await;
            assert!(prepared.is_ok(), "{table} {name}: {:?}", prepared.err());
        }
    }
}

/// Statements that sort what they find, or go through a whole table: of one client, one person or the few keys there are, or
/// at the start and when clearing up. None of them is part of a call or of a token's issue; add one only if that stays so.
const WITHOUT_AN_INDEX: &[&str] = &[
    "client_secrets LIST_FOR",
    "client_secrets ALL_LIVE",
    "consents LIVING",
    "consents BEYOND",
    "consents DEAD",
    "elevations FORGET",
    "manifest_proposals LIST",
    "manifest_proposals FORGET_BEFORE",
    "sessions DELETE_BEYOND",
    "signing_keys LIST",
    "signing_keys DELETE_RETIRED",
];

#[tokio::test]
async fn statements_find_what_they_look_for_by_an_index_and_in_its_order() {
    let store = Store::in_memory().await.unwrap();
    let mut connection = store.writer().acquire().await.unwrap();
    let mut without = Vec::new();
    for (table, statements) in REGISTRY {
        for (name, sql) in statements {
            let plan = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
            let steps: Vec<String> = sqlx::query(plan)
                .fetch_all(&mut *connection)
                .await
                .unwrap()
                .iter()
                .map(|step| step.get("detail"))
                .collect();
            // One row that is not of any table, and the log from its end.
            let is_quick = |step: &str| {
                step.contains("INDEX") || step.contains("CONSTANT ROW") || step == "SCAN audit_blocks"
            };
            let is_slow =
                |step: &String| step.contains("TEMP B-TREE") || (step.starts_with("SCAN") && !is_quick(step));
            if steps.iter().any(is_slow) {
                without.push(format!("{table} {name}"));
            }
        }
    }
    assert_eq!(without, WITHOUT_AN_INDEX);
}

#[tokio::test]
async fn every_place_of_the_schema_where_something_is_sealed_is_on_the_list() {
    let store = Store::in_memory().await.unwrap();
    let mut connection = store.writer().acquire().await.unwrap();
    let columns = "SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c \
                   WHERE t.type = 'table' AND c.name = 'sealed' AND c.type = 'BLOB' ORDER BY t.name";
    let rows = sqlx::query(columns).fetch_all(&mut *connection).await.unwrap();
    let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let mut listed: Vec<_> = super::sealed::PLACES.iter().map(|place| place.table).collect();
    listed.sort_unstable();
    assert_eq!(
        found, listed,
        "a table on the left that is not on the right would be left behind at `keys rotate`"
    );
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
