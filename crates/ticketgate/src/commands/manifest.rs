//! `ticketgate manifest`

mod check;
mod live;
mod sarif;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use catalogue::{CanonicalPath, Catalogue};
use clock::Clock;
use control::manifests::read_folder;
use control::views::{DraftView, StepView};
use jiff::Timestamp;
use policy::{Known, ManifestSet, Question, compile};
use serde_json::json;
use types::{Address, ClientId, GrantName, Site, SiteName, Verb};

use super::explain::walk;
use super::versions;
use crate::cli::{Global, Manifest};
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::reach::Reach;
use crate::{moment, settings, vocabulary};

pub(crate) async fn run(global: &Global, command: &Manifest, output: Output) -> Result<Exit, Problem> {
    match command {
        Manifest::Check(asked) => {
            let written = Written::read(global, asked.dir.as_ref())?;
            let live = if asked.live { Some(live::ask(global).await?) } else { None };
            check::run(&written, asked, live.as_ref(), output)
        }
        Manifest::History => versions::history(global, output).await.map(|()| Exit::Done),
        Manifest::Show { number } => versions::show(global, *number, output).await.map(|()| Exit::Done),
        Manifest::Draft { client, observed } => draft(global, client, observed, output).await,
        Manifest::Explain { client, method, path, project, as_user, at, dir } => {
            let written = Written::read(global, dir.as_ref())?;
            let at = at.as_deref().map(moment::parse).transpose()?;
            let asked = Hypothetical {
                client,
                method,
                path,
                project: project.as_deref(),
                account: as_user.as_deref(),
                at,
            };
            explain(&written, &asked, output)
        }
    }
}

/// The manifests of a folder, and what they may speak about.
struct Written {
    folder: PathBuf,
    files: ManifestSet,
    catalogue: Catalogue,
    sites: BTreeMap<SiteName, Arc<Site>>,
    clock: Clock,
}

impl Written {
    fn read(global: &Global, dir: Option<&PathBuf>) -> Result<Self, Problem> {
        let settings = settings::load(global.config.as_deref())?.settings;
        let folder = dir.cloned().unwrap_or(settings.manifests);
        let files = read_folder(&folder).map_err(|error| {
            Problem::new(Exit::Failed, format!("The manifests in {} cannot be read.", folder.display()))
                .because(error)
                .advise("Make it readable, name another folder, or set `manifests` in the settings.")
        })?;
        let clock = Clock::system()
            .map_err(|error| Problem::new(Exit::Failed, "The clock cannot be started.").because(error))?;
        let catalogue = vocabulary::catalogue(settings.catalogue.as_deref())?;
        Ok(Self { folder, files, catalogue, sites: vocabulary::sites_unasked(&settings.sites), clock })
    }

    /// Which grants a running gateway holds is not known here: any name will do.
    fn known(&self) -> Known<'_> {
        Known { sites: &self.sites, grants: None, now: self.clock.now() }
    }
}

/// The first manifest of a client, as the running gateway makes it.
async fn draft(global: &Global, client: &ClientId, observed: &str, output: Output) -> Result<Exit, Problem> {
    let seconds = moment::seconds(observed)?;
    let path = format!("/api/v1/usage/{client}/draft?observed={seconds}");
    let draft: DraftView = Reach::find(global)?.get(&path).await?;
    output.show(&draft, |draft| draft.text.clone())?;
    Ok(Exit::Done)
}

/// A call nobody makes.
struct Hypothetical<'a> {
    client: &'a ClientId,
    method: &'a str,
    path: &'a str,
    project: Option<&'a str>,
    account: Option<&'a str>,
    at: Option<Timestamp>,
}

