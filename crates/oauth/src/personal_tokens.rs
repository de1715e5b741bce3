//! Tokens of people's own, for their scripts.

use std::time::Duration;

use clock::random;
use jiff::Timestamp;
use seal::token::{self, Kind, Minted};
use store::{PersonalTokenRow, StoreError};

use crate::{Clients, Stopped};

/// Days one lives unless its owner says otherwise.
pub const PERSONAL_TOKEN_DAYS: u32 = 90;

/// Days one lives at most.
pub const LONGEST_PERSONAL_TOKEN_DAYS: u32 = 365;

/// Living ones of one person.
pub const MOST_PERSONAL_TOKENS: u32 = 20;

/// The longest label, in characters.
pub const LONGEST_LABEL: usize = 60;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A personal token, as its owner sees it.
#[derive(Clone, Debug)]
pub struct PersonalToken {
    /// A UUID.
    pub id: String,
    /// What they call it.
    pub label: String,
    /// Its prefix and last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used; counted every few seconds.
    pub used_at: Option<Timestamp>,
}

/// A personal token that is about to be kept: made, and good for nothing yet. So its making can be recorded before it takes
/// effect.
pub struct NewPersonalToken {
    row: PersonalTokenRow,
    minted: Minted,
}

/// What was to be done about a personal token was not done.
#[derive(Debug, thiserror::Error)]
pub enum PersonalTokenError {
    /// The person has no such token.
    #[error("there is no such token")]
    Missing,
    /// The person has as many as they may.
    #[error("there are {MOST_PERSONAL_TOKENS} tokens already; end one of them first")]
    TooMany,
    /// The label is empty, too long, or not printable.
    #[error("a label has 1 to {LONGEST_LABEL} characters, all of them printable")]
    Label,
    /// It would live too long, or not at all.
    #[error("a token lives 1 to {LONGEST_PERSONAL_TOKEN_DAYS} days")]
    Days,
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] random::NoRandomness),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It stopped without an answer.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl NewPersonalToken {
    /// What they call it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.row.label
    }

    /// How records show it.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.row.hint
    }

    /// When it ends.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.row.expires_at
    }
}

impl Clients {
    /// A person's tokens that live, youngest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn personal_tokens_of(&self, account: &str) -> Result<Vec<PersonalToken>, PersonalTokenError> {
        let tokens = self.store().personal_tokens();
        let rows = tokens.living_of(account, self.now(), MOST_PERSONAL_TOKENS).await?;
        Ok(rows.into_iter().map(shown).collect())
    }

    /// One living token of a person.
    ///
    /// # Errors
    /// [`PersonalTokenError::Missing`] when they have no such token.
    pub async fn personal_token_of(
        &self,
        account: &str,
        id: &str,
    ) -> Result<PersonalToken, PersonalTokenError> {
        let mut all = self.personal_tokens_of(account).await?.into_iter();
        all.find(|token| token.id == id).ok_or(PersonalTokenError::Missing)
    }

    /// Makes a token for a person, to be kept with [`Clients::keep_personal_token`].
    ///
    /// # Errors
    /// When they have too many, or what they call it or how long it is to live cannot be.
    pub async fn new_personal_token(
        &self,
        (account, name): (&str, &str),
        label: &str,
        days: u32,
    ) -> Result<NewPersonalToken, PersonalTokenError> {
        let label = label.trim();
        let count = label.chars().count();
        if !(1..=LONGEST_LABEL).contains(&count) || label.chars().any(char::is_control) {
            return Err(PersonalTokenError::Label);
        }
        if !(1..=LONGEST_PERSONAL_TOKEN_DAYS).contains(&days) {
            return Err(PersonalTokenError::Days);
        }
        let living = self.personal_tokens_of(account).await?.len();
        if u32::try_from(living).is_ok_and(|living| living >= MOST_PERSONAL_TOKENS) {
            return Err(PersonalTokenError::TooMany);
        }
        let minted = token::mint(Kind::PersonalToken, random::bytes()?);
        let now = self.now();
        let row = PersonalTokenRow {
            id: self.new_id(),
            digest: *minted.digest.as_bytes(),
            account: account.to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            hint: minted.hint.clone(),
            created_at: now,
            expires_at: now.checked_add(DAY.saturating_mul(days)).unwrap_or(Timestamp::MAX),
            last_used_at: None,
            revoked_at: None,
        };
        Ok(NewPersonalToken { row, minted })
    }

    /// Keeps a token: durable and in effect when this answers. Its text is in the answer and nowhere else.
    ///
    /// # Errors
    /// When somebody was quicker and there are too many now, or the store fails.
    pub async fn keep_personal_token(
        &self,
        new: NewPersonalToken,
    ) -> Result<types::Secret, PersonalTokenError> {
        let kept = self.store().personal_tokens().insert(&new.row, MOST_PERSONAL_TOKENS).await?;
        if kept { Ok(new.minted.text) } else { Err(PersonalTokenError::TooMany) }
    }

    /// Ends a person's token; in effect with the next call when this answers. It is carried through when whoever asked for it
    /// does not wait.
    ///
    /// # Errors
    /// [`PersonalTokenError::Missing`] when they have no such token.
    pub async fn end_personal_token(&self, account: &str, id: &str) -> Result<(), PersonalTokenError> {
        let (clients, account, id) = (self.clone(), account.to_owned(), id.to_owned());
        let ended = self.carry_through(async move {
            let now = clients.now();
            let ended = clients.store().personal_tokens().revoke(&account, &id, now).await?;
            clients.end(&[ended.ok_or(PersonalTokenError::Missing)?]);
            Ok(())
        });
        ended.await?
    }

    /// Ends every token of a person, as when they disconnect; answers how many there were. In effect with the next call when
    /// this answers, and carried through when whoever asked for it does not wait.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_personal_tokens_of(&self, account: &str) -> Result<usize, PersonalTokenError> {
        let (clients, account) = (self.clone(), account.to_owned());
        let ended = self.carry_through(async move {
            let now = clients.now();
            let ended = clients.store().personal_tokens().revoke_all_of(&account, now).await?;
            clients.end(&ended);
            Ok(ended.len())
        });
        ended.await?
    }
}

fn shown(row: PersonalTokenRow) -> PersonalToken {
    PersonalToken {
        id: row.id,
        label: row.label,
        hint: row.hint,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.last_used_at,
    }
}

#[cfg(test)]
mod tests;
