use super::*;

fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

fn secret(byte: u8) -> SecretStanding<'static> {
    SecretStanding {
        id: "row",
        digest: digest(byte),
        hint: "tgs_…abcd",
        expires_at: None,
        revoked: false,
        replaced: false,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

struct Office {
    directory: Directory,
    id: ClientId,
}

impl Office {
    fn new() -> Self {
        Self { directory: Directory::default(), id: "a".parse().unwrap() }
    }

    fn enter(&self, active: bool, expires_at: Option<Timestamp>, secrets: Vec<SecretStanding<'_>>) {
        let row = ClientRow {
            id: self.id.clone(),
            owner: String::new(),
            contact: String::new(),
            purpose: String::new(),
            created_at: at(0),
            expires_at,
            state: if active { "active" } else { "revoked" }.to_owned(),
            paused: None,
            paused_until: None,
            profile: "{}".to_owned(),
            version: 1,
        };
        self.directory.enter(&row, secrets.into_iter());
    }
}

/// Checked from this machine.
trait Checked {
    fn checked(&self, now: Timestamp) -> Result<MayChange, Refusal>;
}

impl Checked for Credential {
    fn checked(&self, now: Timestamp) -> Result<MayChange, Refusal> {
        self.check(now, Whence::direct(std::net::Ipv4Addr::LOCALHOST.into()))
    }
}

#[test]
fn a_change_reaches_tokens_that_were_issued_before_it() {
    let office = Office::new();
    office.enter(true, None, vec![secret(1)]);
    let secret_before = office.directory.secret(&digest(1)).unwrap();
    let token = Credential::token(&secret_before, String::new(), Narrowing::default(), at(1_000));
    assert!(token.checked(at(1)).is_ok());
    office.enter(false, None, vec![secret(1)]);
    assert_eq!(token.checked(at(1)).unwrap_err().code(), Code::CredentialInvalid);
    assert!(secret_before.checked(at(1)).is_err());
    office.enter(true, Some(at(500)), vec![secret(1)]);
    assert!(token.checked(at(499)).is_ok());
    assert_eq!(token.checked(at(500)).unwrap_err().code(), Code::ClientExpired);
}

#[test]
fn a_revoked_secret_takes_its_tokens_along_and_an_expired_one_does_not() {
    let office = Office::new();
    office.enter(true, None, vec![secret(1), secret(2)]);
    let tokens = [1, 2].map(|byte| {
        Credential::token(
            &office.directory.secret(&digest(byte)).unwrap(),
            String::new(),
            Narrowing::default(),
            at(1_000),
        )
    });
    let ended = SecretStanding { expires_at: Some(at(10)), ..secret(1) };
    let revoked = SecretStanding { revoked: true, ..secret(2) };
    office.enter(true, None, vec![ended, revoked]);
    assert!(office.directory.secret(&digest(1)).unwrap().checked(at(10)).is_err());
    assert!(tokens[0].checked(at(999)).is_ok());
    assert!(tokens[0].checked(at(1_000)).is_err());
    assert!(tokens[1].checked(at(11)).is_err());
}

#[test]
fn a_secret_no_longer_named_is_gone() {
    let office = Office::new();
    office.enter(true, None, vec![secret(1)]);
    let held = office.directory.secret(&digest(1)).unwrap();
    office.enter(true, None, vec![secret(2)]);
    assert!(office.directory.secret(&digest(1)).is_none());
    assert!(held.checked(at(1)).is_err());
    assert!(office.directory.secret(&digest(2)).unwrap().checked(at(1)).is_ok());
}

#[test]
fn a_secret_is_found_only_as_its_own_clients() {
    let office = Office::new();
    office.enter(true, None, vec![secret(1)]);
    assert!(office.directory.secret_of(&office.id, "row").is_some());
    assert!(office.directory.secret_of(&office.id, "other").is_none());
    assert!(office.directory.secret_of(&"b".parse().unwrap(), "row").is_none());
}
