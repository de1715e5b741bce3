use std::net::Ipv4Addr;

use types::{Code, RequestId};

use super::*;

fn refused(clock: &Clock, peer: u32) -> Record {
    let mut record = Record::new(Kind::Call, RequestId::new(uuid::Uuid::nil()), clock.now());
    record.refused_with(&Code::CredentialMissing.into());
    record.peer = Some(Ipv4Addr::from_bits(peer).into());
    record.ended = Some(Ended::Refused);
    record
}

/// How many of `calls` get a record of their own.
fn written(strangers: &Strangers, clock: &Clock, calls: u32) -> u32 {
    let fates = (0..calls).map(|_| strangers.admit(&refused(clock, 1), clock));
    fates.filter(|fate| *fate == Fate::Written).map(|_| 1).sum()
}

#[test]
fn a_hundred_are_written_and_then_twenty_a_second() {
    let (clock, hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let strangers = Strangers::new();
    assert_eq!(written(&strangers, &clock, 1000), 100);
    hands.advance(Duration::from_secs(1));
    assert_eq!(written(&strangers, &clock, 1000), 20);
    hands.advance(Duration::from_secs(3600));
    assert_eq!(written(&strangers, &clock, 1000), 100);
    let calls: u64 =
        strangers.summaries(&clock, true).iter().filter_map(|r| r.summary).map(|s| s.calls).sum();
    assert_eq!(calls, 900 + 980 + 900);
    assert!(!strangers.any());
}

#[test]
fn a_summary_is_due_after_its_span_and_says_from_when_to_when() {
    let (clock, hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let strangers = Strangers::new();
    written(&strangers, &clock, 101);
    hands.advance(SPAN / 2);
    written(&strangers, &clock, 20);
    assert!(strangers.summaries(&clock, false).is_empty());
    hands.advance(SPAN / 2);
    let summaries = strangers.summaries(&clock, false);
    let [summary] = summaries.as_slice() else { panic!("{summaries:?}") };
    assert_eq!((summary.kind, summary.at), (Kind::Summary, Timestamp::UNIX_EPOCH));
    assert_eq!(summary.refusal, Some("credential-missing".into()));
    assert_eq!(summary.peer, Some(Ipv4Addr::from_bits(1).into()));
    let until = Timestamp::from_millisecond(500).unwrap();
    assert_eq!(summary.summary, Some(Summary { of: Kind::Call, calls: 11, until }));
}

#[test]
fn many_peers_make_no_more_summaries_than_few() {
    let (clock, _hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let strangers = Strangers::new();
    written(&strangers, &clock, 100);
    for peer in 0..10_000 {
        assert_ne!(strangers.admit(&refused(&clock, peer), &clock), Fate::Written);
    }
    let summaries = strangers.summaries(&clock, true);
    assert_eq!(summaries.len(), PEERS + 1);
    let calls: Vec<u64> = summaries.iter().filter_map(|r| r.summary).map(|s| s.calls).collect();
    assert_eq!(calls.iter().sum::<u64>(), 10_000);
    let elsewhere = summaries.last().unwrap();
    assert_eq!((elsewhere.peer, elsewhere.summary.unwrap().calls), (None, 10_000 - 16));
}

#[test]
fn only_what_nobody_proved_to_have_sent_is_ever_counted() {
    let (clock, _hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let stranger = refused(&clock, 1);
    assert!(Strangers::concerns(&stranger));
    assert!(Strangers::concerns(&Record { kind: Kind::Token, ..stranger.clone() }));
    assert!(!Strangers::concerns(&Record { kind: Kind::Intent, ..stranger.clone() }));
    assert!(!Strangers::concerns(&Record { client: Some("c".parse().unwrap()), ..stranger.clone() }));
    assert!(!Strangers::concerns(&Record { ended: Some(Ended::Abandoned), ..stranger }));
}
