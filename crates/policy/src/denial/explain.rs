//! Why the answer is no. Runs only after the decision was made, so nothing here can turn a no into a yes.

use std::sync::Arc;

use catalogue::{Operation, ScopeSet};
use types::{Code, Face};

use super::{Denial, Edit, GUARDRAILS, edit, listed, no_manifest_can};
use crate::decide::Question;
use crate::manifest::Manifest;
use crate::needs;
use crate::rulebook::{Entry, Glossary};
use crate::selection::{By, Choice};

/// The denial of a call that was not permitted: the first thing that is wrong as the sentence, and the steps that
/// mend everything that is wrong, so that whoever follows them does not run into the next wall.
pub(crate) fn explain(entry: &Entry, question: &Question<'_>, glossary: &Glossary) -> Denial {
    let reasons = [
        expired(entry, question),
        not_started(entry, question),
        outside_hours(entry, question),
        another_user(entry, question),
        out_of_reach(entry, question),
        not_chosen(entry, question, glossary),
        scopes_missing(entry, question, glossary),
    ];
    let mut edits = Vec::new();
    let mut hopeless = false;
    let mut first = None;
    let mut guarded = None;
    for reason in reasons.into_iter().flatten() {
        hopeless |= reason.edits.is_empty();
        guarded = guarded.or_else(|| reason.guardrail.clone());
        edits.extend(reason.edits.iter().cloned());
        first.get_or_insert(reason);
    }
    let Some(Reason { code, rule, sentence, .. }) = first else {
        return nobody(entry, question);
    };
    if guarded.is_some() {
        let words = no_manifest_can(guarded.as_deref());
        return Denial { rule, ..Denial::new(code, sentence, words) };
    }
    if hopeless {
        return Denial { rule, ..Denial::new(code, sentence, "No change of the manifest can allow it.") };
    }
    let smallest_change = edit::sentence(&edits, &entry.manifest.file);
    Denial { code, rule, sentence, smallest_change, edits }
}

/// One thing that is wrong. No edits: it cannot be mended.
struct Reason {
    code: Code,
    rule: Option<Arc<str>>,
    sentence: String,
    edits: Vec<Edit>,
    /// The guardrail that is in the way: then no edit helps.
    guardrail: Option<Arc<str>>,
}

impl Reason {
    const fn new(code: Code, sentence: String, edits: Vec<Edit>) -> Self {
        Self { code, rule: None, sentence, edits, guardrail: None }
    }
}

fn not_started(entry: &Entry, question: &Question<'_>) -> Option<Reason> {
    let Manifest { client, owner, conditions, .. } = &entry.manifest;
    let (starts, label) =
        conditions.as_ref()?.starts.as_ref().filter(|(starts, _)| *starts > question.now)?;
    let sentence = format!("The manifest of {client}, owned by {owner}, starts at {starts}.");
    let edits = vec![Edit::StartEarlier { starts: *starts }];
    Some(Reason { rule: Some(Arc::clone(label)), ..Reason::new(Code::ManifestNotStarted, sentence, edits) })
}

fn outside_hours(entry: &Entry, question: &Question<'_>) -> Option<Reason> {
    let Manifest { client, conditions, .. } = &entry.manifest;
    let (hours, label) =
        conditions.as_ref()?.hours.as_ref().filter(|(hours, _)| !hours.hold(question.now))?;
    let sentence = format!("The manifest of {client} permits calls {hours}.");
    let edits = vec![Edit::WidenHours { hours: hours.to_string(), at: label.to_string() }];
    Some(Reason { rule: Some(Arc::clone(label)), ..Reason::new(Code::OutsideHours, sentence, edits) })
}

fn another_user(entry: &Entry, question: &Question<'_>) -> Option<Reason> {
    let Manifest { client, conditions, .. } = &entry.manifest;
    let conditions = conditions.as_ref()?;
    if conditions.may_be_for(question.account, question.user.is_some()) {
        return None;
    }
    let (_, label) = conditions.on_behalf_of.as_ref()?;
    let (who, edits) = match question.account {
        Some(account) => {
            let (word, at) = (account.to_owned(), label.to_string());
            (format!("for {account:?}"), vec![Edit::AddTo { list: "on_behalf_of", word, at }])
        }
        None => ("for a user whose account is not known".to_owned(), Vec::new()),
    };
    let sentence = format!("The manifest of {client} does not let it act {who}.");
    Some(Reason { rule: Some(Arc::clone(label)), ..Reason::new(Code::UserNotPermitted, sentence, edits) })
}

