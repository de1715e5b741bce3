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
//! **Deliberately absent.** Decryption: this crate does not know `seal`; credentials arrive and leave as opaque bytes.
//! Decisions: a row says when it expires, not whether it has. Caches: whoever needs one knows what it may forget.
//!
//! **Where the next database goes.** `dialect.rs` names the one dialect in use and its types; the statements keep to what SQLite
//! and PostgreSQL both read (`$1`, `ON CONFLICT`), migrations, pragmas, opening and error codes live in
//! `dialect/sqlite`. A second dialect is a second folder there.

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
pub use tables::grants::{GrantRow, Grants};
pub use tables::meta::Meta;
pub use tables::operators::{OperatorRow, OperatorUse, Operators};
pub use tables::personal_tokens::{PersonalTokenRow, PersonalTokens};
pub use tables::refresh_tokens::{Exchanged, RefreshRow, RefreshTokens};
pub use tables::repeats::{RepeatAnswer, RepeatRow, Repeats};
pub use tables::seen_ids::SeenIds;
pub use tables::sessions::{SessionRow, Sessions};
pub use tables::signing_keys::{SigningKeyRow, SigningKeys};
pub use tables::sites::{SiteFactsRow, Sites};
pub use tables::stranded_pairs::{StrandedPairs, StrandedRow};
pub use tables::token_families::{FamilyChange, FamilyRow, Holder, TokenFamilies};
pub use tables::tokens::{TokenRow, Tokens};
