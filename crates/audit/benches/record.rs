//! What a record costs: `cargo bench -p audit`.

fn main() {
    divan::main();
}

use audit::{Decision, Ended, Kind, Micros, Record, Text};
use divan::Bencher;
use divan::counter::ItemsCount;
use types::{Effect, Product, RequestId};

/// As large as the record of an ordinary call.
fn usual() -> Record {
    let id = RequestId::new(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
    Record {
        client: "release-automation".parse().ok(),
        credential: Some("tga_…x9Qz".into()),
        peer: "127.0.0.1".parse().ok(),
        site: "demo".parse().ok(),
        grant: "demo-service-account".parse().ok(),
        product: Some(Product::Jira),
        operation: Some(Text::untrusted("jira:getIssue")),
        effect: Some(Effect::Read),
        method: Some("GET".into()),
        path: Some(Text::untrusted("/rest/api/3/issue/REL-1234")),
        issue: Some(Text::untrusted("REL-1234")),
        scopes: [Text::untrusted("read:jira-work")].into(),
        decision: Some(Decision::Permitted),
        rule: Some("release-automation.toml:9 effects \"read\"".into()),
        upstream_status: Some(200),
        status: Some(200),
        bytes_out: 2048,
        micros: Micros {
            arrive: 3,
            authenticate: 1,
            decide: 1,
            forward: 9000,
            total: 9100,
            ..Micros::default()
        },
        trace: Some(Text::untrusted("9d1c3f0a4c1e4b0fa2d0f6f4b7a9c011")),
        ended: Some(Ended::Complete),
        ..Record::new(Kind::Call, id, jiff::Timestamp::UNIX_EPOCH)
    }
}

/// Serialise, chain, frame: a block of so many records; divide by it.
#[divan::bench(args = [1, 100, 1000])]
fn block(bencher: Bencher<'_, '_>, records: usize) {
    let batch: Vec<Record> = (0..records).map(|_| usual()).collect();
    bencher.counter(ItemsCount::new(records)).bench(|| {
        let mut lines = Vec::with_capacity(records * 1000);
        let head = divan::black_box(&batch)
            .iter()
            .fold(chain::Head::GENESIS, |head, record| audit::lines::push_record(&mut lines, head, record));
        (head, lines)
    });
}

/// Making the record itself: what the request pays.
#[divan::bench]
fn fill() -> Record {
    usual()
}

/// One call's share of the metrics.
#[divan::bench]
fn count(bencher: Bencher<'_, '_>) {
    let (metrics, record) = (audit::metrics::Metrics::new(), usual());
    bencher.bench(|| metrics.call(divan::black_box(&record)));
}

/// The hash's part of it.
#[divan::bench]
fn hash(bencher: Bencher<'_, '_>) {
    let payload = serde_json::to_vec(&usual()).unwrap_or_default();
    bencher.bench(|| chain::Head::GENESIS.extend(divan::black_box(&payload)));
}

/// Serialisation's part of it.
#[divan::bench]
fn json(bencher: Bencher<'_, '_>) {
    let record = usual();
    let mut lines = Vec::with_capacity(2000);
    bencher.bench_local(|| {
        lines.clear();
        serde_json::to_writer(&mut lines, divan::black_box(&record)).is_ok()
    });
}