fn expired(entry: &Entry, question: &Question<'_>) -> Option<Reason> {
    let Manifest { client, owner, expires, .. } = &entry.manifest;
    let expired = (*expires).filter(|expires| *expires <= question.now)?;
    let sentence = format!("The manifest of {client}, owned by {owner}, expired at {expired}.");
    Some(Reason::new(Code::ManifestExpired, sentence, vec![Edit::Renew { expired }]))
}

fn out_of_reach(entry: &Entry, question: &Question<'_>) -> Option<Reason> {
    let client = &entry.manifest.client;
    let name = &question.site.name;
    if !question.right_face() {
        let sentence = format!("{} does not exist at the site {name}.", called(question.call.operation()));
        return Some(Reason::new(Code::SiteNotPermitted, sentence, Vec::new()));
    }
    if entry.manifest.reaches(question.site) {
        return None;
    }
    let sentence = format!("The manifest of {client} does not reach the site {name}.");
    Some(Reason::new(Code::SiteNotPermitted, sentence, vec![Edit::AddSite { site: name.clone() }]))
}

fn not_chosen(entry: &Entry, question: &Question<'_>, glossary: &Glossary) -> Option<Reason> {
    let operation = question.call.operation();
    let client = &entry.manifest.client;
    let denying: Vec<usize> = (0..)
        .zip(&entry.selection.deny)
        .filter(|(_, choice)| choice.operations.contains(operation.index()))
        .map(|(position, _)| position)
        .collect();
    let mut edits: Vec<Edit> = denying.iter().filter_map(|position| remove(entry, *position)).collect();
    if !entry.selection.chosen().contains(operation.index()) {
        edits.push(Edit::AddId { word: word_for(operation, &entry.manifest, glossary) });
    }
    if edits.is_empty() {
        return None;
    }
    let rule = denying.first().and_then(|position| entry.deny_label(*position));
    let guarded = denying.iter().find(|position| is_guardrail(entry, **position));
    let guardrail = guarded.and_then(|position| entry.deny_label(*position));
    if let Some(guardrail) = guardrail {
        let sentence = format!("The organisation's guardrails deny {} to everybody.", called(operation));
        let rule = Some(Arc::clone(&guardrail));
        let code = Code::OperationNotPermitted;
        return Some(Reason { rule, guardrail: Some(guardrail), ..Reason::new(code, sentence, Vec::new()) });
    }
    let verb = if rule.is_some() { "denies" } else { "does not allow" };
    let sentence = format!("The manifest of {client} {verb} {}.", called(operation));
    Some(Reason { rule, ..Reason::new(Code::OperationNotPermitted, sentence, edits) })
}

/// Whether the guardrails deny an operation: no manifest can allow it, and no client be observed doing it.
pub(crate) fn is_guarded(entry: &Entry, operation: &Operation) -> bool {
    let denies = |(_, choice): &(usize, &Arc<Choice>)| choice.operations.contains(operation.index());
    (0..).zip(&entry.selection.deny).filter(denies).any(|(position, _)| is_guardrail(entry, position))
}

/// Whether an entry that denies is one of the guardrails.
pub(crate) fn is_guardrail(entry: &Entry, position: usize) -> bool {
    let spot = entry.deny_spot(position);
    spot.file > 0 && GUARDRAILS.strip_suffix(':') == Some(entry.file(spot))
}

fn remove(entry: &Entry, position: usize) -> Option<Edit> {
    let choice = entry.selection.deny.get(position)?;
    let spot = entry.deny_spot(position);
    let (file, line) = (entry.file(spot).to_owned(), spot.line);
    if choice.by == By::ReadOnly {
        return Some(Edit::AllowChanges { file, line });
    }
    Some(Edit::RemoveDeny { list: choice.by.key(), word: String::from(&*choice.word), file, line })
}

