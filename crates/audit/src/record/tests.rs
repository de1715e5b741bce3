use std::net::{IpAddr, Ipv4Addr};

use types::{Code, Effect, Product};

use super::*;

fn id() -> RequestId {
    RequestId::new(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001))
}

/// A record with every field set.
pub(crate) fn full() -> Record {
    Record {
        client: Some("release-automation".parse().unwrap()),
        user: Some("5b10a2844c20165700ede21g".into()),
        credential: Some("tga_…x9Qz".into()),
        peer: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        site: Some("demo".parse().unwrap()),
        grant: Some("demo-service-account".parse().unwrap()),
        product: Some(Product::Jira),
        operation: Some("jira:editIssue".into()),
        effect: Some(Effect::Write),
        method: Some("PUT".into()),
        path: Some("/rest/api/3/issue/REL-1".into()),
        issue: Some("REL-1".into()),
        project: Some("REL".into()),
        space: Some("DOC".into()),
        scopes: ["write:jira-work".into(), "read:jira-work".into()].into(),
        decision: Some(Decision::Permitted),
        rule: Some("release-automation.toml:9 effects \"write\"".into()),
        elevation: Some("elevation-1f0c6e0b2a4d".into()),
        refusal: Some("upstream-timeout".into()),
        would_refuse: Some(Box::new(WouldRefuse::new(
            Code::ScopeMissing,
            Some("a.toml:3 deny.ids \"x\"".into()),
        ))),
        upstream_status: Some(204),
        status: Some(504),
        bytes_in: 70,
        bytes_out: 90,
        micros: Micros { arrive: 1, total: 20_000, ..Micros::default() },
        trace: Some("9d1c3f0a".into()),
        ended: Some(Ended::Deadline),
        change: Some(Box::new(Change {
            operator: "ann".parse().unwrap(),
            action: "grant add".into(),
            target: "grant g".into(),
            before: None,
            after: Some("{}".into()),
        })),
        ..Record::new(Kind::Call, id(), "2026-11-22T10:00:00.123456Z".parse().unwrap())
    }
}

#[test]
fn the_json_form_is_golden() {
    let json = serde_json::to_string(&full()).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"v":1,"kind":"call","id":"01900000-0000-7000-8000-000000000001","at":"2026-11-22T10:00:00.123Z","#,
            r#""client":"release-automation","user":"5b10a2844c20165700ede21g","credential":"tga_…x9Qz","#,
            r#""peer":"127.0.0.1","site":"demo","grant":"demo-service-account","product":"jira","#,
            r#""operation":"jira:editIssue","effect":"write","method":"PUT","path":"/rest/api/3/issue/REL-1","#,
            r#""issue":"REL-1","project":"REL","space":"DOC","scopes":["write:jira-work","read:jira-work"],"#,
            r#""decision":"permitted","rule":"release-automation.toml:9 effects \"write\"","#,
            r#""elevation":"elevation-1f0c6e0b2a4d","refusal":"upstream-timeout","#,
            r#""would_refuse":{"code":"scope-missing","rule":"a.toml:3 deny.ids \"x\""},"#,
            r#""upstream_status":204,"status":504,"bytes_in":70,"bytes_out":90,"#,
            r#""micros":{"arrive":1,"total":20000},"trace":"9d1c3f0a","ended":"deadline","#,
            r#""change":{"operator":"ann","action":"grant add","target":"grant g","after":"{}"}}"#,
        )
    );
    assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), full());
}

#[test]
fn a_summary_and_a_token_have_a_form_of_their_own() {
    let until = Timestamp::from_second(1).unwrap();
    let summary = Summary { of: Kind::Call, calls: 7, until };
    let record = Record { summary: Some(summary), ..Record::new(Kind::Summary, id(), Timestamp::UNIX_EPOCH) };
    let json = serde_json::to_string(&record).unwrap();
    let end = r#","summary":{"of":"call","calls":7,"until":"1970-01-01T00:00:01Z"}}"#;
    assert!(json.contains(r#""kind":"summary""#) && json.ends_with(end), "{json}");
    assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
    let token = Record { issued: Some("tga_…x9Qz".into()), ..Record::new(Kind::Token, id(), until) };
    let json = serde_json::to_string(&token).unwrap();
    assert!(json.contains(r#""kind":"token""#) && json.contains(r#""issued":"tga_…x9Qz""#), "{json}");
}

#[test]
fn a_notice_says_of_which_client_what_ends_and_when() {
    let record = Record {
        client: Some("nightly".parse().unwrap()),
        notice: Some(Box::new(Notice {
            about: About::SecretEnds,
            when: Timestamp::from_second(1).unwrap(),
            secret: Some("tgs_…ab12".into()),
            owner: "data".into(),
            contact: "data@example.com".into(),
        })),
        ..Record::new(Kind::Notice, id(), Timestamp::UNIX_EPOCH)
    };
    let json = serde_json::to_string(&record).unwrap();
    let end = concat!(
        r#""kind":"notice","id":"01900000-0000-7000-8000-000000000001","at":"1970-01-01T00:00:00Z","client":"nightly","#,
        r#""notice":{"about":"secret-ends","when":"1970-01-01T00:00:01Z","secret":"tgs_…ab12","#,
        r#""owner":"data","contact":"data@example.com"}}"#,
    );
    assert!(json.ends_with(end), "{json}");
    assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
    for about in About::ALL {
        assert_eq!(serde_json::to_value(about).unwrap(), about.as_str());
    }
}

#[test]
fn what_is_not_known_takes_no_space() {
    let json = serde_json::to_string(&Record::new(Kind::Stop, id(), Timestamp::UNIX_EPOCH)).unwrap();
    let bare =
        r#"{"v":1,"kind":"stop","id":"01900000-0000-7000-8000-000000000001","at":"1970-01-01T00:00:00Z"}"#;
    assert_eq!(json, bare);
}

#[test]
fn a_later_versions_fields_do_not_make_a_record_unreadable() {
    let json = r#"{"v":1,"kind":"stop","id":"01900000-0000-7000-8000-000000000001","at":"1970-01-01T00:00:00Z","later":1}"#;
    assert!(serde_json::from_str::<Record>(json).is_ok());
}

#[test]
fn a_refusal_is_noted_by_its_name_and_status() {
    let mut record = Record::default();
    record.refused_with(&Refusal::new(Code::ScopeMissing, "a detail that may be long"));
    assert_eq!(record.refusal, Some("scope-missing".into()));
    assert_eq!(record.status, Some(403));
}

#[test]
fn durations_beyond_the_field_stop_at_its_end() {
    assert_eq!(Micros::of(std::time::Duration::from_secs(1)), 1_000_000);
    assert_eq!(Micros::of(std::time::Duration::from_secs(100_000)), u32::MAX);
}
