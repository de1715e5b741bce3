//! Signed JSON tokens: keys, verification, matching of claims, signing, and proofs of possession.
//!
//! **Promises.**
//! - *Nothing is believed before its signature.* [`Unverified`] shows its header and who it *says* it is from, enough to
//!   choose keys; claims exist only on a [`Verified`], which only [`Unverified::verify`] makes.
//! - *A key verifies the algorithms of its own type and no others.* A [`Jwk`] holds one verifier per algorithm, made when
//!   the key was read, so there is no verifier an RSA key could lend to `HS256`. `none` and the HMAC algorithms have no
//!   name here at all ([`Algorithm`]).
//! - *One reading.* A member named twice, base64url with padding or stray bits, a token that is not exactly three parts,
//!   `crit` and `b64` are refused (RFC 8725 section 2.4 and 3.10): two readers that differ over a token are an attack.
//! - *Everything is bounded* before it is read: tokens, key sets, number of keys, nesting, names, patterns.
//! - *Keys come from whoever configured them.* `jwk`, `jku`, `x5u` and `x5c` in a header are ignored, and `kid` is only
//!   ever compared. [`dpop`] is the one exception, where the embedded key is the point and is trusted for nothing else.
//! - *A token without an end, for nobody in particular, or of another kind is refused*: `exp`, `aud` and the `typ` rule of
//!   [`Expected`] cannot be turned off.
//!
//! **Deliberately absent.** A clock: `now` is handed in. A generator: random bytes are handed in ([`Fresh`]), with one
//! exception that [`SigningKey::sign`] names. Fetching key sets, caching verdicts and remembering identifiers against
//! replay: they take time and memory, and belong to whoever has them. Encryption (JWE), JSON serialisations, detached
//! payloads, symmetric keys, P-521, Ed448 and secp256k1: nobody we talk to needs them. Regular expressions on claims: an
//! unanchored one has opened too many doors ([`ClaimMatch`]).

mod algorithm;
mod base64url;
mod claim_match;
pub mod dpop;
mod expected;
mod glob;
mod header;
mod json;
mod jwk;
mod jwk_set;
mod public_key;
mod signing_key;
mod thumbprint;
mod unverified;
mod verified;

pub use algorithm::Algorithm;
pub use claim_match::{ClaimMatch, ClaimPath, NotAPath};
pub use expected::{Expected, VerifyError};
pub use glob::NotAPattern;
pub use header::Header;
pub use json::NotStrictJson;
pub use jwk::{Jwk, JwkError};
pub use jwk_set::{JwkSet, JwkSetError, Skipped};
pub use signing_key::{Fresh, KeyError, SignError, SigningKey};
pub use thumbprint::{NotAThumbprint, Thumbprint};
pub use unverified::{ParseError, Part, Unverified};
pub use verified::Verified;
