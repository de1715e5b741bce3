use proptest::prelude::*;
use types::{Effect, OperatorName, Product, RequestId};

use super::super::tests::full;
use super::*;
use crate::record::{About, Decision, Ended, GrantAbout, GrantChange, Kind, WouldRefuse};

fn written(record: &Record) -> String {
    let mut line = Vec::new();
    record.write_json(&mut line);
    String::from_utf8(line).unwrap()
}

fn as_serde_does(record: &Record) -> String {
    serde_json::to_string(record).unwrap()
}

/// Every kind of character JSON treats in its own way, and texts that are cleaned.
fn text() -> impl Strategy<Value = Text> {
    prop_oneof![".{0,40}", "[\\x00-\\x20\"\\\\/é…]{0,20}"].prop_map(|text| Text::untrusted(&text))
}

fn maybe<T: std::fmt::Debug>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(of)
}

prop_compose! {
    fn whats()(
        kind in prop::sample::select(vec![Kind::Call, Kind::Intent, Kind::Token, Kind::Summary, Kind::Consent, Kind::Change, Kind::Notice, Kind::Grant, Kind::Start, Kind::Stop]),
        id in any::<u128>(),
        at in 0i64..4_000_000_000_000,
        product in maybe(prop::sample::select(Product::ALL.to_vec())),
        effect in maybe(prop::sample::select(Effect::ALL.to_vec())),
        decision in maybe(prop::sample::select(vec![Decision::Permitted, Decision::Refused])),
        ended in maybe(prop::sample::select(vec![Ended::Complete, Ended::Refused, Ended::ClientLeft, Ended::UpstreamBrokeOff, Ended::Deadline, Ended::Abandoned])),
        client in maybe("[a-z]{1,20}"),
        peer in maybe(any::<IpAddr>()),
        statuses in (maybe(any::<u16>()), maybe(any::<u16>())),
        bytes in (any::<u64>(), 0u64..3),
    ) -> Record {
        Record {
            product, effect, decision, ended, peer,
            client: client.as_ref().map(|name| name.parse().unwrap()),
            site: client.as_ref().map(|name| name.parse().unwrap()),
            grant: client.as_ref().map(|name| name.parse().unwrap()),
            upstream_status: statuses.0,
            status: statuses.1,
            bytes_in: bytes.0,
            bytes_out: bytes.1,
            ..Record::new(kind, RequestId::new(uuid::Uuid::from_u128(id)), jiff::Timestamp::from_millisecond(at).unwrap())
        }
    }
}

prop_compose! {
    fn grant_changes()(
        about in prop::sample::select(GrantAbout::ALL.to_vec()),
        texts in prop::collection::vec(maybe(text()), 6),
        to in text(),
        when in maybe(0i64..4_000_000_000_000),
        clients in prop::collection::vec("[a-z]{1,20}", 0..3),
        flags in (any::<bool>(), any::<bool>()),
    ) -> GrantChange {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        GrantChange {
            from: next(), cause: next(), words: next(), advice: next(), reconnect_at: next(), instance: next(),
            when: when.map(|when| jiff::Timestamp::from_millisecond(when).unwrap()),
            clients: clients.iter().map(|client| client.parse().unwrap()).collect(),
            heard: flags.0,
            loud: flags.1,
            ..GrantChange::new(about, to)
        }
    }
}

prop_compose! {
    fn records()(
        whats in whats(),
        texts in prop::collection::vec(maybe(text()), 13),
        scopes in prop::collection::vec(text(), 0..4),
        micros in prop::array::uniform10(0u32..3),
        would_refuse in maybe((text(), maybe(text()))),
        change in maybe((text(), text(), maybe(text()), maybe(text()))),
        summary in maybe((any::<u64>(), 0i64..4_000_000_000_000)),
        notice in maybe((prop::sample::select(About::ALL.to_vec()), 0i64..4_000_000_000_000, maybe(text()), text(), text())),
        grant_change in maybe(grant_changes()),
    ) -> Record {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let [arrive, authenticate, recognise, decide, admit, acquire, intend, forward, respond, total] = micros;
        let operator: OperatorName = "ann".parse().unwrap();
        Record {
            user: next(), credential: next(), issued: next(), operation: next(), method: next(), path: next(),
            issue: next(), project: next(), space: next(), rule: next(), elevation: next(), refusal: next(), trace: next(),
            scopes: scopes.into(),
            micros: Micros { arrive, authenticate, recognise, decide, admit, acquire, intend, forward, respond, total },
            would_refuse: would_refuse.map(|(code, rule)| Box::new(WouldRefuse { code, rule })),
            change: change.map(|(action, target, before, after)| {
                Box::new(Change { operator, action, target, before, after })
            }),
            summary: summary.map(|(calls, until)| Summary {
                of: Kind::Token,
                calls,
                until: jiff::Timestamp::from_millisecond(until).unwrap(),
            }),
            notice: notice.map(|(about, when, secret, owner, contact)| {
                let when = jiff::Timestamp::from_millisecond(when).unwrap();
                Box::new(Notice { about, when, secret, owner, contact })
            }),
            grant_change: grant_change.map(Box::new),
            ..whats
        }
    }
}

#[test]
fn a_full_record_is_written_as_serde_would() {
    assert_eq!(written(&full()), as_serde_does(&full()));
}

proptest! {
    #[test]
    fn every_record_is_written_as_serde_would_and_reads_back(record in records()) {
        let line = written(&record);
        prop_assert_eq!(&line, &as_serde_does(&record));
        prop_assert_eq!(serde_json::from_str::<Record>(&line).unwrap(), record);
    }

    /// The cleaning of texts leaves no control characters, so what needs escaping is tried by itself.
    #[test]
    fn every_text_is_escaped_as_serde_would(text in ".{0,60}|[\\x00-\\x7f]{0,40}") {
        let mut line = Vec::new();
        Line(&mut line).escaped(&text);
        let expected = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(format!("\"{}\"", String::from_utf8(line).unwrap()), expected);
    }
}
