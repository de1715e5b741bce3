use super::super::tend::tests::{at, client, secret};
use super::*;

fn told(clients: &[ClientRow], secrets: &[SecretRow], from: i64, until: i64) -> Vec<(About, Timestamp)> {
    let span = Span { from: at(from), until: at(until) };
    notices(clients, secrets, span).into_iter().map(|(_, notice)| (notice.about, notice.when)).collect()
}

/// On which days something is told when every day is looked at by itself.
fn days_told(clients: &[ClientRow], secrets: &[SecretRow], about: About) -> Vec<i64> {
    let is_told = |day: &i64| told(clients, secrets, day - 1, *day).iter().any(|(what, _)| *what == about);
    (1..400).filter(is_told).collect()
}

#[test]
fn an_end_is_told_of_once_at_each_threshold_and_once_when_it_has_come() {
    let clients = [client(Some(at(100)), "{}")];
    assert_eq!(days_told(&clients, &[], About::ClientEnds), [70, 86, 93, 97, 99]);
    assert_eq!(days_told(&clients, &[], About::ClientEnded), [100]);
    assert_eq!(told(&clients, &[], 69, 70), [(About::ClientEnds, at(100))], "it says when");
}

#[test]
fn of_thresholds_passed_while_the_gateway_stood_still_one_is_told() {
    let clients = [client(Some(at(100)), "{}")];
    assert_eq!(told(&clients, &[], 60, 98), [(About::ClientEnds, at(100))]);
    assert_eq!(told(&clients, &[], 60, 300), [(About::ClientEnded, at(100))]);
    assert_eq!(told(&clients, &[], 100, 300), []);
    assert_eq!(told(&clients, &[], 71, 85), []);
}

#[test]
fn a_secrets_end_is_told_of_as_a_clients_is_and_names_the_secret() {
    let clients = [client(None, "{}")];
    let ending = SecretRow { expires_at: Some(at(100)), ..secret(at(0), Some(at(90))) };
    assert_eq!(days_told(&clients, std::slice::from_ref(&ending), About::SecretEnds), [70, 86, 93, 97, 99]);
    assert_eq!(days_told(&clients, std::slice::from_ref(&ending), About::SecretEnded), [100]);
    let found = notices(&clients, &[ending], Span { from: at(99), until: at(100) });
    let [(whose, notice)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(whose.as_str(), "nightly");
    assert_eq!(notice.secret, Some("tgs_…ab12".into()));
    assert_eq!((notice.owner.as_str(), notice.contact.as_str()), ("data", "data@example.com"));
}

#[test]
fn a_rotation_is_asked_for_when_it_is_due_and_less_and_less_often_after_that() {
    let clients = [client(None, r#"{"rotate_every_days":90}"#)];
    assert_eq!(days_told(&clients, &[secret(at(0), None)], About::RotationDue), [90, 97, 120, 180]);
    assert_eq!(days_told(&clients, &[secret(at(0), Some(at(1)))], About::RotationDue), [0; 0], "replaced");
    assert_eq!(days_told(&[client(None, "{}")], &[secret(at(0), None)], About::RotationDue), [0; 0]);
}

#[test]
fn nothing_is_told_of_what_was_revoked_nor_of_secrets_whose_client_has_ended() {
    let revoked = ClientRow { state: oauth::REVOKED.to_owned(), ..client(Some(at(100)), "{}") };
    assert_eq!(told(&[revoked], &[], 0, 300), []);
    let ending = SecretRow { expires_at: Some(at(200)), ..secret(at(0), None) };
    let clients = [client(Some(at(100)), r#"{"rotate_every_days":150}"#)];
    assert_eq!(told(&clients, &[ending], 101, 300), []);
}

#[test]
fn how_far_was_looked_reads_back_and_nonsense_counts_as_nothing() {
    assert_eq!(read(b"86400000"), Some(at(1)));
    assert_eq!((read(b""), read(b"soon"), read(b"\xff")), (None, None, None));
}
