use super::*;

pub(crate) fn at(day: i64) -> Timestamp {
    Timestamp::from_second(day * 86_400).unwrap()
}

pub(crate) fn client(expires_at: Option<Timestamp>, profile: &str) -> ClientRow {
    ClientRow {
        id: "nightly".parse().unwrap(),
        owner: "data".to_owned(),
        contact: "data@example.com".to_owned(),
        purpose: String::new(),
        created_at: at(0),
        expires_at,
        state: "active".to_owned(),
        paused: None,
        paused_until: None,
        profile: profile.to_owned(),
        version: 1,
    }
}

pub(crate) fn secret(created_at: Timestamp, replaced_at: Option<Timestamp>) -> SecretRow {
    SecretRow {
        id: "s".to_owned(),
        client: "nightly".parse().unwrap(),
        digest: [0; 32],
        hint: "tgs_…ab12".to_owned(),
        created_at,
        expires_at: None,
        revoked_at: None,
        replaced_at,
        silent_for: None,
        used: 0,
        last_used_at: None,
        last_used_from: None,
    }
}

#[test]
fn a_client_is_warned_of_from_thirty_days_before_its_end_and_not_after_it() {
    for (now, warned) in [(69, 0), (70, 1), (99, 1), (100, 0)] {
        let found = warnings(&[client(Some(at(100)), "{}")], &[], at(now));
        assert_eq!(found.len(), warned, "day {now}");
    }
    let revoked = ClientRow { state: oauth::REVOKED.to_owned(), ..client(Some(at(100)), "{}") };
    assert_eq!(warnings(&[revoked], &[], at(90)), []);
}

#[test]
fn a_secret_older_than_its_rotation_is_warned_of_unless_it_was_replaced() {
    let clients = [client(None, r#"{"rotate_every_days":90}"#)];
    assert_eq!(warnings(&clients, &[secret(at(0), None)], at(89)), []);
    let due = warnings(&clients, &[secret(at(0), None), secret(at(0), Some(at(1)))], at(90));
    assert!(matches!(&due[..], [Warning::RotationDue { since, .. }] if *since == at(90)), "{due:?}");
    assert_eq!(warnings(&[client(None, "{}")], &[secret(at(0), None)], at(1_000)), []);
}
