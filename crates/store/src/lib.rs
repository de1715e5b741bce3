//! Rows and transactions: the only place that speaks SQL.
//!
//! **Promises.**
//! - What a call answers `Ok` to is on disk: one writer, `synchronous=FULL`, each change one transaction.
//! - One process per database file. A second one is told so ([`StoreError::InUse`]) and has touched nothing.
//! - A damaged, truncated or foreign file is found when opened ([`StoreError::Damaged`]), before a byte of it is
//!   written. So is one of a newer program ([`StoreError::Newer`]).
//! - A new database appears under its name complete or not at all, readable by its owner only.
//! - Errors name a table and a cause, never a value: no parameter of a statement reaches an error text.
//! - Every statement is a constant, listed in one registry, and a test prepares each of them.
//!
//! **Custody may be shared.** Grants, token families and stranded pairs, with what belongs to them ([`Store::custody_meta`]), may be
//! in a PostgreSQL database that several gateways use ([`Store::with_custody_at`]). Their API is the same, and so is what it
//! promises: what concerns one grant is changed by one gateway at a time, and a commit that answers is on the server's disk.
//! Besides:
//! - No call takes longer than some seconds, whatever became of the server or the network; it fails with an error that
//!   [may pass](StoreError::may_pass). Connections are made anew by themselves.
//! - A server elsewhere has to show a certificate of its name, unless the URL says otherwise. The URL's password is in no error,
//!   log or `Debug`.
//! - Gateways that start at once, or one after the other with a newer program among them, migrate it once.
//!
//! **Deliberately absent.** Decryption: this crate does not know `seal`; credentials arrive and leave as opaque bytes.
//! Decisions: a row says when it expires, not whether it has. Caches: whoever needs one knows what it may forget. Moving grants from
//! one database to another.
//!
//! **Where what is.** Statements keep to what SQLite and PostgreSQL both read (`$1`, `ON CONFLICT`). What differs is in `dialect/`:
//! migrations, opening, the settings of a connection, error codes. `custody.rs` binds a statement of custody for, and reads a row
//! from, whichever database has it.

mod custody;
mod dialect;
mod error;
mod open;
mod read;
mod tables;

pub use error::StoreError;
pub use open::Store;
pub use tables::audit::{Audit, Block};
pub use tables::authorization_codes::{AuthorizationCodes, CodeRow};
pub use tables::client_secrets::{ClientSecrets, SecretRow, SecretUse};
pub use tables::clients::{ClientRow, Clients};
pub use tables::consents::{ConsentRow, Consents};
pub use tables::elevations::{ElevationRow, Elevations};
pub use tables::grants::{GrantRow, Grants};
pub use tables::manifest_proposals::{ManifestProposals, ProposalRow};
pub use tables::manifest_versions::{ManifestVersions, VersionRow};
pub use tables::meta::Meta;
pub use tables::operators::{OperatorRow, OperatorUse, Operators};
pub use tables::personal_tokens::{PersonalTokenRow, PersonalTokens};
pub use tables::refresh_tokens::{Exchanged, RefreshRow, RefreshTokens};
pub use tables::repeats::{RepeatAnswer, RepeatRow, Repeats};
pub use tables::sealed::{COLUMN as SEALED, PLACES, Place, SealedRow, SealedValues};
pub use tables::seen_ids::SeenIds;
pub use tables::sessions::{SessionRow, Sessions};
pub use tables::signing_keys::{SigningKeyRow, SigningKeys};
pub use tables::sites::{SiteFactsRow, Sites};
pub use tables::stranded_pairs::{StrandedPairs, StrandedRow};
pub use tables::token_families::{FamilyChange, FamilyRow, Holder, TokenFamilies};
pub use tables::tokens::{TokenRow, Tokens};
pub use tables::usage::{Usage, UsagePosition, UsageRoom, UsageRow};
