//! `ticketgate grant`

mod added;
mod authorize;
mod moving;
mod permissions;

use control::views::{AddedGrant, GrantCheck, GrantView};
use serde_json::json;

use super::client::join;
use crate::cli::{AddGrant, Global, Grant, GrantKind};
use crate::output::{Output, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;
use crate::secret_input;

pub(crate) async fn run(global: &Global, command: &Grant, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    match command {
        Grant::List => {
            let grants: Vec<GrantView> = gateway.get("/api/v1/grants").await?;
            output.show(&grants, |grants| list(grants))?;
        }
        Grant::Add(args) => {
            let added: AddedGrant = gateway.post("/api/v1/grants", &asked(args)?).await?;
            output.show(&added, added::words)?;
        }
        Grant::Authorize(args) => return authorize::run(&gateway, args, output).await,
        Grant::Check { grant, site } => {
            let body = json!({ "site": site });
            let checks: Vec<GrantCheck> =
                gateway.post(&format!("/api/v1/grants/{grant}/check"), &body).await?;
            output.show(&checks, |checks| verdicts(checks))?;
            let working = checks.iter().all(|check| check.working);
            return Ok(if working { Exit::Done } else { Exit::Findings });
        }
        Grant::Permissions { grant, site, projects } => {
            return permissions::run(&gateway, grant.as_ref(), site.as_ref(), projects, output).await;
        }
        Grant::Export(args) => moving::export(&gateway, args, output).await?,
        Grant::Import { file } => moving::import(&gateway, file, output).await?,
        Grant::Remove { grant } => {
            gateway.delete(&format!("/api/v1/grants/{grant}")).await?;
            output.show(&json!({ "removed": grant }), |_| format!("Removed {grant}."))?;
        }
    }
    Ok(Exit::Done)
}

/// The body of the request: the one place where the command line opens a grant's secret, to send it to the gateway.
fn asked(args: &AddGrant) -> Result<serde_json::Value, Problem> {
    let what = match args.kind {
        GrantKind::ServiceAccount => "client secret",
        GrantKind::ApiToken => "API token",
        GrantKind::PersonalAccessToken => "personal access token",
    };
    let secret = secret_input::read(args.secret_file.as_ref(), what)?;
    let (name, sites) = (&args.grant, &args.sites);
    let mut asked = match args.kind {
        GrantKind::ServiceAccount => json!({
            "kind": "service-account", "client_id": args.client_id, "client_secret": secret.open(),
        }),
        GrantKind::ApiToken => json!({
            "kind": "api-token", "email": args.email, "token": secret.open(), "scoped": args.scoped,
        }),
        GrantKind::PersonalAccessToken => json!({ "kind": "personal-access-token", "token": secret.open() }),
    };
    if let Some(asked) = asked.as_object_mut() {
        asked.insert("name".to_owned(), json!(name));
        asked.insert("sites".to_owned(), json!(sites));
        if let Some(url) = &args.token_url {
            asked.insert("token_url".to_owned(), json!(url));
        }
    }
    Ok(asked)
}

fn list(grants: &[GrantView]) -> String {
    if grants.is_empty() {
        return "No grants yet. Add one with `ticketgate grant add`.".to_owned();
    }
    let rows: Vec<_> = grants
        .iter()
        .map(|grant| {
            vec![
                grant.name.to_string(),
                grant.kind.clone(),
                join(grant.sites.iter()),
                state(grant),
                grant.changed_at.to_string(),
            ]
        })
        .collect();
    let mut lines = vec![table(&["GRANT", "KIND", "SITES", "STATE", "CHANGED"], &rows)];
    lines.extend(grants.iter().filter_map(remark));
    lines.join("\n")
}

fn text<'a>(of: &'a serde_json::Value, key: &str) -> Option<&'a str> {
    of.get(key).and_then(serde_json::Value::as_str)
}

/// One word, and the cause where there is one.
fn state(grant: &GrantView) -> String {
    let state = text(&grant.health, "state").unwrap_or("unknown");
    let cause = text(&grant.health, "cause").or_else(|| text(&grant.health, "error"));
    cause.map_or_else(|| state.to_owned(), |cause| format!("{state} ({cause})"))
}

/// What a grant's operators should know of it besides.
fn remark(grant: &GrantView) -> Option<String> {
    let words = text(&grant.health, "words").or_else(|| text(&grant.health, "why")).map(str::to_owned);
    let old = grant.consent.as_ref().is_some_and(|consent| consent.get("is_old") == Some(&json!(true)));
    let old =
        old.then(|| "its consent is nearly a year old, and may end soon: have it given anew".to_owned());
    let removed = Some(&grant.removed_from).filter(|sites| !sites.is_empty());
    let removed = removed.map(|sites| format!("its app was removed from {}", join(sites.iter())));
    let drift = grant
        .drift
        .iter()
        .map(|it| format!("{} lacks {} for {} operations", it.client, it.scopes.join(" "), it.operations));
    let instead = grant.could_be_service_account.then(|| {
        "only programs use it: a service account would not depend on a person, nor have to be refreshed"
            .to_owned()
    });
    let old = old.into_iter().chain(drift).chain(instead);
    let said: Vec<_> = words.into_iter().chain(removed).chain(old).collect();
    (!said.is_empty()).then(|| format!("{}: {}.", grant.name, said.join("; ")))
}

fn verdicts(checks: &[GrantCheck]) -> String {
    let lines: Vec<_> = checks
        .iter()
        .map(|check| {
            let steps: String = check.steps.iter().map(|step| format!("\n    {step}")).collect();
            format!("{} on {}: {}\n  {}{steps}", check.grant, check.site, check.verdict, check.words)
        })
        .collect();
    lines.join("\n")
}
