//! The authorization server for clients, and who is calling.
//!
//! **Promises.**
//! - A [`Caller`] is made only by [`Clients::authenticate`], from a credential that exists, of a client that is active
//!   and has not expired; both are looked at on every call. A state this version does not know counts as "not active".
//! - Secrets and tokens are kept as SHA-256 digests and found by them. Looking a digest up in a map is no timing leak:
//!   whoever measures it learns something about bits of a digest of their own choosing, and would have to find a text
//!   with a digest near a stored one, which is as hard as guessing the 256 random bits.
//! - A caller who has not proved itself hears one answer, whatever was wrong: never whether a client, a secret or a
//!   token exists. What fails prefix, length or checksum costs no lookup at all, and anyone can compute those.
//! - A token is durable before it is handed out, lives for [`Settings::token_life`], and dies with the secret it was
//!   fetched with when that is revoked. A client has at most [`Settings::tokens_per_client`] living tokens; one more
//!   ends the oldest, because a program that fetches a token for each call has long forgotten its oldest ones, and
//!   refusing would stop the client altogether.
//! - A token hangs on what it was fetched with, whatever that was ([`ProvesBy`]): a key or a binding taken away from a
//!   client takes its tokens along at once, as a revoked secret does.
//! - A token that is bound to a key is good together with proof that its sender holds the key, and as nothing else.
//! - An assertion is good once, also across a restart.
//! - The texts of secrets and tokens exist only in the answer that shows them, once.
//!
//! - A user is asked before a client may act for them. A code works once, for a minute, for the client, address and
//!   verifier it was asked with; a refresh token works once, with a leeway of seconds; whichever is used twice ends what
//!   the user had allowed, and every token of it, at once.
//! - A browser is sent nowhere but to an address registered for the client.
//! - Where a request comes from is the other end of its connection, or what a listed proxy says it heard; nobody else can say
//!   that they come from somewhere ([`TrustedProxies`]), and whom a listed proxy does not name is in no network.
//!
//! **Deliberately absent.** What a client may do (crate `policy`), pages (`web`), how people sign in. Pushed and signed
//! authorization requests (RFC 9126, RFC 9101), `plain` PKCE, the implicit and password grants. JSON token requests: RFC
//! 6749 has forms, and one way to say something is enough.
//!
//! **What a user's access token means.** A call with one goes out with the client's manifest, narrowed to what the user
//! allowed, and its record names the user. As whom it goes out is for the manifest to say: with its grant, or as the user
//! ([`Caller::grant`]).
//!
//! **People themselves** ([`Clients::serve_people`]) call as a client that is built in and in no directory: nobody can be
//! registered as it or prove to be it.
//! - A personal token is good until it ends or is ended, which takes effect with the next call; it is exchanged for nothing.
//! - A session counts for a page of the gateway's own only, and for a change only together with what such a page was told. It
//!   ends everywhere within a second of signing out. A credential that is sent wins over it, even a wrong one.
//!
//! **What is kept in memory**
//!
//! | what | key | how long |
//! |---|---|---|
//! | clients and their living secrets | id, digest | until changed; all of them are loaded at the start |
//! | published key sets | URL | as long as their publisher says, a minute to a day; fetched once a minute at most |
//! | used proofs of possession | client, half a digest | 92 seconds to twice that; 200,000 of one client at most |
//! | access tokens and personal tokens seen | digest | until they end or [`Settings::tokens_in_memory`] others are used more |
//! | sessions that call | digest | 0.9 seconds, then they are looked up again; 10,000 at most |

mod allowance;
mod answer;
mod authorize;
mod caller;
mod carried;
mod certificate;
mod challenge;
mod clients;
mod consents;
mod cookie;
mod digest;
mod directory;
mod flows;
mod form;
mod introspection;
mod issuer;
mod issuers;
mod jwt;
mod key_source;
mod narrowing;
mod outside;
mod own_page;
mod pace;
mod passes;
mod personal_tokens;
mod possession;
pub mod presented;
mod profile;
mod proofs;
mod proves_by;
mod redirect_uri;
mod sessions;
mod settings;
mod signing;
mod standing;
mod token_endpoint;
#[cfg(test)]
mod trial;
mod trusted_proxies;
mod turned_away;
mod uses;
mod whence;

pub use allowance::Allowance;
pub use answer::Vended;
pub use authorize::{AuthorizationRequest, NotAsked, Redirect};
pub use caller::Caller;
pub use carried::Stopped;
pub use certificate::Certificate;
pub use challenge::{REALM, challenges};
pub use clients::{
    Approach, CALL, CSRF_HEADER, ChangeError, Changed, Clients, Close, Closed, NewClient, RegisterError,
    Registered, Rotation, Tended,
};
pub use consents::{Consent, ConsentError};
pub use cookie::{cookie, session_cookie};
pub use flows::{GRANT_TYPES, GRANT_TYPES_OF_USERS, UPSTREAM_TOKEN};
pub use issuer::Issuer;
pub use issuers::{Issuer as OutsideIssuer, Says};
pub use outside::Outside;
pub use own_page::is_from_own_page;
pub use passes::{Pass, PassError, Passes};
pub use personal_tokens::{
    LONGEST_LABEL, LONGEST_PERSONAL_TOKEN_DAYS, MOST_PERSONAL_TOKENS, NewPersonalToken, PERSONAL_TOKEN_DAYS,
    PersonalToken, PersonalTokenError,
};
pub use presented::{NotPresented, Presented, Scheme, parse_authorization};
pub use profile::{Profile, TokenForm};
pub use proofs::{CLIENT_AUTHENTICATION, CLIENT_AUTHENTICATION_BY_TLS, signing_algorithms};
pub use proves_by::{CertificateRule, ClaimRule, ProvesBy, Workload};
pub use redirect_uri::{NotARedirectUri, RedirectUri};
pub use sessions::{SESSION_LIFE, Session, SessionError, Sessions};
pub use settings::{Settings, SettingsError};
pub use signing::SigningError;
pub use standing::{PauseMode, REVOKED};
pub use trusted_proxies::{TrustedProxies, TrustedProxiesError};
pub use turned_away::TurnedAway;
pub use whence::Whence;
