//! What it means: every name a manifest uses is looked up, every value understood, or a diagnostic says why not.

mod condition;
mod coverage;
mod expires;
mod facts;
mod guardrails;
mod hours;
mod names;
mod operations;
mod reach;
mod scopes;
mod terms;

use std::sync::Arc;

use catalogue::ScopeId;

use crate::compile::Vocabulary;
use crate::diagnostic::Findings;
use crate::manifest::{Manifest, Observed};
use crate::operation_set::OperationSet;
use crate::selection::Choice;
use crate::source::{At, Span};
use crate::terms::Terms;
use crate::typed::{Given, Typed};
pub(crate) use guardrails::{Guard, guardrails};
pub(crate) use terms::Overlap;

/// A manifest understood.
pub(crate) struct Lowered {
    pub(crate) manifest: Manifest,
    /// By precedence, then in the order of the file; nothing twice.
    pub(crate) allow: Vec<At<Arc<Choice>>>,
    pub(crate) deny: Vec<At<Arc<Choice>>>,
    pub(crate) scopes: Vec<At<ScopeId>>,
    /// The operations that exist at its sites.
    pub(crate) reachable: OperationSet,
    pub(crate) spans: Spans,
    pub(crate) overlaps: Vec<Overlap>,
}

/// Where the values stand that lints talk about; empty for absent ones.
pub(crate) struct Spans {
    pub(crate) owner: Span,
    pub(crate) expires: Span,
    pub(crate) operations: Span,
    pub(crate) products: Option<Span>,
    pub(crate) observe: Span,
    pub(crate) vending: Span,
    pub(crate) hours: Span,
    pub(crate) starts: Span,
    /// One for each rule.
    pub(crate) transitions: Vec<Span>,
}

/// Understands `typed`. Everything is looked at even when something is already wrong, so that all diagnostics come at
/// once; `None` when a required part is missing.
pub(crate) fn lower(
    typed: &Typed<'_>,
    guard: &Guard,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Option<Lowered> {
    let client = facts::client(&typed.client, findings);
    let owner = facts::required("owner", &typed.owner, findings);
    let purpose = facts::required("purpose", &typed.purpose, findings);
    let expires = expires::expires(&typed.expires, findings);
    let sites = reach::sites(&typed.site, &typed.sites, vocabulary, findings);
    let grant = reach::grant(&typed.grant, vocabulary, findings);
    let scopes = scopes::scopes(&typed.scopes, vocabulary, findings);
    let operations::Lists { allow, mut deny, products, span } =
        operations::operations(typed.operations.value(), vocabulary, findings);
    if let Some(flag) = typed.read_only.value().filter(|flag| flag.value) {
        deny.push(At { value: vocabulary.changes(), span: flag.span.clone() });
    }
    let terms::Told { terms, conditions, overlaps } = terms::terms(typed, guard, findings);
    if !findings.source.file.is_built_in() {
        guard.check(typed, expires.flatten(), vocabulary.known.now, findings);
    }
    reach::refuse_people_as_another(client.as_ref(), grant.as_ref(), &typed.grant, findings);
    reach::refuse_vending_of_users(grant.as_ref(), &typed.vending, findings);
    let bound = terms.as_ref().is_some_and(|terms| !terms.is_free())
        || typed.read_only.value().is_some_and(|flag| flag.value);
    reach::refuse_vending_of_the_bound(bound, &typed.vending, findings);
    let observed = observed(typed, terms.as_deref(), guard, findings);
    let (vending, attribution) = (flag(&typed.vending), flag(&typed.attribution));
    let (sites, scopes) = (sites?, scopes?);
    let scope_set = scopes.iter().map(|scope| scope.value).collect();
    let reachable = vocabulary.reachable(&sites);
    coverage::check(&allow, &scope_set, &reachable, vocabulary, findings);
    let manifest = Manifest {
        file: findings.source.file.name().into(),
        client: client?,
        owner: owner?,
        purpose: purpose?,
        expires: expires?,
        sites: sites.into(),
        as_user: grant.as_ref().is_some_and(reach::is_of_users),
        grant: grant?,
        scopes: scope_set,
        vending: vending?,
        attribution: attribution?,
        terms,
        observed,
        conditions,
    };
    let spans = spans(typed, span, products);
    Some(Lowered { manifest, allow, deny, scopes, reachable, spans, overlaps })
}

/// What holds instead of the terms, where the manifest says that its client is observed.
fn observed(
    typed: &Typed<'_>,
    terms: Option<&Terms>,
    guard: &Guard,
    findings: &Findings<'_, '_>,
) -> Option<Observed> {
    let flag = typed.observe.value().filter(|flag| flag.value)?;
    let label = format!("{} observe", findings.label(&flag.span)).into();
    Some(Observed { terms: Arc::new(guard.observing(terms?)), label })
}

fn spans(typed: &Typed<'_>, operations: Span, products: Option<Span>) -> Spans {
    let span_of = |word: Option<Span>| word.unwrap_or(0..0);
    Spans {
        owner: span_of(typed.owner.value().map(|word| word.span.clone())),
        expires: span_of(typed.expires.value().map(|date| date.span.clone())),
        operations,
        products,
        observe: span_of(typed.observe.value().map(|flag| flag.span.clone())),
        vending: span_of(typed.vending.value().map(|flag| flag.span.clone())),
        hours: span_of(typed.hours.value().map(|hours| hours.span.clone())),
        starts: span_of(typed.starts.value().map(|date| date.span.clone())),
        transitions: typed
            .transitions
            .value()
            .into_iter()
            .flat_map(|all| &all.value)
            .map(|one| one.span.clone())
            .collect(),
    }
}

/// A key that is off unless it is said. `None` when what was said is wrong.
const fn flag(given: &Given<At<bool>>) -> Option<bool> {
    match given {
        Given::Absent => Some(false),
        Given::Wrong => None,
        Given::Value(flag) => Some(flag.value),
    }
}
