//! A new client.

use oauth::{NewClient, Profile, RedirectUri, RegisterError};
use serde_json::{Value, json};
use types::{ClientId, OperatorName};

use super::describe::unfit;
use crate::views::{RegisterClient, Registered};
use crate::{Control, ControlError, Kind};

/// The longest owner or purpose, in characters.
const LONGEST: usize = 200;

impl Control {
    /// Registers a client and makes its secret, unless it is to have none; it is in the answer and nowhere else. It may call as soon as a
    /// manifest for it is published. Owner and purpose are the manifest's where nothing else is said.
    ///
    /// # Errors
    /// When what is asked for makes no sense, there is such a client already, or it cannot be recorded or kept.
    pub async fn register_client(
        &self,
        operator: &OperatorName,
        asked: RegisterClient,
    ) -> Result<Registered, ControlError> {
        if asked.client.is_built_in() {
            return Err(built_in(&asked.client));
        }
        let (owner, purpose) = self.described(&asked);
        for (name, said, text) in [("owner", &asked.owner, &owner), ("purpose", &asked.purpose, &purpose)] {
            if said.is_none() && text.is_empty() {
                return Err(unsaid(name));
            }
            plain(name, text)?;
        }
        contact(&asked.contact)?;
        let profile = Profile {
            networks: asked.networks.clone(),
            token_life: asked.token_life,
            token_form: asked.token_form,
            exchanges: asked.exchanges.clone(),
            rotate_every_days: asked.rotate_every_days,
            bound_tokens: asked.bound_tokens,
            proves_by: asked.proves_by.clone(),
            redirect_uris: redirect_uris(&asked.redirect_uris)?,
            public: asked.public,
        };
        if asked.no_secret && profile.proves_by.is_nothing() {
            return Err(without_anything());
        }
        self.check_issuers(&profile.proves_by)?;
        profile.check().map_err(|what| unfit(&what))?;
        let asked = RegisterClient { owner: Some(owner.clone()), purpose: Some(purpose.clone()), ..asked };
        let now = self.parts().clock.now();
        if asked.expires_at.is_some_and(|at| at <= now) {
            return Err(ControlError::new(
                Kind::Conflict,
                "The expiry has passed already.",
                "Name a later time.",
            ));
        }
        let _turn = self.0.turn.lock().await;
        if self.parts().store.clients().get(&asked.client).await?.is_some() {
            return Err(exists(&asked.client));
        }
        let after = json!(asked);
        self.record(operator, ("client register", asked.client.as_str()), Value::Null, after).await?;
        let client = asked.client.clone();
        let (id, contact, expires_at) = (asked.client, asked.contact, asked.expires_at);
        let new = NewClient { id, owner, contact, purpose, expires_at, profile };
        let clients = &self.parts().clients;
        let secret = if asked.no_secret || asked.public {
            clients.register_without_secret(new).await?;
            None
        } else {
            Some(clients.register(new).await?.secret)
        };
        Ok(Registered { client: self.client(&client).await?, secret })
    }

    /// Owner and purpose as asked for, or as the published manifest says; empty where neither says anything.
    fn described(&self, asked: &RegisterClient) -> (String, String) {
        let rulebook = self.parts().rulebook.load();
        let manifest = rulebook.manifest(&asked.client);
        let or_manifests = |said: &Option<String>, written: Option<&str>| {
            said.clone().or_else(|| written.map(str::to_owned)).unwrap_or_default()
        };
        (
            or_manifests(&asked.owner, manifest.map(policy::Manifest::owner)),
            or_manifests(&asked.purpose, manifest.map(policy::Manifest::purpose)),
        )
    }
}

impl From<RegisterError> for ControlError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::BuiltIn(client) => built_in(&client),
            RegisterError::Exists(client) => exists(&client),
            RegisterError::Store(error) => error.into(),
            RegisterError::Randomness(error) => {
                Self::new(Kind::Failed, format!("{error}."), "Look at the log.")
            }
        }
    }
}

fn without_anything() -> ControlError {
    ControlError::new(
        Kind::Invalid,
        "A client without a secret has nothing to prove itself with.",
        "Say by what else: --jwks, --bind or one of --tls-subject, --tls-dns, --tls-uri, --tls-sha256.",
    )
}

pub(super) fn built_in(client: &ClientId) -> ControlError {
    ControlError::new(
        Kind::Conflict,
        format!("The client {client} is built in: it is what signed-in people call as."),
        "Choose another client id; what people may do themselves is said by the manifest people.toml.",
    )
}

fn exists(client: &ClientId) -> ControlError {
    ControlError::new(
        Kind::Duplicate,
        format!("There already is a client {client}."),
        "Choose another client id.",
    )
}

pub(super) fn redirect_uris(texts: &[String]) -> Result<Vec<RedirectUri>, ControlError> {
    let read = |text: &String| {
        RedirectUri::parse(text).map_err(|error| {
            let advice = "Give https with a host, http on 127.0.0.1, or a scheme with a dot in it; exactly as requests will name it.";
            ControlError::new(Kind::Invalid, format!("It cannot be registered: {error}."), advice)
        })
    };
    texts.iter().map(read).collect()
}

/// Not wrong by itself: it is the manifest that is not there.
fn unsaid(name: &str) -> ControlError {
    ControlError::new(
        Kind::Conflict,
        format!("Neither the request nor a published manifest says the {name}."),
        format!(
            "Say in a few words {}, or publish its manifest first, which says it too.",
            if name == "owner" { "who answers for the client" } else { "what it is for" }
        ),
    )
}

pub(super) fn plain(name: &str, text: &str) -> Result<(), ControlError> {
    let length = text.chars().count();
    if (1..=LONGEST).contains(&length) && !text.trim().is_empty() && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(ControlError::new(
        Kind::Invalid,
        format!("The {name} must be 1 to {LONGEST} characters on one line."),
        "Say it in a few words.",
    ))
}

/// A mail address, a channel, a number: whatever helps to reach somebody; may be empty.
pub(super) fn contact(text: &str) -> Result<(), ControlError> {
    if text.chars().count() <= LONGEST && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(ControlError::new(
        Kind::Invalid,
        format!("The contact must be at most {LONGEST} characters on one line."),
        "Give a mail address or a channel.",
    ))
}
