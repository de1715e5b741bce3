//! The way from a question to its answer, rule by rule: for whoever wants to know why. It decides nothing; what it says last is
//! what [`Rulebook::decide`] says.

use catalogue::{Confinement, Operation, ScopeSet};
use serde::Serialize;

use crate::decide::Question;
use crate::denial;
use crate::manifest::Manifest;
use crate::rulebook::{Entry, Glossary, Rulebook};

/// One rule on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which rule: `expiry`, `hours`, `operations`.
    pub rule: &'static str,
    /// Whether it lets the call through; `None`: what it asks about is not known here.
    pub holds: Option<bool>,
    /// Why, half a sentence.
    pub why: String,
    /// The lines it stands in, by file and line.
    pub at: Vec<String>,
}

impl Step {
    fn new(rule: &'static str, holds: Option<bool>, why: impl Into<String>) -> Self {
        Self { rule, holds, why: why.into(), at: Vec::new() }
    }

    fn at(self, at: impl IntoIterator<Item = impl ToString>) -> Self {
        Self { at: at.into_iter().map(|label| label.to_string()).collect(), ..self }
    }
}

impl Rulebook {
    /// Every rule between a question and its answer, in order, also behind the first that says no. `project` is the key of the
    /// project that the call is about, where that is known.
    #[must_use]
    pub fn walk(&self, question: &Question<'_>, project: Option<&str>) -> Vec<Step> {
        let Question { client, account, now, .. } = *question;
        let Some(entry) = self.entry(client, account, now) else {
            return vec![Step::new("manifest", Some(false), "the client has none")];
        };
        let file = entry.manifest.file();
        let mut steps = vec![Step::new("manifest", Some(true), format!("the client has one: {file}"))];
        if let Some(elevated) = self.elevation(client, account, now) {
            let for_whom = if elevated.account.is_some() { "this user" } else { "the client" };
            let why = format!("{for_whom} has more until {}, which is part of what follows", elevated.until);
            steps.push(Step::new("elevation", Some(true), why));
        }
        steps.extend([
            expiry(&entry.manifest, question),
            starts(&entry.manifest, question),
            hours(&entry.manifest, question),
            user(entry, question),
            site(entry, question),
            guardrails(entry, question),
            denies(entry, question),
            operations(entry, question),
            scopes(entry, question, &self.glossary),
            boundary(&entry.manifest, question.call.operation(), project),
        ]);
        steps.extend(terms(&entry.manifest));
        steps
    }
}

fn expiry(manifest: &Manifest, question: &Question<'_>) -> Step {
    let why =
        manifest.expires.map_or_else(|| "it does not expire".to_owned(), |at| format!("it expires at {at}"));
    Step::new("expiry", Some(!manifest.expired(question.now)), why)
}

fn starts(manifest: &Manifest, question: &Question<'_>) -> Step {
    let conditions = manifest.conditions.as_deref();
    match conditions.and_then(|all| all.starts.as_ref()) {
        None => Step::new("start", Some(true), "it holds from its publication on"),
        Some((at, label)) => {
            Step::new("start", Some(*at <= question.now), format!("it starts at {at}")).at([label])
        }
    }
}

fn hours(manifest: &Manifest, question: &Question<'_>) -> Step {
    let conditions = manifest.conditions.as_deref();
    match conditions.and_then(|all| all.hours.as_ref()) {
        None => Step::new("hours", Some(true), "at any hour"),
        Some((hours, label)) => {
            Step::new("hours", Some(hours.hold(question.now)), hours.to_string()).at([label])
        }
    }
}

fn user(entry: &Entry, question: &Question<'_>) -> Step {
    if !question.as_somebody(entry) {
        return Step::new(
            "user",
            Some(false),
            "it goes out as the user it is made for, and this is made for nobody",
        );
    }
    let users = entry.manifest.conditions.as_ref().and_then(|all| all.on_behalf_of.as_ref());
    match users {
        None => Step::new("user", Some(true), "for whomever it is made"),
        Some((accounts, label)) => {
            let conditions = entry.manifest.conditions.as_ref();
            let may = conditions.is_none_or(|all| all.may_be_for(question.account, question.user.is_some()));
            Step::new("user", Some(may), format!("for {} accounts only", accounts.len())).at([label])
        }
    }
}

fn site(entry: &Entry, question: &Question<'_>) -> Step {
    let name = &question.site.name;
    if !question.right_face() {
        return Step::new("site", Some(false), format!("the operation does not exist at {name}"));
    }
    let reaches = entry.manifest.reaches(question.site);
    let word = if reaches { "reaches" } else { "does not reach" };
    Step::new("site", Some(reaches), format!("it {word} {name}"))
}

