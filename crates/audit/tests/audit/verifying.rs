use std::path::{Path, PathBuf};

use audit::verify::{self, Problem, Report};
use chain::{Anchor, Break};
use store::Store;
use tempfile::TempDir;

use crate::{Desk, soon};

/// A closed database of four blocks, nine records, and its last anchor.
async fn log() -> (TempDir, PathBuf, Anchor) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticketgate.db");
    let store = Store::open(&path).await.unwrap();
    let desk = Desk::over(store, soon()).await;
    for block in 0..2 {
        let mut open = Vec::new();
        for n in 0..3 {
            let mut record = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
            record.record_mut().issue = Some(format!("REL-{block}{n}").into());
            open.push(record);
        }
        // Closed and committed together: the last one's intent takes the others' endings along.
        let mut last = open.pop().unwrap();
        drop(open);
        last.intend().await.unwrap();
        drop(last);
    }
    desk.recorder.stop().await;
    let end = desk.writer.finished().await.unwrap();
    desk.store.close().await;
    (folder, path, end)
}

async fn verified(path: &Path, anchors: Vec<Anchor>) -> Report {
    let store = Store::open_read_only(path).await.unwrap();
    let report = verify::store(&store, anchors).await;
    store.close().await;
    report
}

fn chained(report: &Report) -> Vec<Break> {
    let breaks = report.problems.iter().filter_map(|problem| match problem {
        Problem::Chain(found) => Some(*found),
        _ => None,
    });
    breaks.collect()
}