fn scopes_missing(entry: &Entry, question: &Question<'_>, glossary: &Glossary) -> Option<Reason> {
    let operation = question.call.operation();
    let Manifest { client, scopes, .. } = &entry.manifest;
    let held = question.held(entry);
    if operation.satisfied_by(&held) {
        return None;
    }
    let Some(missing) = needs::missing(operation, scopes) else {
        let sentence =
            format!("No scope opens {}: Atlassian offers it to no OAuth client.", called(operation));
        return Some(Reason::new(Code::OperationNotPermitted, sentence, Vec::new()));
    };
    let names = |set: &ScopeSet| set.iter().map(|scope| glossary.scope(scope).to_owned()).collect::<Vec<_>>();
    // What the manifest will hold after the change, and what a narrowed token lacks of it.
    let wider = scopes.union(&missing);
    let lacking = question.token_scopes.and_then(|token| needs::missing_within(operation, token, &wider));
    let lacking = lacking.unwrap_or(ScopeSet::EMPTY);
    let (to_add, to_ask) = (names(&missing), names(&lacking));
    let sentence = if to_add.is_empty() {
        let lacked = listed(to_ask.iter().map(String::as_str));
        format!(
            "{} needs {lacked}, which the manifest of {client} has but the token lacks.",
            called(operation)
        )
    } else {
        let lacked = listed(to_add.iter().map(String::as_str));
        format!("{} needs {lacked}, which the manifest of {client} does not have.", called(operation))
    };
    let add = to_add.into_iter().map(|scope| Edit::AddScope { scope });
    let ask = to_ask.into_iter().map(|scope| Edit::AskForScope { scope });
    Some(Reason::new(Code::ScopeMissing, sentence, add.chain(ask).collect()))
}

/// Calls go out as the user they are made for, and this one is made for nobody. No manifest can mend that.
fn nobody(entry: &Entry, question: &Question<'_>) -> Denial {
    if question.as_somebody(entry) {
        return Denial::new(Code::Internal, "The call was denied for no reason that can be told.", "");
    }
    let client = &entry.manifest.client;
    let sentence = format!(
        "It needs a signed-in user: calls of {client} go out as the user they are made for, and this one is made for nobody."
    );
    Denial::new(Code::UserMissing, sentence, Code::UserMissing.entry().advice)
}

/// `jira:deleteIssue (DELETE /rest/api/3/issue/{issueIdOrKey})`.
fn called(operation: &Operation) -> String {
    let (verb, template) = (operation.verb(), operation.template());
    if operation.id().is_empty() {
        operation.label().to_owned()
    } else {
        format!("{} ({verb} {template})", operation.label())
    }
}

/// What to write into `ids` to get this operation and, apart from its other versions, nothing else at the sites of
/// the manifest: the id if it says enough, else the id with its product, else method and path.
fn word_for(operation: &Operation, manifest: &Manifest, glossary: &Glossary) -> String {
    let faces: Vec<Face> =
        manifest.sites.iter().flat_map(|site| [site.face(false), site.face(true)]).flatten().collect();
    let same_id = || {
        let id = operation.id();
        glossary.operations.iter().filter(move |other| other.id() == id)
    };
    let here = |other: &&Arc<Operation>| faces.contains(&other.face());
    let in_product = |other: &&Arc<Operation>| other.product() == operation.product();
    let is_it = |other: &Arc<Operation>| same_but_for_version(other, operation);
    if operation.id().is_empty() {
        format!("{} {}", operation.verb(), operation.template())
    } else if same_id().filter(here).all(is_it) {
        operation.id().to_owned()
    } else if same_id().filter(in_product).all(is_it) {
        operation.label().to_owned()
    } else {
        format!("{} {}", operation.verb(), operation.template())
    }
}

/// Whether two operations are one thing in two versions of an API: `/rest/api/2/issue` and `/rest/api/3/issue`.
fn same_but_for_version(one: &Operation, other: &Operation) -> bool {
    fn plain(operation: &Operation) -> impl Iterator<Item = &str> {
        operation.template().split('/').filter(|segment| *segment != operation.version())
    }
    one.product() == other.product() && one.verb() == other.verb() && plain(one).eq(plain(other))
}