/// The same decision the gateway makes, on a call nobody makes.
fn explain(written: &Written, asked: &Hypothetical<'_>, output: Output) -> Result<Exit, Problem> {
    let Hypothetical { client, method, path, .. } = *asked;
    let compiled = compile(&written.files, &written.catalogue, &written.known()).map_err(|diagnostics| {
        Problem::new(Exit::Findings, "The manifests do not compile, so nothing can be said about calls.")
            .because(policy::render_human(&diagnostics, written.files.files()))
            .advise("Correct them first; `ticketgate manifest check` shows the same.")
    })?;
    let unusable = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Usage, format!("{method} {path} is not a request.")).because(error)
    };
    let verb: Verb = method.to_ascii_uppercase().parse().map_err(|error| unusable(&error))?;
    let (address, rest) = address_of(path).map_err(|error| unusable(&error))?;
    let path = CanonicalPath::canonicalise(rest).map_err(|error| unusable(&error))?;
    let rulebook = &compiled.rulebook;
    // Asked for somebody who has signed in: who that is makes no difference here.
    let user = GrantName::USER.parse().ok();
    let user = user.as_ref();
    let mut steps: Vec<StepView> = Vec::new();
    let (account, now) = (asked.account, asked.at.unwrap_or_else(|| written.clock.now()));
    let said = rulebook.site_for((client, account), &address, now).and_then(|site| {
        let face = site.face(rest.starts_with("/wiki/"));
        let call = face.and_then(|face| written.catalogue.recognise(face, verb, &path));
        let Some(call) = call else { return Ok(None) };
        let question = Question { client, token_scopes: None, user, account, site: &site, call: &call, now };
        steps = rulebook.walk(&question, asked.project).into_iter().map(StepView::from).collect();
        let permit = rulebook.decide(question)?;
        let observed = permit.observed().map(ToString::to_string);
        let operation = call.operation().label().to_owned();
        Ok(Some((operation, permit.rule().to_string(), permit.grant().clone(), observed)))
    });
    match said {
        Ok(Some((operation, rule, grant, observed))) => {
            let value = json!({
                "permitted": true, "operation": operation, "rule": rule, "grant": grant,
                "would_refuse": observed, "steps": steps,
            });
            output.show(&value, |_| {
                let observed = observed.map_or_else(String::new, |why| format!("  although {why}\n"));
                format!(
                    "Permitted: {operation}\n  by    {rule}\n  with  {grant}\n{observed}\n{}",
                    walk(&steps)
                )
            })?;
            Ok(Exit::Done)
        }
        Ok(None) => {
            let value = json!({ "permitted": false, "code": types::Code::OperationUnknown.entry().name });
            output.show(&value, |_| {
                format!(
                    "Refused: {verb} {path} is none of the operations in the catalogue.",
                    path = path.as_str()
                )
            })?;
            Ok(Exit::Findings)
        }
        Err(denial) => {
            let refusal = types::Refusal::from(denial);
            let words = format!("{} {}", refusal.detail(), refusal.advice());
            let code = refusal.entry().name;
            let value = json!({ "permitted": false, "code": code, "words": words, "steps": steps });
            output.show(&value, |_| format!("Denied: {code}\n  {words}\n\n{}", walk(&steps)))?;
            Ok(Exit::Findings)
        }
    }
}

/// The site a path names, and the path on that site.
fn address_of(path: &str) -> Result<(Address, &str), String> {
    let split = |rest: &str| rest.find('/').unwrap_or(rest.len());
    if let Some(rest) = path.strip_prefix("/sites/") {
        let (name, rest) = rest.split_at_checked(split(rest)).unwrap_or((rest, "/"));
        return name.parse().map(|name| (Address::Named(name), rest)).map_err(|error| error.to_string());
    }
    for product in ["/ex/jira/", "/ex/confluence/"] {
        if let Some(rest) = path.strip_prefix(product) {
            let (id, rest) = rest.split_at_checked(split(rest)).unwrap_or((rest, "/"));
            return id.parse().map(|id| (Address::Cloud(id), rest)).map_err(|error| error.to_string());
        }
    }
    Ok((Address::Default, path))
}
