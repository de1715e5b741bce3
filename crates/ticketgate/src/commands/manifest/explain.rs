//! `ticketgate manifest explain`: the same decision the gateway makes, on a call nobody makes.

use std::io::Read as _;

use catalogue::{Call, CanonicalPath};
use control::views::StepView;
use policy::{Denial, Permit, Question, Rulebook, Step, compile};
use proxy::{Foreseen, foresee};
use serde_json::{Value, json};
use types::{Address, GrantName, Verb};

use super::Written;
use crate::cli::Explain;
use crate::commands::explain::walk;
use crate::moment;
use crate::output::Output;
use crate::problem::{Exit, Problem};

/// The longest body that is read: what the gateway looks into, and a byte.
const LONGEST: u64 = (4 << 20) + 1;

/// What the gateway would do.
enum Verdict {
    Permitted {
        operation: String,
        rule: String,
        grant: GrantName,
        observed: Option<String>,
    },
    /// The decision says no.
    Denied(Denial),
    /// The decision says yes, and what the request says is not permitted.
    Refused {
        operation: String,
        rule: String,
        step: Step,
    },
    /// It is none of the operations.
    Unknown,
}

pub(super) fn run(written: &Written, asked: &Explain, output: Output) -> Result<Exit, Problem> {
    let compiled = compile(&written.files, &written.catalogue, &written.known()).map_err(|diagnostics| {
        Problem::new(Exit::Findings, "The manifests do not compile, so nothing can be said about calls.")
            .because(policy::render_human(&diagnostics, written.files.files()))
            .advise("Correct them first; `ticketgate manifest check` shows the same.")
    })?;
    let (method, path) = (&asked.method, &asked.path);
    let unusable = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Usage, format!("{method} {path} is not a request.")).because(error)
    };
    let verb: Verb = method.to_ascii_uppercase().parse().map_err(|error| unusable(&error))?;
    let (address, rest) = address_of(path).map_err(|error| unusable(&error))?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let canonical = CanonicalPath::canonicalise(rest).map_err(|error| unusable(&error))?;
    let body = asked.body.as_deref().map(read).transpose()?;
    let call = Hypothetical { verb, address, path: &canonical, query, body: body.as_deref() };
    let (verdict, steps) = ask(written, &compiled.rulebook, asked, &call)?;
    let steps: Vec<StepView> = steps.into_iter().map(StepView::from).collect();
    let value = said(&verdict, &steps);
    output.show(&value, |_| words(&verdict, &steps, &format!("{verb} {}", canonical.as_str())))?;
    Ok(if matches!(verdict, Verdict::Permitted { .. }) { Exit::Done } else { Exit::Findings })
}

/// A call nobody makes.
struct Hypothetical<'a> {
    verb: Verb,
    address: Address,
    path: &'a CanonicalPath,
    query: &'a str,
    body: Option<&'a [u8]>,
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().take(LONGEST).read_to_end(&mut body)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut body))
    };
    let unreadable =
        |error| Problem::new(Exit::Failed, format!("{} cannot be read.", path.display())).because(error);
    read.map(|_| body).map_err(unreadable)
}

fn ask(
    written: &Written,
    rulebook: &Rulebook,
    asked: &Explain,
    hypothetical: &Hypothetical<'_>,
) -> Result<(Verdict, Vec<Step>), Problem> {
    let now = match asked.at.as_deref() {
        Some(at) => moment::parse(at)?,
        None => written.clock.now(),
    };
    let (client, account) = (&asked.client, asked.as_user.as_deref());
    // Asked for somebody who has signed in: who that is makes no difference here.
    let user = GrantName::USER.parse().ok();
    let site = match rulebook.site_for((client, account), &hypothetical.address, now) {
        Ok(site) => site,
        Err(denial) => return Ok((Verdict::Denied(denial), Vec::new())),
    };
    let face = site.face(hypothetical.path.as_str().starts_with("/wiki/"));
    let call = face.and_then(|face| written.catalogue.recognise(face, hypothetical.verb, hypothetical.path));
    let Some(call) = call else { return Ok((Verdict::Unknown, Vec::new())) };
    let question =
        Question { client, token_scopes: None, user: user.as_ref(), account, site: &site, call: &call, now };
    let mut steps = rulebook.walk(&question, asked.project.as_deref());
    let verdict = match rulebook.decide(question) {
        Err(denial) => Verdict::Denied(denial),
        Ok(permit) => beyond(&permit, &call, hypothetical, &mut steps),
    };
    Ok((verdict, steps))
}

