//! Who is told when a grant changes.

use std::sync::Arc;

use audit::{EventSettings, Webhook};
use egress::Egress;
use seal::WebhookKey;
use types::Secret;

use crate::private_file;
use crate::problem::{Exit, Problem};
use crate::settings::Settings;

/// The receivers of the settings, with the webhook's secret read.
pub(super) fn events(settings: &Settings, egress: &Egress) -> Result<EventSettings, Problem> {
    let events = &settings.events;
    let webhook = match &events.webhook {
        None => None,
        Some((url, file)) => {
            let wrong = |why: &dyn std::fmt::Display| {
                let what = format!("The webhook's secret in {} cannot be used.", file.display());
                Problem::new(Exit::Settings, what).because(why)
            };
            let text = private_file::read(file).map_err(|error| wrong(&error))?;
            let secret = Secret::new(text.trim().to_owned());
            let key = WebhookKey::parse(&secret).map_err(|error| wrong(&error))?;
            Some(Webhook { url: url.clone(), key: Arc::new(key), egress: egress.clone() })
        }
    };
    Ok(EventSettings { webhook, command: events.command.clone(), all: events.all })
}
