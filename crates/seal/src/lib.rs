//! Sealing what must not lie open in the store, and the tokens that are ours.
//!
//! **Promises.**
//! - [`Keyring::seal`] makes an *envelope*: a data key used for this one value encrypts it, the root key encrypts the
//!   data key, both with AES-256-GCM-SIV (RFC 8452), which survives even a repeated nonce without giving up the key.
//! - A sealed value opens only at the place it was sealed for: table, row and column are authenticated with it
//!   ([`Binding`]), so whoever can write to the database cannot move one grant's credential to another grant.
//! - A changed bit, a shortened value, another key or another place is an error, never a panic and never other bytes.
//! - The first byte is a format version, and golden vectors in the tests hold the format still.
//! - [`token`]: client secrets, access tokens and operator tokens are recognisable (prefix and checksum) and kept as
//!   SHA-256 digests, which is enough because each holds 256 random bits: there is nothing to guess, so a slow
//!   password hash would only cost time.
//! - [`export`]: what leaves for another installation is sealed to that one's public key (HPKE, RFC 9180) and opens there only.
//! - [`fingerprint`]: a request that comes again is recognised, without anything of it being kept.
//! - [`digest_of`]: a digest that says that something is the very same thing.
//! - [`pkce`]: RFC 7636, `S256` and nothing else.
//! - [`WebhookKey`]: what is pushed elsewhere is signed, so that its receiver knows whose it is.
//! - [`SshKey`]: an SSH signature is good for one message, one use and a key that is known.
//! - [`MinisignKey`]: the same of minisign, whose trusted comment says the use.
//! - [`proof`]: whoever knows a token's digest can show that without either of them being shown.
//!
//! **Deliberately absent.** Randomness and I/O: random bytes are handed in ([`Fresh`]), and reading or writing the
//! root key's file is the binary's business. (One exception: the library draws the key HPKE uses once for each thing [`export`]
//! seals.) Rotation as a job: this crate says whether a value is sealed with the
//! current key ([`Keyring::is_current`]); walking the rows belongs to whoever has the store.

mod base62;
pub mod digest_of;
pub mod export;
pub mod fingerprint;
mod keyring;
mod minisign;
pub mod pkce;
pub mod proof;
pub mod root_key;
mod sealed;
mod ssh_signature;
pub mod token;
mod webhook;

pub use export::{Export, ImportKey};
pub use keyring::{Binding, Fresh, Keyring, OpenError, SealError};
pub use minisign::{MinisignError, MinisignKey};
pub use root_key::{KeyId, NotAKeyId, NotARootKey, RootKey};
pub use sealed::{NotSealed, Sealed};
pub use ssh_signature::{SshKey, SshSignatureError};
pub use token::{Digest, Kind, Minted, NotOurs, Parsed};
pub use webhook::{NotAWebhookKey, WebhookKey};