/// The labels of the denies that mean the operation, the guardrails' or the manifest's own.
fn denying(entry: &Entry, question: &Question<'_>, guardrails: bool) -> Vec<String> {
    let operation = question.call.operation().index();
    let all = (0..).zip(&entry.selection.deny).filter(|(_, choice)| choice.operations.contains(operation));
    let of_kind = all.filter(|(position, _)| denial::is_guardrail(entry, *position) == guardrails);
    of_kind.filter_map(|(position, _)| Some(entry.deny_label(position)?.to_string())).collect()
}

fn guardrails(entry: &Entry, question: &Question<'_>) -> Step {
    let found = denying(entry, question, true);
    let why = if found.is_empty() { "they do not deny it" } else { "they deny it to everybody" };
    Step::new("guardrails", Some(found.is_empty()), why).at(found)
}

fn denies(entry: &Entry, question: &Question<'_>) -> Step {
    let found = denying(entry, question, false);
    let why = if found.is_empty() {
        "nothing of it denies it"
    } else {
        "it denies it, which wins over what allows it"
    };
    Step::new("denies", Some(found.is_empty()), why).at(found)
}

fn operations(entry: &Entry, question: &Question<'_>) -> Step {
    let operation = question.call.operation();
    let all =
        (0..).zip(&entry.selection.allow).filter(|(_, choice)| choice.operations.contains(operation.index()));
    let found: Vec<String> =
        all.filter_map(|(position, _)| Some(entry.allow_label(position)?.to_string())).collect();
    let why = if found.is_empty() { "no entry allows" } else { "allowed is" };
    Step::new("operations", Some(!found.is_empty()), format!("{why} {}", operation.label())).at(found)
}

fn scopes(entry: &Entry, question: &Question<'_>, glossary: &Glossary) -> Step {
    let operation = question.call.operation();
    let held = question.held(entry);
    let names =
        |set: &ScopeSet| set.iter().map(|scope| glossary.scope(scope)).collect::<Vec<_>>().join(" and ");
    let mut ways = Vec::new();
    for (kind, needed) in [("classic", operation.classic()), ("granular", operation.granular())] {
        let Some(needed) = needed else { continue };
        let missing = needed.difference(&held);
        ways.push(match (needed.is_empty(), missing.is_empty()) {
            (true, _) => format!("{kind}: needs none"),
            (_, true) => format!("{kind}: has {}", names(needed)),
            (_, false) => format!("{kind}: lacks {}", names(&missing)),
        });
    }
    if ways.is_empty() {
        ways.push("Atlassian offers it to no OAuth client".to_owned());
    }
    Step::new("scopes", Some(operation.satisfied_by(&held)), ways.join("; "))
}

fn boundary(manifest: &Manifest, operation: &Operation, project: Option<&str>) -> Step {
    let boundary = manifest.terms().boundary();
    if !boundary.bounds(operation.face()) {
        return Step::new("boundary", Some(true), "every project, space and issue");
    }
    let at = boundary.label().cloned();
    let list = |names: Option<Vec<String>>| {
        names.map_or_else(|| "all but those denied".to_owned(), |all| all.join(", "))
    };
    let projects = list(boundary.allowed_projects().map(Iterator::collect));
    let spaces = list(boundary.allowed_spaces().map(Iterator::collect));
    let all = format!("projects: {projects}; spaces: {spaces}");
    if let Confinement::Refused(why) = operation.confinement() {
        return Step::new("boundary", Some(false), why.sentence().trim_end_matches('.')).at(at);
    }
    match project.map(|key| (key, boundary.knows_project(key, ""))) {
        Some((key, Some(false))) => {
            Step::new("boundary", Some(false), format!("project {key} does not exist for it; {all}"))
        }
        Some((key, Some(true))) if !boundary.bounds_issues() => {
            Step::new("boundary", Some(true), format!("project {key} exists for it; {all}"))
        }
        _ => Step::new("boundary", None, format!("it depends on what the call is about; {all}")),
    }
    .at(at)
}

/// What is about the body of a call, and about how much there is: neither is known here.
fn terms(manifest: &Manifest) -> Vec<Step> {
    let terms = manifest.terms();
    let bodies = [
        ("fields", terms.fields().is_free()),
        ("transitions", terms.transitions().is_free()),
        ("comments", terms.comments().is_free()),
        ("attachments", terms.attachments().is_free()),
        ("limits", terms.limits().is_none()),
    ];
    let step = |(rule, free): (&'static str, bool)| {
        if free {
            Step::new(rule, Some(true), "it says nothing about them")
        } else {
            Step::new(rule, None, "it says something about them, and the call's body or the traffic decides")
        }
    };
    let mut steps: Vec<Step> = bodies.into_iter().map(step).collect();
    if let Some(observed) = &manifest.observed {
        let why = "the client is observed: what its manifest refuses is let through and written down";
        steps.push(Step::new("observe", Some(true), why).at([&observed.label]));
    }
    steps
}
