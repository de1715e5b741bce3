//! What happens to a client between its registration and its end.

use control::views::{ClientView, CloseSecret, DescribeClient, Mode, PauseClient, RotateSecret, SecretView};
use serde::Serialize;
use serde_json::Value;
use types::ClientId;

use super::{Registered, proving, refuse_to_overwrite, show, show_once};
use crate::cli::{Describe, HeldTo, Pause, Rotate};
use crate::moment;
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

fn body(asked: &impl Serialize) -> Result<Value, Problem> {
    Ok(serde_json::to_value(asked).map_err(std::io::Error::from)?)
}

pub(super) fn token_life(held_to: &HeldTo) -> Result<Option<u32>, Problem> {
    let seconds = held_to.token_life.as_deref().map(moment::seconds).transpose()?;
    // What does not fit is refused by the gateway, which names the bounds.
    Ok(seconds.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)))
}

pub(super) async fn describe(gateway: &Reach, args: &Describe, output: Output) -> Result<(), Problem> {
    let expires_at = match args.expires.as_deref() {
        None => None,
        Some("never") => Some(None),
        Some(when) => Some(Some(moment::parse(when)?)),
    };
    let (networks, redirects) = (&args.held_to.network, &args.held_to.redirect_uri);
    let asked = DescribeClient {
        owner: args.owner.clone(),
        contact: args.held_to.contact.clone(),
        purpose: args.purpose.clone(),
        expires_at,
        networks: (args.any_network || !networks.is_empty()).then(|| networks.clone()),
        token_life: token_life(&args.held_to)?.map(Some),
        token_form: args.held_to.token_form.map(Into::into),
        exchanges: (!args.held_to.exchange.is_empty()).then(|| args.held_to.exchange.clone()),
        rotate_every_days: args.held_to.rotate_every.map(Some),
        bound_tokens: args
            .proven_by
            .bound_tokens
            .then_some(true)
            .or(args.no_longer.unbound_tokens.then_some(false)),
        proves_by: proving::changed(&args.proven_by, &args.no_longer)?,
        redirect_uris: (args.no_redirect_uri || !redirects.is_empty()).then(|| redirects.clone()),
    };
    let client: ClientView =
        gateway.patch(&format!("/api/v1/clients/{}", args.client), &body(&asked)?).await?;
    output.show(&client, show)
}

pub(super) async fn rotate(gateway: &Reach, args: &Rotate, output: Output) -> Result<(), Problem> {
    let asked = RotateSecret {
        overlap_seconds: moment::seconds(&args.overlap)?,
        silent_for_seconds: args.silent.as_deref().map(moment::seconds).transpose()?,
    };
    refuse_to_overwrite(args.secret_file.as_deref(), "the secret was not rotated")?;
    let made: Registered =
        gateway.post(&format!("/api/v1/clients/{}/rotate", args.client), &body(&asked)?).await?;
    let silence = args
        .silent
        .as_deref()
        .map_or(String::new(), |silent| format!(", or once it has not been used for {silent}"));
    let before = if asked.overlap_seconds == 0 {
        "the one so far has ended".to_owned()
    } else {
        format!("the one so far ends in {}{silence}", args.overlap)
    };
    let what = format!("{} has a new secret; {before}.", args.client);
    let more = format!(
        "The secret is shown this once. `ticketgate client show {}` says when and from where the old one is still used.",
        args.client
    );
    show_once(&made, args.secret_file.as_deref(), (&what, &more), output)
}

pub(super) async fn close(
    gateway: &Reach,
    client: &ClientId,
    secret: &str,
    force: bool,
    output: Output,
) -> Result<(), Problem> {
    let asked = CloseSecret { secret: secret.to_owned(), revoke: false, force };
    let client: ClientView =
        gateway.post(&format!("/api/v1/clients/{client}/secrets/close"), &body(&asked)?).await?;
    output.show(&client, show)
}

pub(super) async fn pause(gateway: &Reach, args: &Pause, output: Output) -> Result<(), Problem> {
    let seconds = args.for_duration.as_deref().map(moment::seconds).transpose()?;
    let asked = PauseClient {
        mode: if args.read_only { Mode::ReadOnly } else { Mode::Reject },
        until: args.until.as_deref().map(moment::parse).transpose()?,
        for_seconds: seconds.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
    };
    let client: ClientView =
        gateway.post(&format!("/api/v1/clients/{}/pause", args.client), &body(&asked)?).await?;
    output.show(&client, show)
}

pub(super) async fn resume(gateway: &Reach, client: &ClientId, output: Output) -> Result<(), Problem> {
    let client: ClientView = gateway.post(&format!("/api/v1/clients/{client}/resume"), &Value::Null).await?;
    output.show(&client, show)
}

pub(super) async fn revoke(
    gateway: &Reach,
    client: &ClientId,
    secret: Option<&str>,
    yes: bool,
    output: Output,
) -> Result<(), Problem> {
    if let Some(secret) = secret {
        let asked = CloseSecret { secret: secret.to_owned(), revoke: true, force: true };
        let client: ClientView =
            gateway.post(&format!("/api/v1/clients/{client}/secrets/close"), &body(&asked)?).await?;
        return output.show(&client, show);
    }
    if !yes {
        return Err(Problem::new(Exit::Usage, format!("This ends {client} for good; its id is not given again."))
            .advise("Repeat it with --yes. To end one secret only, name it with --secret; to stop for a while, use pause."));
    }
    let client: ClientView = gateway.post(&format!("/api/v1/clients/{client}/revoke"), &Value::Null).await?;
    output.show(&client, show)
}

/// `active`, or what it is instead.
pub(super) fn state(client: &ClientView) -> String {
    let until = client.paused_until.map_or(String::new(), |until| format!(" until {until:.0}"));
    match client.paused.as_deref() {
        _ if client.state != "active" => client.state.clone(),
        Some("read-only") => format!("paused for changes{until}"),
        Some(_) => format!("paused{until}"),
        None => client.state.clone(),
    }
}

/// One secret in one line.
pub(super) fn secret(secret: &SecretView) -> String {
    let state = match (secret.revoked_at, secret.expires_at) {
        (Some(at), _) => format!("revoked {at:.0}"),
        (None, Some(at)) => format!("until {at:.0}"),
        (None, None) => "live".to_owned(),
    };
    let used = match (secret.last_used_at, secret.last_used_from.as_deref()) {
        (None, _) => "never used".to_owned(),
        (Some(at), None) => format!("used {} times, last {at:.0}", secret.used),
        (Some(at), Some(from)) => format!("used {} times, last {at:.0} from {from}", secret.used),
    };
    format!("{} made {:.0} ({state}), {used}", secret.hint, secret.created_at)
}
