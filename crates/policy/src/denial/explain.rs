//! Why the answer is no. Runs only after the decision was made, so nothing here can turn a no into a yes.

use std::sync::Arc;

use catalogue::{Operation, ScopeSet};
use types::{Code, Face};

use super::{Denial, Edit, edit, listed};
use crate::decide::Question;
use crate::manifest::Manifest;
use crate::needs;
use crate::rulebook::{Entry, Glossary};

/// The denial of a call that was not permitted: the first thing that is wrong as the sentence, and the steps that
/// mend everything that is wrong, so that whoever follows them does not run into the next wall.
pub(crate) fn explain(entry: &Entry, question: &Question<'_>, glossary: &Glossary) -> Denial {
    let reasons = [
        expired(entry, question),
        out_of_reach(entry, question),
        not_chosen(entry, question, glossary),
        scopes_missing(entry, question, glossary),
    ];
    let mut edits = Vec::new();
    let mut hopeless = false;
    let mut first = None;
    for reason in reasons.into_iter().flatten() {
        hopeless |= reason.edits.is_empty();
        edits.extend(reason.edits.iter().cloned());
        first.get_or_insert(reason);
    }
    let Some(Reason { code, rule, sentence, .. }) = first else {
        return nobody(entry, question);
    };
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
}

impl Reason {
    const fn new(code: Code, sentence: String, edits: Vec<Edit>) -> Self {
        Self { code, rule: None, sentence, edits }
    }
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
    let verb = if rule.is_some() { "denies" } else { "does not allow" };
    let sentence = format!("The manifest of {client} {verb} {}.", called(operation));
    Some(Reason { code: Code::OperationNotPermitted, rule, sentence, edits })
}

fn remove(entry: &Entry, position: usize) -> Option<Edit> {
    let choice = entry.selection.deny.get(position)?;
    let (list, word) = (choice.by.key(), String::from(&*choice.word));
    Some(Edit::RemoveDeny { list, word, line: entry.deny_line(position) })
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