/// What query and body change about a permit; they take their place among the steps.
fn beyond(permit: &Permit, call: &Call, hypothetical: &Hypothetical<'_>, steps: &mut Vec<Step>) -> Verdict {
    let seen = Foreseen { query: hypothetical.query, body: hypothetical.body };
    let foreseen = foresee(permit, call, seen);
    let enforced = foreseen.iter().find(|step| step.holds == Some(false)).cloned();
    for foreseen in foreseen {
        match steps.iter_mut().find(|step| step.rule == foreseen.rule) {
            // Who names the project knows more than can be foreseen.
            Some(step) if foreseen.holds.is_none() && step.holds.is_some() => {}
            Some(step) => *step = foreseen,
            None => steps.push(foreseen),
        }
    }
    let (operation, rule) = (call.operation().label().to_owned(), permit.rule().to_string());
    let observed = permit.observed().map(ToString::to_string);
    // Whoever is observed is held to nothing that is written in the manifest; what is foreseen goes by what is enforced.
    let is_observed = steps.iter().any(|step| step.rule == "observe");
    let against =
        if is_observed { enforced } else { steps.iter().find(|step| step.holds == Some(false)).cloned() };
    match against {
        Some(step) => Verdict::Refused { operation, rule, step },
        None => Verdict::Permitted { operation, rule, grant: permit.grant().clone(), observed },
    }
}

fn said(verdict: &Verdict, steps: &[StepView]) -> Value {
    match verdict {
        Verdict::Permitted { operation, rule, grant, observed } => json!({
            "permitted": true, "operation": operation, "rule": rule, "grant": grant,
            "would_refuse": observed, "steps": steps,
        }),
        Verdict::Unknown => {
            json!({ "permitted": false, "code": types::Code::OperationUnknown.entry().name })
        }
        Verdict::Denied(denial) => {
            let refusal = types::Refusal::from(denial.clone());
            let words = format!("{} {}", refusal.detail(), refusal.advice());
            json!({ "permitted": false, "code": refusal.entry().name, "words": words, "steps": steps })
        }
        Verdict::Refused { operation, rule, step } => json!({
            "permitted": false, "operation": operation, "rule": rule, "against": step.rule,
            "words": step.why, "steps": steps,
        }),
    }
}

fn words(verdict: &Verdict, steps: &[StepView], request: &str) -> String {
    match verdict {
        Verdict::Permitted { operation, rule, grant, observed } => {
            let observed = observed.as_ref().map_or_else(String::new, |why| format!("  although {why}\n"));
            let open = steps.iter().any(|step| step.holds.is_none());
            let far = if open { ", as far as can be said without asking Jira" } else { "" };
            format!(
                "Permitted{far}: {operation}\n  by    {rule}\n  with  {grant}\n{observed}\n{}",
                walk(steps)
            )
        }
        Verdict::Unknown => format!("Refused: {request} is none of the operations in the catalogue."),
        Verdict::Denied(denial) => {
            let refusal = types::Refusal::from(denial.clone());
            let words = format!("{} {}", refusal.detail(), refusal.advice());
            format!("Denied: {}\n  {words}\n\n{}", refusal.entry().name, walk(steps))
        }
        Verdict::Refused { operation, rule, step } => format!(
            "Refused: {operation}\n  allowed by {rule}\n  but        {}: {}\n\n{}",
            step.rule,
            step.why,
            walk(steps)
        ),
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
