//! Who can sign in, and who can register.

use std::sync::Arc;

use api::Registration;
use seal::Digest;
use web::Resident;
use zeroize::Zeroizing;

use crate::private_file;
use crate::problem::{Exit, Problem};
use crate::settings::Settings;

/// Who registers clients that do so themselves, in records.
const REGISTRAR: &str = "registration";

/// What is known of the people who sign in with Atlassian and call in their own name; `None` where nobody does.
pub(super) const fn callers(_settings: &Settings) -> Option<control::manifests::People> {
    None
}

/// The stand-in's people where signing in for development is on; `None` where nobody can sign in.
///
/// Nobody is asked for a password, so it must be certain that only this machine gets at it: a listener others reach is
/// refused, and so is a public origin, which means a proxy that makes everyone look like this machine.
pub(super) fn residents(settings: &Settings) -> Result<Option<Arc<[Resident]>>, Problem> {
    if !settings.development_login {
        return Ok(None);
    }
    let refused = |why: String, advice: &str| {
        Err(Problem::new(Exit::Settings, "`development_login` cannot be used here.")
            .because(why)
            .advise(advice))
    };
    if !settings.listen.ip().is_loopback() {
        let why = format!(
            "The listener is at {}, which others may reach, and nobody is asked for a password.",
            settings.listen
        );
        return refused(why, "Listen on 127.0.0.1, or take `development_login` out.");
    }
    if settings.public_origin.is_some() {
        let why = "`public_origin` says that the gateway is reached from elsewhere, and nobody is asked for a password.";
        return refused(why.to_owned(), "Take one of the two out.");
    }
    if settings.trusted_proxies.count() > 0 {
        let why = "`trusted_proxies` says that the gateway is reached from elsewhere, and nobody is asked for a password.";
        return refused(why.to_owned(), "Take one of the two out.");
    }
    tracing::warn!(
        "development_login is on: whoever sits at this machine may sign in as anybody, without a password"
    );
    let resident = |person: standin::Resident| Resident {
        account: person.account_id,
        name: person.display_name,
        email: person.email,
    };
    Ok(Some(standin::residents().into_iter().map(resident).collect()))
}

/// The shortest initial access token, in characters: 128 bits in hexadecimal digits.
const SHORTEST: usize = 32;

/// How clients may register themselves; `None` where they may not.
pub(super) fn registration(settings: &Settings) -> Result<Option<Registration>, Problem> {
    let Some(file) = &settings.registration.token_file else { return Ok(None) };
    let unusable = |why: &dyn std::fmt::Display| {
        Problem::new(
            Exit::Settings,
            format!("The initial access token in {} cannot be used.", file.display()),
        )
        .because(why)
        .advise(
            "Write one with `openssl rand -hex 32`, into a file that only the gateway can read (chmod 600).",
        )
    };
    let text = Zeroizing::new(private_file::read(file).map_err(|error| unusable(&error))?);
    let token = text.trim();
    if token.len() < SHORTEST || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(unusable(&"it must be 32 printable characters or more, without spaces"));
    }
    let (token, life) = (Digest::of_text(token), settings.registration.life);
    Ok(Some(Registration { token, life, registrar: super::name(REGISTRAR)? }))
}
