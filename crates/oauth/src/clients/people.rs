//! The built-in client: what signed-in people call through, with a token of their own or from a page.

use std::sync::{Arc, Mutex, PoisonError};

use http::{Method, header};
use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;
use seal::proof;
use seal::token::{self, Kind};
use store::{ClientRow, StoreError};
use types::{ClientId, Code, Refusal};

use super::{Approach, Clients};
use crate::directory::Credential;
use crate::presented::Presented;
use crate::standing::ACTIVE;
use crate::{Caller, Issuer, Profile, Sessions, TurnedAway, cookie, is_from_own_page, session_cookie};

/// What a page that calls for somebody proves: that it is one of the session's own.
pub const CALL: &str = "call";

/// The header it proves it in, for calls that are neither `GET` nor `HEAD`.
pub const CSRF_HEADER: &str = "x-ticketgate-csrf";

/// How long a noted use of a token stands for later ones.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// What people call through.
pub(super) struct People {
    origin: Arc<Credential>,
    sessions: Sessions,
    issuer: Issuer,
    /// Tokens used since that was last written down, by their rows.
    used: Mutex<FxHashMap<Box<str>, Timestamp>>,
}

impl Clients {
    /// Lets people who signed in call in their own name, as the client [`ClientId::PEOPLE`]. Only the first time counts.
    ///
    /// A program that was registered by that id before is shut out: it could be taken for people.
    pub fn serve_people(&self, sessions: Sessions, issuer: Issuer) {
        let id = ClientId::people();
        if self.0.directory.expel(&id) {
            tracing::error!(
                client = %id,
                "a program is registered by the id people's own calls go by; it is shut out: register it by another id"
            );
        }
        let row = ClientRow {
            id,
            owner: String::new(),
            contact: String::new(),
            purpose: String::new(),
            created_at: self.now(),
            expires_at: None,
            state: ACTIVE.to_owned(),
            paused: None,
            paused_until: None,
            profile: Profile::default().text(),
            version: 1,
        };
        let people = People { origin: Credential::built_in(&row), sessions, issuer, used: Mutex::default() };
        // Said twice, the first holds.
        let _known_already = self.0.people.set(people);
    }

    /// Whether people who signed in can call in their own name.
    #[must_use]
    pub fn serves_people(&self) -> bool {
        self.0.people.get().is_some()
    }

    /// Whether that client is the built-in one.
    pub(super) fn is_built_in(&self, client: &ClientId) -> bool {
        self.serves_people() && client.is_built_in()
    }

    /// A personal token that was presented, if there is such a one. Kept in memory as access tokens are, and forgotten as they
    /// are when it is ended.
    pub(super) async fn personal_token(
        &self,
        presented: &Presented,
    ) -> Result<Option<Arc<Credential>>, Refusal> {
        let Some(people) = self.0.people.get() else { return Ok(None) };
        if let Some(known) = self.0.tokens.get(presented.digest()) {
            return Ok(Some(known));
        }
        self.look_up_with(presented.digest(), async || {
            let row = self.0.store.personal_tokens().by_digest(presented.digest().as_bytes()).await?;
            let living = row.filter(|row| row.revoked_at.is_none());
            Ok(living.map(|row| {
                let name = (row.id.as_str(), row.hint);
                Credential::personal(&people.origin, name, &row.account, row.expires_at)
            }))
        })
        .await
    }

    /// Who is asking with the cookie of a session, without any other credential.
    ///
    /// Browsers add the cookie to whatever any page makes them send, so it counts only for a page of the gateway's own: which
    /// page it is they say themselves, in headers no page can forge, and what changes something also carries what only a page
    /// of the same session can have read.
    pub(super) async fn signed_in(&self, approach: Approach<'_>) -> Result<Caller, TurnedAway> {
        let people = self.0.people.get().ok_or(Code::CredentialMissing)?;
        let name = session_cookie(people.issuer.is_https());
        let cookie = cookie(approach.headers, name).ok_or(Code::CredentialMissing)?;
        let named = || approach.headers.get(header::HOST)?.to_str().ok();
        if !approach.authority.or_else(named).is_some_and(|host| people.issuer.is_called(host)) {
            return Err(foreign("The gateway was called by a name that is not its own.").into());
        }
        if !is_from_own_page(approach.headers, approach.origin) {
            return Err(foreign("A session counts for pages of the gateway itself only.").into());
        }
        let cookie = token::parse(cookie).ok().filter(|cookie| cookie.kind == Kind::Session);
        let cookie = cookie.ok_or(Code::CredentialInvalid)?;
        if !matches!(*approach.method, Method::GET | Method::HEAD) {
            let mut carried = approach.headers.get_all(CSRF_HEADER).iter();
            let (proof, more) = (carried.next().and_then(|proof| proof.to_str().ok()), carried.next());
            let proved = more.is_none() && proof.is_some_and(|it| proof::is_form(&cookie.digest, CALL, it));
            if !proved {
                let missing = "A page that calls for somebody signed in sends X-Ticketgate-Csrf as GET /auth/session says.";
                return Err(foreign(missing).into());
            }
        }
        let credential = match people.sessions.calling(&cookie.digest) {
            Some(known) => known,
            None => {
                let _turn = self.lookup().await?;
                let looked_up = people.sessions.look_up(&cookie, &people.origin).await;
                looked_up.map_err(|error| unreadable(&error))?.ok_or(Code::CredentialInvalid)?
            }
        };
        match credential.check_call(self.now(), approach.whence) {
            Ok(may_change) => Ok(Caller::new(credential, may_change)),
            Err(refusal) => Err(TurnedAway::known(refusal, credential)),
        }
    }

    /// Notes the use of a personal token; once a while, because every call comes through here.
    pub(super) fn note_personal(&self, token: &Credential, at: Timestamp, approach: Approach<'_>) {
        let noted = token.uses().last_at();
        if noted.is_some_and(|noted| at.duration_since(noted) < NOTED_EVERY) {
            return;
        }
        token.uses().note(at, approach.whence.address());
        if let Some(people) = self.0.people.get() {
            people.used.lock().unwrap_or_else(PoisonError::into_inner).insert(token.id().into(), at);
        }
    }

    pub(super) async fn write_down_personal(&self) -> Result<(), StoreError> {
        let Some(people) = self.0.people.get() else { return Ok(()) };
        let used = std::mem::take(&mut *people.used.lock().unwrap_or_else(PoisonError::into_inner));
        let used: Vec<_> = used.into_iter().map(|(id, at)| (String::from(id), at)).collect();
        if used.is_empty() {
            return Ok(());
        }
        let written = self.0.store.personal_tokens().note_uses(&used).await;
        if written.is_err() {
            let mut noted = people.used.lock().unwrap_or_else(PoisonError::into_inner);
            for (id, at) in used {
                // What was noted meanwhile is younger.
                noted.entry(id.into()).or_insert(at);
            }
        }
        written
    }
}

fn foreign(detail: &'static str) -> Refusal {
    Refusal::new(Code::CrossSiteRequest, detail)
}

pub(super) fn unreadable(error: &StoreError) -> Refusal {
    tracing::error!(%error, "a session could not be looked up");
    super::looking_up::busy()
}
