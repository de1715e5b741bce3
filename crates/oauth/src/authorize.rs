//! The authorization endpoint (RFC 6749 §3.1, §4.1.1): what a client asks a user for, and how the browser goes back.
//!
//! Pages are not made here (`web` does that); what is here decides what may be asked and where an answer may go.

mod redirect;

use catalogue::ScopeSet;
use seal::pkce;
use types::{ClientId, SiteName};

use crate::answer::TokenError;
use crate::form::{Form, FormError};
use crate::{Allowance, Clients, RedirectUri};

pub use redirect::Redirect;

/// The longest query of an authorization request, in bytes: what browsers and proxies on the way pass without trouble.
const LONGEST: usize = 8 * 1_024;

/// The longest `state`, in bytes. It comes back to the client as it was sent.
const LONGEST_STATE: usize = 2_048;

/// What a client asks a user for. Exists only once everything about it is in order.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    pub(crate) client: ClientId,
    pub(crate) owner: String,
    pub(crate) purpose: String,
    pub(crate) redirect_uri: RedirectUri,
    pub(crate) challenge: String,
    pub(crate) scopes: ScopeSet,
    pub(crate) sites: Vec<SiteName>,
    back: Back,
}

/// What every answer to a request carries.
#[derive(Clone, Debug)]
pub(crate) struct Back {
    pub(crate) state: Option<String>,
    /// RFC 9207: so that a client of several servers knows which one answered.
    pub(crate) issuer: String,
}

/// An authorization request that cannot be put to a user.
#[derive(Debug)]
pub enum NotAsked {
    /// Nothing shows that the address in it belongs to a client, so the browser is sent nowhere (RFC 6749 §4.1.2.1): tell
    /// the person.
    Tell(&'static str),
    /// The client is told, by way of the browser.
    Send(Redirect),
    /// The store failed; nothing can be said about the request.
    Unavailable,
}

impl AuthorizationRequest {
    /// Who asks.
    #[must_use]
    pub const fn client(&self) -> &ClientId {
        &self.client
    }

    /// Who answers for the client.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// What the client is for.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Where the browser goes afterwards.
    #[must_use]
    pub const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// What it asks for, all of it within its manifest.
    #[must_use]
    pub const fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// At which sites of its manifest: all of them, the default first, or those it names with `resource` (RFC 8707 §2).
    #[must_use]
    pub fn sites(&self) -> &[SiteName] {
        &self.sites
    }

    /// The user says no (RFC 6749 §4.1.2.1).
    #[must_use]
    pub fn deny(&self) -> Redirect {
        Redirect::error(&self.redirect_uri, &self.back, "access_denied", "The user does not allow it.")
    }

    /// The user said yes, and it could not be kept.
    #[must_use]
    pub fn fail(&self) -> Redirect {
        Redirect::error(
            &self.redirect_uri,
            &self.back,
            "server_error",
            "What the user allowed could not be kept.",
        )
    }

    pub(crate) fn grant(&self, code: &types::Secret) -> Redirect {
        Redirect::code(&self.redirect_uri, &self.back, code)
    }
}

impl Clients {
    /// Reads an authorization request: the query of `GET /oauth/authorize`. `allowed` says what the manifest of a
    /// client allows now; `None` when it has no manifest.
    ///
    /// `prompt`, `login_hint` and whatever else it does not know is ignored (RFC 6749 §3.1): a person is asked in any case.
    ///
    /// # Errors
    /// [`NotAsked`]: to be shown, or to be sent back.
    pub async fn authorization_request(
        &self,
        query: &str,
        issuer: &str,
        allowed: impl FnOnce(&ClientId) -> Option<Allowance>,
    ) -> Result<AuthorizationRequest, NotAsked> {
        let form = read(query)?;
        let named = form.get("client_id").and_then(|id| id.parse::<ClientId>().ok());
        let unknown = NotAsked::Tell("It names no program that is registered here.");
        let Some((id, standing)) = named.and_then(|id| self.standing_of(&id).map(|standing| (id, standing)))
        else {
            return Err(unknown);
        };
        if !standing.is_active() {
            return Err(unknown);
        }
        let asked =
            form.get("redirect_uri").ok_or(NotAsked::Tell("It does not say where to go afterwards."))?;
        let elsewhere =
            NotAsked::Tell("It wants to go to an address that is not registered for this program.");
        if !standing.profile().redirect_uris.iter().any(|registered| registered.admits(asked)) {
            return Err(elsewhere);
        }
        let Ok(redirect_uri) = RedirectUri::parse(asked) else { return Err(elsewhere) };
        // From here on the address is the client's own, and it is told what is wrong.
        let mut back = Back { state: None, issuer: issuer.to_owned() };
        let send = |back: &Back, error, words: &str| {
            NotAsked::Send(Redirect::error(&redirect_uri, back, error, words))
        };
        back.state = state(&form).map_err(|words| send(&back, "invalid_request", words))?;
        let challenge = challenge(&form).map_err(|(error, words)| send(&back, error, words))?;
        standing.may_be_allowed(self.now()).map_err(|words| send(&back, "unauthorized_client", words))?;
        let allowed = allowed(&id);
        let (scopes, sites) = self
            .scopes_asked_for(&form, allowed.as_ref().map(|allowed| &allowed.scopes))
            .and_then(|scopes| Ok((scopes, sites_asked_for(&form, issuer, allowed.as_ref())?)))
            .map_err(|no| send(&back, no.error(), no.description()))?;
        let row = self.described(&id).await.map_err(|_| NotAsked::Unavailable)?.ok_or(unknown)?;
        Ok(AuthorizationRequest {
            client: id,
            owner: row.owner,
            purpose: row.purpose,
            challenge,
            scopes,
            sites,
            redirect_uri,
            back,
        })
    }

