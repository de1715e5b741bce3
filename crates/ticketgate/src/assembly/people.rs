//! Who can sign in, and who can register.

use std::sync::Arc;

use api::Registration;
use broker::{Broker, Material, NewGrant};
use control::Control;
use seal::Digest;
use types::{GrantName, OperatorName};
use web::{Resident, SignIn};
use zeroize::Zeroizing;

use crate::private_file;
use crate::problem::{Exit, Problem};
use crate::settings::{Mode, Settings};

/// Who registers clients that do so themselves, in records.
const REGISTRAR: &str = "registration";

/// What is known of the people who sign in with Atlassian and call in their own name; `None` where nobody does.
pub(super) fn callers(settings: &Settings) -> Option<control::manifests::People> {
    let Mode::MultiUser { app } = &settings.mode else { return None };
    let scopes = settings.apps.get(app).map(|app| app.scopes.clone()).unwrap_or_default();
    Some(control::manifests::People { scopes })
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
    if matches!(settings.mode, Mode::MultiUser { .. }) {
        let why = "`mode` is `multi_user`: people sign in with Atlassian, and next to that nobody may sign in as anybody.";
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

/// How people sign in with Atlassian; `None` where they do not.
pub(super) fn sign_in(settings: &Settings, broker: &Broker) -> Option<SignIn> {
    let Mode::MultiUser { app } = &settings.mode else { return None };
    let app = Arc::clone(broker.apps().get(app)?);
    if settings.sites.is_empty() {
        tracing::warn!(
            "mode is multi_user and there is no site: nobody can sign in, because nobody reaches one"
        );
    }
    Some(SignIn { app, email_domains: settings.people.email_domains.clone() })
}

/// The grant of `single_user`.
const SINGLE_USER: &str = "single-user";

/// Takes the API token of `single_user` into custody, in place of the one of the last start: it may be another one by now.
pub(super) async fn single_user(
    settings: &Settings,
    control: &Control,
    itself: &OperatorName,
) -> Result<(), Problem> {
    let Mode::SingleUser(person) = &settings.mode else { return Ok(()) };
    let failed = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Settings, "The API token of `single_user` cannot be taken.").because(error)
    };
    let name: GrantName = SINGLE_USER.parse().map_err(|error: types::NameError| failed(&error))?;
    let Some((email, token)) = &person.credential else {
        return control.grant(&name).map(drop).map_err(|_| {
            Problem::new(Exit::Settings, "`mode` is `single_user`, and there is nobody.")
                .advise("Set JIRA_EMAIL and JIRA_API_TOKEN, or add a grant `single-user` first.")
        });
    };
    let grant = NewGrant {
        name: name.clone(),
        sites: vec![person.site.clone()],
        material: Material::ApiToken { email: email.clone(), token: token.clone(), scoped: false },
    };
    control.add_grant(itself, grant).await.map_err(|error| failed(&error))?;
    tracing::info!(grant = %name, site = %person.site, "single_user: manifests may name this grant");
    Ok(())
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