async fn sql(path: &Path, statement: &str) {
    use sqlx::{ConnectOptions, Connection};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn export(path: &Path) -> String {
    let store = Store::open_read_only(path).await.unwrap();
    let mut text = Vec::new();
    verify::export(&store, &mut text).await.unwrap();
    store.close().await;
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn an_untouched_log_is_whole_in_the_store_and_in_its_export() {
    let (_folder, path, end) = log().await;
    let report = verified(&path, vec![end]).await;
    assert!(report.is_whole(), "{:?}", report.problems);
    assert_eq!((report.head, report.confirmed), (end, end.seq));
    assert_eq!(report.records, 10);
    let exported = verify::lines(export(&path).await.as_bytes(), vec![end]);
    assert_eq!(exported, report);
}

#[tokio::test]
async fn any_flipped_bit_of_an_export_is_found() {
    let (_folder, path, end) = log().await;
    let text = export(&path).await.into_bytes();
    // A prime step, so that every part of a line has its turn.
    for at in (0..text.len()).step_by(13) {
        let mut changed = text.clone();
        changed[at] ^= 1;
        let report = verify::lines(changed.as_slice(), vec![end]);
        assert!(!report.is_whole(), "byte {at} of {}", text.len());
    }
}

#[tokio::test]
async fn a_flipped_byte_in_the_database_file_is_found() {
    let (_folder, path, _) = log().await;
    let bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(6).position(|window| window == b"REL-11").unwrap();
    let mut changed = bytes.clone();
    changed[at] ^= 2;
    std::fs::write(&path, changed).unwrap();
    let report = verified(&path, Vec::new()).await;
    assert!(matches!(chained(&report)[..], [Break::Changed { .. }]), "{:?}", report.problems);
}

/// A closed database with one block large enough to be packed, and its last anchor.
async fn packed_log() -> (TempDir, PathBuf, Anchor) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticketgate.db");
    let desk = Desk::over(Store::open(&path).await.unwrap(), soon()).await;
    let mut open = Vec::new();
    for n in 0..200 {
        let mut record = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
        record.record_mut().issue = Some(format!("REL-{n}").into());
        open.push(record);
    }
    let mut last = open.pop().unwrap();
    drop(open);
    last.intend().await.unwrap();
    drop(last);
    desk.recorder.stop().await;
    let end = desk.writer.finished().await.unwrap();
    desk.store.close().await;
    (folder, path, end)
}

#[tokio::test]
async fn a_packed_block_is_kept_small_and_read_whole() {
    let (_folder, path, end) = packed_log().await;
    let text = export(&path).await;
    let kept = std::fs::read(&path).unwrap();
    assert_eq!(text.lines().count() as u64, end.seq);
    assert!(!kept.windows(8).any(|window| window == b"\"REL-150"), "the block is not packed");
    let report = verified(&path, vec![end]).await;
    assert!(report.is_whole(), "{:?}", report.problems);
    assert_eq!(verify::lines(text.as_bytes(), vec![end]), report);
}

#[tokio::test]
async fn any_flipped_bit_of_a_packed_block_is_found() {
    let (folder, path, end) = packed_log().await;
    let bytes = std::fs::read(&path).unwrap();
    let store = Store::open_read_only(&path).await.unwrap();
    let rows = store.audit().rows_after(None, 100).await.unwrap();
    store.close().await;
    let packed = rows.iter().max_by_key(|row| row.records.len()).unwrap().records.as_slice();
    // As much of it as stands in one piece: the rest of a long row is somewhere else in the file.
    let piece = &packed[..packed.len().min(1_000)];
    let at = bytes.windows(piece.len()).position(|window| window == piece).unwrap();
    let copy = folder.path().join("copy.db");
    for step in (0..piece.len()).step_by(37) {
        let mut changed = bytes.clone();
        changed[at + step] ^= 4;
        std::fs::write(&copy, changed).unwrap();
        let report = verified(&copy, vec![end]).await;
        assert!(!report.is_whole(), "byte {step} of the block");
    }
}

#[tokio::test]
async fn a_removed_row_is_found_wherever_it_was() {
    let (folder, path, end) = log().await;
    let store = Store::open_read_only(&path).await.unwrap();
    let rows = store.audit().rows_after(None, 100).await.unwrap();
    store.close().await;
    let copy = folder.path().join("copy.db");
    for row in &rows {
        std::fs::copy(&path, &copy).unwrap();
        sql(&copy, &format!("DELETE FROM audit_blocks WHERE first_seq = {}", row.first_seq)).await;
        let report = verified(&copy, vec![end]).await;
        let expected = if row.last_seq == end.seq {
            Break::Cut { ends: row.first_seq - 1, anchored: end.seq }
        } else {
            Break::Missing { first: row.first_seq, last: row.last_seq }
        };
        assert_eq!(chained(&report), [expected]);
    }
}

#[tokio::test]
async fn a_cut_tail_is_found_against_the_anchor_and_only_so() {
    let (_folder, path, end) = log().await;
    sql(&path, "DELETE FROM audit_blocks WHERE first_seq > 4").await;
    let alone = verified(&path, Vec::new()).await;
    assert!(alone.is_whole(), "a shorter chain is a chain");
    let anchored = verified(&path, vec![end]).await;
    assert_eq!(chained(&anchored), [Break::Cut { ends: alone.head.seq, anchored: end.seq }]);
}

#[tokio::test]
async fn a_tail_cut_within_a_row_is_found_even_without_an_anchor() {
    let (_folder, path, _) = log().await;
    sql(
        &path,
        "UPDATE audit_blocks SET records = substr(records, 1, length(records) - 40) WHERE first_seq = 1",
    )
    .await;
    assert!(!verified(&path, Vec::new()).await.is_whole());
}

#[tokio::test]
async fn a_row_that_lies_about_itself_is_found() {
    let (folder, path, _) = log().await;
    let copy = folder.path().join("copy.db");
    for set in [
        "last_seq = last_seq + 1",
        "first_at = first_at - 1",
        "last_at = last_at + 1",
        "head = zeroblob(32)",
        "first_seq = -5",
    ] {
        std::fs::copy(&path, &copy).unwrap();
        sql(&copy, &format!("UPDATE audit_blocks SET {set} WHERE first_seq = 2")).await;
        assert!(!verified(&copy, Vec::new()).await.is_whole(), "{set}");
    }
}

#[tokio::test]
async fn rows_that_changed_places_are_found() {
    let (_folder, path, _) = log().await;
    sql(&path, "UPDATE audit_blocks SET records = (SELECT records FROM audit_blocks WHERE first_seq = 1) WHERE first_seq = 2").await;
    let found = chained(&verified(&path, Vec::new()).await);
    assert!(found.contains(&Break::OutOfOrder { seq: 1, expected: 2 }), "{found:?}");
}

#[tokio::test]
async fn a_log_computed_anew_is_found_against_the_anchor_and_only_so() {
    let (_folder, path, end) = log().await;
    // What someone with the database, the source code and time would do.
    let text = export(&path).await.replace("REL-01", "REL-99");
    let mut head = chain::Head::GENESIS;
    let mut forged = String::new();
    for line in text.lines() {
        let record = line.split_once("\"record\":").unwrap().1.strip_suffix('}').unwrap();
        head = head.extend(record.as_bytes());
        let hash = str::from_utf8(&head.hex()).unwrap().to_owned();
        forged += &format!("{{\"seq\":{},\"hash\":\"{hash}\",\"record\":{record}}}\n", head.seq);
    }
    assert!(verify::lines(forged.as_bytes(), Vec::new()).is_whole());
    let report = verify::lines(forged.as_bytes(), vec![end]);
    assert_eq!(chained(&report), [Break::Rewritten { seq: end.seq }]);
}

#[tokio::test]
async fn a_chained_line_that_is_no_record_is_found() {
    let head = chain::Head::GENESIS.extend(b"{}");
    let line =
        format!("{{\"seq\":1,\"hash\":\"{}\",\"record\":{{}}}}\n", str::from_utf8(&head.hex()).unwrap());
    let report = verify::lines(line.as_bytes(), Vec::new());
    assert_eq!(report.problems, [Problem::NotARecord { seq: 1 }]);
}

#[tokio::test]
async fn a_truncated_database_is_named_as_damaged() {
    let (_folder, path, _) = log().await;
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 4096 / 2 * 4096]).unwrap();
    let error = Store::open_read_only(&path).await.unwrap_err();
    assert!(matches!(error, store::StoreError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn a_page_that_cannot_be_read_is_a_problem_and_not_a_failure() {
    let (_folder, path, _) = log().await;
    let mut bytes = std::fs::read(&path).unwrap();
    // Where an SQLite file says how large its pages are.
    let size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let page = bytes.windows(6).position(|window| window == b"REL-11").unwrap() / size * size;
    bytes[page..page + 16].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let report = verified(&path, Vec::new()).await;
    assert!(!report.is_whole());
    assert!(report.problems.iter().any(|p| matches!(p, Problem::Unreadable { .. })), "{:?}", report.problems);
}

#[tokio::test]
async fn an_endless_line_and_endless_problems_take_bounded_memory() {
    let endless = vec![b'x'; 5 << 20];
    assert!(!verify::lines(endless.as_slice(), Vec::new()).is_whole());
    let many = "x\n".repeat(10_000);
    let report = verify::lines(many.as_bytes(), Vec::new());
    assert_eq!((report.count, report.problems.len()), (10_000, verify::LISTED));
}

#[tokio::test]
async fn a_log_is_verified_while_it_is_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticketgate.db");
    let desk = Desk::over(Store::open(&path).await.unwrap(), soon()).await;
    let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    open.intend().await.unwrap();
    let report = verified(&path, Vec::new()).await;
    assert!(report.is_whole(), "{:?}", report.problems);
    assert_eq!(report.records, 2);
    drop(open);
    desk.stop().await;
}