    /// All of the manifest's scopes, or those that are named. `offline_access`, Atlassian's word for wanting a refresh
    /// token, names nothing: there always is one.
    fn scopes_asked_for(&self, form: &Form, allowed: Option<&ScopeSet>) -> Result<ScopeSet, TokenError> {
        let asked = form.get("scope").unwrap_or_default();
        let named: Vec<&str> =
            asked.split_ascii_whitespace().filter(|name| *name != "offline_access").collect();
        match (named.is_empty(), allowed) {
            (true, Some(all)) => Ok(*all),
            _ => crate::flows::narrow::named(self.catalogue(), &named.join(" "), allowed),
        }
    }
}

/// All of the manifest's sites, or those that are named, in the manifest's order.
fn sites_asked_for(
    form: &Form,
    gateway: &str,
    allowed: Option<&Allowance>,
) -> Result<Vec<SiteName>, TokenError> {
    let known = allowed.map_or(&[][..], |allowed| allowed.sites.as_slice());
    let named = crate::flows::narrow::resources(form, gateway, known)?;
    let all = known.iter().map(|site| site.name.clone());
    Ok(all.filter(|site| named.is_empty() || named.contains(site)).collect())
}

/// Nothing of a query that is not plain is believed, least of all an address in it.
fn read(query: &str) -> Result<Form, NotAsked> {
    if query.len() > LONGEST {
        return Err(NotAsked::Tell("It is longer than any request has to be."));
    }
    Form::parse(query.as_bytes()).map_err(|error| {
        NotAsked::Tell(match error {
            FormError::TooLong | FormError::TooMany => "It is longer than any request has to be.",
            FormError::NotText => "It is not written in UTF-8.",
            FormError::Twice => "It says something twice.",
        })
    })
}

/// RFC 6749, appendix A.5: printable ASCII.
fn state(form: &Form) -> Result<Option<String>, &'static str> {
    match form.get("state") {
        Some(state) if state.len() > LONGEST_STATE => Err("The state is longer than 2,048 characters."),
        Some(state) if !state.bytes().all(|b| (0x20..=0x7e).contains(&b)) => {
            Err("The state has a character that is not printable ASCII.")
        }
        state => Ok(state.map(str::to_owned)),
    }
}

/// What is asked for is a code, bound to a verifier by `S256`: for public clients and for those with a secret alike, because
/// it also stops a code from being slipped into somebody else's session (RFC 9700 §2.1.1).
fn challenge(form: &Form) -> Result<String, (&'static str, &'static str)> {
    if form.get("request").is_some() {
        return Err(("request_not_supported", "Send the parameters themselves, not a request object."));
    }
    if form.get("request_uri").is_some() {
        return Err(("request_uri_not_supported", "Send the parameters themselves, not a request_uri."));
    }
    match form.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "Ask for response_type=code.")),
        None => return Err(("invalid_request", "The parameter response_type is missing.")),
    }
    if form.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err((
            "invalid_request",
            "The answer comes in the query; response_mode has nothing else to offer.",
        ));
    }
    let invalid = |words| Err(("invalid_request", words));
    match (form.get("code_challenge"), form.get("code_challenge_method")) {
        (None, _) => {
            invalid("The parameter code_challenge is missing: this gateway wants PKCE from every client.")
        }
        (Some(_), None | Some("plain")) => invalid("Use code_challenge_method=S256; plain protects nothing."),
        (Some(challenge), Some("S256")) if pkce::is_challenge(challenge) => Ok(challenge.to_owned()),
        (Some(_), Some("S256")) => {
            invalid("The code_challenge is not a SHA-256 in base64url without padding.")
        }
        (Some(_), Some(_)) => invalid("Use code_challenge_method=S256; there is no other."),
    }
}

#[cfg(test)]
mod tests;
