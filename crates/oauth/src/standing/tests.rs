use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn row() -> ClientRow {
    ClientRow {
        id: "a".parse().unwrap(),
        owner: String::new(),
        contact: String::new(),
        purpose: String::new(),
        created_at: at(0),
        expires_at: None,
        state: ACTIVE.to_owned(),
        paused: None,
        paused_until: None,
        profile: "{}".to_owned(),
        version: 1,
    }
}

fn check(row: &ClientRow, now: i64) -> Result<MayChange, Code> {
    let from = Whence::direct("192.0.2.1".parse().unwrap());
    Standing::of(row).check(at(now), from).map_err(|refusal| refusal.code())
}

#[test]
fn an_active_client_may_do_everything_until_it_ends() {
    let row = ClientRow { expires_at: Some(at(100)), ..row() };
    assert_eq!(check(&row, 99), Ok(Ok(())));
    assert_eq!(check(&row, 100), Err(Code::ClientExpired));
}

#[test]
fn a_pause_that_rejects_lets_nothing_through_until_it_ends_by_itself() {
    let row = ClientRow { paused: Some("reject".to_owned()), paused_until: Some(at(50)), ..row() };
    assert_eq!(check(&row, 49), Err(Code::ClientPaused));
    assert_eq!(check(&row, 50), Ok(Ok(())));
    let endless = ClientRow { paused_until: None, ..row };
    assert_eq!(check(&endless, 1_000_000), Err(Code::ClientPaused));
}

#[test]
fn a_read_only_pause_lets_reads_through_and_says_until_when() {
    let row = ClientRow { paused: Some("read-only".to_owned()), paused_until: Some(at(50)), ..row() };
    assert_eq!(check(&row, 49), Ok(Err(Some(at(50)))));
    assert_eq!(check(&row, 50), Ok(Ok(())));
}

#[test]
fn what_this_version_does_not_know_is_not_active() {
    for unknown in [
        ClientRow { state: "resting".to_owned(), ..row() },
        ClientRow { paused: Some("on-sundays".to_owned()), paused_until: Some(at(1)), ..row() },
        ClientRow { profile: r#"{"moon":"full"}"#.to_owned(), ..row() },
        ClientRow { state: REVOKED.to_owned(), ..row() },
    ] {
        assert_eq!(check(&unknown, 10), Err(Code::CredentialInvalid), "{unknown:?}");
    }
}

#[test]
fn an_address_outside_the_networks_is_refused() {
    let row = ClientRow { profile: r#"{"networks":["198.51.100.0/24"]}"#.to_owned(), ..row() };
    assert_eq!(check(&row, 1), Err(Code::AddressNotPermitted));
}

#[test]
fn a_paused_client_hears_how_long() {
    let refusal = paused(PauseMode::Reject, Some(at(160)), at(100));
    assert_eq!(refusal.when_to_retry(), Some(std::time::Duration::from_secs(60)));
    assert!(refusal.detail().contains("1970-01-01T00:02:40Z"), "{}", refusal.detail());
    assert_eq!(paused(PauseMode::ReadOnly, None, at(1)).when_to_retry(), None);
}
