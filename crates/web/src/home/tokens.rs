//! The section about tokens of the person's own.

use oauth::{
    LONGEST_LABEL, LONGEST_PERSONAL_TOKEN_DAYS, MOST_PERSONAL_TOKENS, PERSONAL_TOKEN_DAYS, PersonalToken,
    PersonalTokenError, Session,
};
use seal::{Digest, proof};

use crate::Parts;
use crate::moment::Moment;
use crate::tokens::{purpose_of_ending, purpose_of_making};

/// What the section shows.
pub(super) struct Tokens {
    pub(super) rows: Vec<Row>,
    /// What the form that makes one carries; `None` when there are as many as there may be.
    pub(super) proof: Option<String>,
    pub(super) longest_label: usize,
    pub(super) days: u32,
    pub(super) most_days: u32,
}

/// A token, as a card on the page.
pub(super) struct Row {
    pub(super) token: PersonalToken,
    pub(super) made: Moment,
    pub(super) used: Option<Moment>,
    pub(super) until: Moment,
    pub(super) proof: String,
}

impl Tokens {
    /// `None` where nobody calls in their own name.
    pub(super) async fn of(parts: &Parts, session: &Session) -> Result<Option<Self>, PersonalTokenError> {
        if !parts.clients.serves_people() {
            return Ok(None);
        }
        let tokens = parts.clients.personal_tokens_of(&session.account).await?;
        let room = u32::try_from(tokens.len()).is_ok_and(|living| living < MOST_PERSONAL_TOKENS);
        let proof = room.then(|| proof::form(session.digest(), &purpose_of_making(&tokens)));
        Ok(Some(Self {
            rows: tokens.into_iter().map(|token| row(token, session.digest())).collect(),
            proof,
            longest_label: LONGEST_LABEL,
            days: PERSONAL_TOKEN_DAYS,
            most_days: LONGEST_PERSONAL_TOKEN_DAYS,
        }))
    }
}

fn row(token: PersonalToken, session: &Digest) -> Row {
    Row {
        made: Moment::of(token.created_at),
        used: token.used_at.map(Moment::of),
        until: Moment::of(token.expires_at),
        proof: proof::form(session, &purpose_of_ending(&token.id)),
        token,
    }
}
