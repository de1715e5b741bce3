//! A new operator, or a new token for one whose token has ended.

use clock::random;
use jiff::Timestamp;
use seal::token::{self, Minted};
use serde_json::{Value, json};
use store::OperatorRow;
use types::OperatorName;

use crate::views::{AddOperator, AddedOperator};
use crate::{By, Control, ControlError, Kind};

/// So many operators at most, with those that have ended: a list people can read.
const MOST: usize = 1_000;

impl Control {
    /// Adds an operator and makes their token, which is in the answer and nowhere else. A name whose token has ended or was
    /// revoked may be given a new one; one whose token is good may not, so that nobody is replaced unseen.
    ///
    /// # Errors
    /// When the name is taken, has changed since it was seen or is the gateway's own, the expiry has passed, there are too
    /// many, or it cannot be recorded or kept.
    pub async fn add_operator(
        &self,
        by: impl Into<By<'_>>,
        asked: AddOperator,
    ) -> Result<AddedOperator, ControlError> {
        let now = self.parts().clock.now();
        if asked.expires_at.is_some_and(|at| at <= now) {
            return Err(ControlError::new(
                Kind::Conflict,
                "The expiry has passed already.",
                "Name a later time.",
            ));
        }
        let minted = random::bytes::<32>()
            .map(|bytes| token::mint(token::Kind::OperatorToken, bytes))
            .map_err(|error| ControlError::new(Kind::Failed, format!("{error}."), "Look at the log."))?;
        let by = by.into();
        let _turn = self.0.turn.lock().await;
        let mut rows = self.parts().store.operators().list().await?;
        let before = rows.iter().find(|row| row.name == asked.name);
        by.check(&format!("Operator {}", asked.name), before.map(|row| row.version))?;
        self.refuse_taken(&asked.name, before, now)?;
        if before.is_none() && rows.len() >= MOST {
            return Err(ControlError::new(
                Kind::Conflict,
                format!("There are {MOST} operators already."),
                "Give a new token to a name whose token has ended.",
            ));
        }
        let row = row(&asked, &minted, now, before.map_or(1, |before| before.version));
        let recorded = before.map_or(Value::Null, in_short);
        self.record(by.operator, ("operator add", asked.name.as_str()), recorded, in_short(&row)).await?;
        let table = self.parts().store.operators();
        match before {
            None => table.insert(&row).await?,
            Some(_) => table.replace(&row).await?,
        }
        // Nothing that could fail stands between the store and the roster.
        rows.retain(|row| row.name != asked.name);
        rows.push(row);
        self.parts().operators.put(&rows);
        Ok(AddedOperator { operator: self.operator(&asked.name).await?, token: minted.text })
    }

    fn refuse_taken(
        &self,
        name: &OperatorName,
        before: Option<&OperatorRow>,
        now: Timestamp,
    ) -> Result<(), ControlError> {
        if name == self.parts().operators.local() || name.as_str() == crate::ITSELF {
            return Err(ControlError::new(
                Kind::Conflict,
                format!("{name} is what records call the gateway's own doings."),
                "Choose another name.",
            ));
        }
        let living =
            |row: &&OperatorRow| row.revoked_at.is_none() && row.expires_at.is_none_or(|at| at > now);
        match before.filter(living) {
            None => Ok(()),
            Some(_) => Err(ControlError::new(
                Kind::Duplicate,
                format!("There already is an operator {name}, whose token is good."),
                format!("Choose another name, or end that token first: `ticketgate operator revoke {name}`."),
            )),
        }
    }
}

fn row(asked: &AddOperator, minted: &Minted, now: Timestamp, version: u64) -> OperatorRow {
    OperatorRow {
        name: asked.name.clone(),
        role: asked.role.as_str().to_owned(),
        digest: *minted.digest.as_bytes(),
        hint: minted.hint.clone(),
        created_at: now,
        expires_at: asked.expires_at,
        revoked_at: None,
        last_used_at: None,
        version,
    }
}

/// What a record says about an operator.
pub(super) fn in_short(row: &OperatorRow) -> Value {
    json!({ "role": row.role, "token": row.hint, "expires_at": row.expires_at, "revoked_at": row.revoked_at })
}
