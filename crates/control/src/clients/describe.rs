//! What is known about a client, and what it is held to.

use oauth::{Profile, ProvesBy};
use types::ClientId;

use super::register::{contact, plain, redirect_uris};
use crate::views::{ClientView, DescribeClient};
use crate::{By, Control, ControlError, Kind};

impl Control {
    /// Changes a client's description: those parts of it that are named.
    ///
    /// # Errors
    /// When there is no such client, it has changed since it was seen, what is asked for makes no sense, or it cannot be
    /// recorded or kept.
    pub async fn describe_client(
        &self,
        by: By<'_>,
        client: &ClientId,
        asked: DescribeClient,
    ) -> Result<ClientView, ControlError> {
        self.change_client(by, "client describe", client, |row, now| {
            if let Some(owner) = asked.owner {
                plain("owner", &owner)?;
                row.owner = owner;
            }
            if let Some(address) = asked.contact {
                contact(&address)?;
                row.contact = address;
            }
            if let Some(purpose) = asked.purpose {
                plain("purpose", &purpose)?;
                row.purpose = purpose;
            }
            if let Some(expires_at) = asked.expires_at {
                if expires_at.is_some_and(|at| at <= now) {
                    return Err(passed());
                }
                row.expires_at = expires_at;
            }
            let mut profile = Profile::parse(&row.profile).map_err(|_| unreadable(client))?;
            if let Some(networks) = asked.networks {
                profile.networks = networks;
            }
            if let Some(token_life) = asked.token_life {
                profile.token_life = token_life;
            }
            if let Some(form) = asked.token_form {
                profile.token_form = form;
            }
            if let Some(exchanges) = asked.exchanges {
                profile.exchanges = exchanges;
            }
            if let Some(days) = asked.rotate_every_days {
                profile.rotate_every_days = days;
            }
            if let Some(bound_tokens) = asked.bound_tokens {
                profile.bound_tokens = bound_tokens;
            }
            if let Some(change) = asked.proves_by {
                change.change(&mut profile.proves_by);
                self.check_issuers(&profile.proves_by)?;
            }
            if let Some(texts) = &asked.redirect_uris {
                profile.redirect_uris = redirect_uris(texts)?;
            }
            profile.check().map_err(|what| unfit(&what))?;
            row.profile = profile.text();
            Ok(())
        })
        .await
    }
}

impl Control {
    /// A binding to an issuer nobody has listed would only look as if it worked.
    pub(super) fn check_issuers(&self, proves_by: &ProvesBy) -> Result<(), ControlError> {
        let unknown =
            proves_by.workloads.iter().find(|bound| !self.parts().clients.knows_issuer(&bound.issuer));
        unknown.map_or(Ok(()), |bound| {
            Err(ControlError::new(
                Kind::Invalid,
                format!("The settings list no issuer {}.", bound.issuer),
                format!("Add [oauth.issuers.{}] to the settings and start the gateway again.", bound.issuer),
            ))
        })
    }
}

pub(super) fn unfit(what: &str) -> ControlError {
    ControlError::new(Kind::Invalid, format!("The profile {what}."), "Correct it and send it again.")
}

fn passed() -> ControlError {
    ControlError::new(
        Kind::Conflict,
        "The expiry has passed already.",
        "Name a later time, or revoke the client.",
    )
}

fn unreadable(client: &ClientId) -> ControlError {
    ControlError::new(
        Kind::Conflict,
        format!(
            "Client {client} was described by a newer version of ticketgate, with restrictions this one does not know."
        ),
        "Use that version to change it.",
    )
}
