//! The control API's routes: one table, and the handlers one file per family.

mod audit;
mod clients;
mod elevations;
mod grants;
mod keys;
mod manifests;
mod operators;
mod proposals;
mod sites;
mod usage;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use broker::NewGrant;
use control::audit_log::Filter;
use control::operators::Role::{self, Approver, Operator, Owner, Viewer};
use control::views::{
    AddOperator, AddedGrant, ApprovePlan, AskForConsent, AskForElevation, AskForReplay, ClientView,
    CloseSecret, ComparePermissions, ConsentAsked, ConsentProgress, DescribeClient, DraftView, ElevationView,
    ExplainView, ExportGrants, ExportedGrants, GrantCheck, GrantView, ImportGrants, KeysView,
    ManifestsStatus, OperatorView, PauseClient, PermissionsView, PlanView, ProposalView, Readiness,
    RegisterClient, ReplayView, RollBack, RotateSecret, SiteCheck, SiteView, UsageView, VersionView,
    WhichDraft, WhichManifests, WhichUsage,
};
use http::Method;
use schemars::JsonSchema;
use serde_json::json;
use types::Code;

use self::audit::After;
use self::grants::On;
use self::sites::Which;
use crate::openapi::told::{self, Schema};
use crate::openapi::{self, Told, once, records};
use crate::problem::Problem;
use crate::{By, LARGEST, LARGEST_SET, Most, Parts, carried, operations, repeats};

/// One route of the control API, below `/api/v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with names in braces.
    pub path: &'static str,
    /// The least role that may.
    pub least: Role,
}

struct Entry {
    route: Route,
    told: Told,
    answers: MethodRouter<Arc<Parts>>,
}

const GET: &Method = &Method::GET;
const POST: &Method = &Method::POST;
const PATCH: &Method = &Method::PATCH;
const DELETE: &Method = &Method::DELETE;

/// Every route, with the least role it needs. What changes something needs an operator; what says who the operators are, changes
/// the root keys or lets a grant out, an owner. Asking a site or Atlassian whether it works changes nothing.
fn table() -> Vec<Entry> {
    [of_clients(), of_what_calls_use(), of_changes(), of_approvals(), of_what_is_sealed(), of_the_gateway()]
        .into_iter()
        .flatten()
        .collect()
}

fn of_clients() -> Vec<Entry> {
    let once: Schema = |schemas| once::<ClientView>(schemas, "client", "client_secret");
    vec![
        entry(GET, "/clients", Viewer, clients::list, "All clients").gives::<Vec<ClientView>>(200),
        entry(POST, "/clients", Operator, clients::register, "Register a client")
            .takes::<RegisterClient>()
            .changes()
            .tagged()
            .gives_json(201, once),
        entry(GET, "/clients/{client}", Viewer, clients::show, "One client")
            .tagged()
            .gives::<ClientView>(200),
        entry(PATCH, "/clients/{client}", Operator, clients::describe, "Change what is known about a client")
            .takes::<DescribeClient>()
            .changes()
            .guarded()
            .gives::<ClientView>(200),
        entry(POST, "/clients/{client}/pause", Operator, clients::pause, "Pause a client")
            .takes::<PauseClient>()
            .changes()
            .guarded()
            .gives::<ClientView>(200),
        entry(POST, "/clients/{client}/resume", Operator, clients::resume, "End a client's pause")
            .changes()
            .guarded()
            .gives::<ClientView>(200),
        entry(POST, "/clients/{client}/revoke", Operator, clients::revoke, "End a client for good")
            .changes()
            .guarded()
            .gives::<ClientView>(200),
        entry(POST, "/clients/{client}/rotate", Operator, clients::rotate, "Make a new secret for a client")
            .takes::<RotateSecret>()
            .changes()
            .guarded()
            .gives_json(201, once),
        entry(
            POST,
            "/clients/{client}/secrets/close",
            Operator,
            clients::close_secret,
            "End a client's secret",
        )
        .takes::<CloseSecret>()
        .changes()
        .guarded()
        .gives::<ClientView>(200),
    ]
}

fn of_what_calls_use() -> Vec<Entry> {
    vec![
        entry(GET, "/grants", Viewer, grants::list, "All grants").gives::<Vec<GrantView>>(200),
        entry(POST, "/grants", Operator, grants::add, "Add a grant, or put another credential in its place")
            .takes::<NewGrant>()
            .changes()
            .guarded()
            .refuses(&[Code::NoSuchThing])
            .gives::<AddedGrant>(201)
            .gives::<AddedGrant>(200),
        entry(GET, "/grants/{grant}", Viewer, grants::show, "One grant").tagged().gives::<GrantView>(200),
        entry(DELETE, "/grants/{grant}", Operator, grants::remove, "Forget a grant")
            .changes()
            .guarded()
            .gives_nothing(),
        entry(POST, "/grants/{grant}/check", Viewer, grants::check, "Ask Atlassian whether a grant works")
            .takes::<On>()
            .gives::<Vec<GrantCheck>>(200),
        entry(
            POST,
            "/grants/{grant}/permissions",
            Viewer,
            grants::permissions,
            "Compare what a grant's account may do at Jira with what manifests need",
        )
        .takes::<ComparePermissions>()
        .gives::<Vec<PermissionsView>>(200),
        entry(
            POST,
            "/grants/{grant}/authorize",
            Operator,
            grants::authorize,
            "Ask somebody to consent to what becomes a grant",
        )
        .takes::<AskForConsent>()
        .changes()
        .refuses(&[Code::NoSuchThing])
        .gives::<ConsentAsked>(201),
        entry(
            GET,
            "/grants/{grant}/authorize/{consent}",
            Viewer,
            grants::authorized,
            "What became of a consent that was asked for",
        )
        .gives::<ConsentProgress>(200),
        entry(GET, "/sites", Viewer, sites::list, "All sites").gives::<Vec<SiteView>>(200),
        entry(POST, "/sites/check", Viewer, sites::check, "Ask sites whether they are what the settings say")
            .takes::<Which>()
            .refuses(&[Code::NoSuchThing])
            .gives::<Vec<SiteCheck>>(200),
        entry(GET, "/manifests", Viewer, manifests::status, "The manifests in force")
            .tagged()
            .gives::<ManifestsStatus>(200),
        entry(POST, "/manifests/publish", Operator, manifests::publish, "Put manifests in force")
            .takes::<WhichManifests>()
            .with_manifests()
            .changes()
            .guarded()
            .refuses(&[Code::NoSuchThing, Code::ManifestsNotCompiled, Code::ApprovalRequired])
            .gives::<ManifestsStatus>(200),
    ]
}

fn of_changes() -> Vec<Entry> {
    vec![
        entry(
            POST,
            "/manifests/plan",
            Viewer,
            manifests::plan,
            "What manifests would change, were they put in force",
        )
        .takes::<WhichManifests>()
        .with_manifests()
        .refuses(&[Code::NoSuchThing, Code::ManifestsNotCompiled])
        .gives::<PlanView>(200),
        entry(
            POST,
            "/manifests/replay",
            Viewer,
            manifests::replay,
            "Which calls on record manifests would have refused, had they been in force",
        )
        .takes::<AskForReplay>()
        .with_manifests()
        .refuses(&[Code::RequestUnfit, Code::ManifestsNotCompiled])
        .gives::<ReplayView>(200),
        entry(GET, "/manifests/versions", Viewer, manifests::versions, "What was in force")
            .gives::<Vec<VersionView>>(200),
        entry(GET, "/manifests/versions/{version}", Viewer, manifests::version, "What was in force once")
            .gives::<VersionView>(200),
        entry(
            POST,
            "/manifests/rollback",
            Operator,
            manifests::roll_back,
            "Put an earlier version in force again",
        )
        .takes::<RollBack>()
        .changes()
        .guarded()
        .refuses(&[Code::NoSuchThing, Code::ManifestsNotCompiled, Code::ApprovalRequired])
        .gives::<ManifestsStatus>(200),
        entry(GET, "/usage", Viewer, usage::show, "What clients do, counted; and what they do not use")
            .query::<WhichUsage>()
            .refuses(&[Code::RequestUnfit])
            .gives::<UsageView>(200),
        entry(
            GET,
            "/usage/{client}/draft",
            Viewer,
            usage::draft,
            "A first manifest of a client, from what it did",
        )
        .query::<WhichDraft>()
        .refuses(&[Code::RequestUnfit, Code::NoSuchThing])
        .gives::<DraftView>(200),
        entry(GET, "/explain/{request}", Viewer, usage::explain, "Why a past call went as it did")
            .refuses(&[Code::NoSuchThing, Code::ManifestsNotCompiled])
            .gives::<ExplainView>(200),
    ]
}

/// What somebody wants and may not have without somebody else's yes.
fn of_approvals() -> Vec<Entry> {
    vec![
        entry(GET, "/elevations", Viewer, elevations::list, "What clients have, or ask for, for a time")
            .gives::<Vec<ElevationView>>(200),
        entry(POST, "/elevations", Operator, elevations::ask, "Ask for more for a client, for a time")
            .takes::<AskForElevation>()
            .changes()
            .refuses(&[Code::NoSuchThing, Code::ManifestsNotCompiled])
            .gives::<ElevationView>(201),
        entry(GET, "/elevations/{plan}", Viewer, elevations::show, "One elevation")
            .gives::<ElevationView>(200),
        entry(
            DELETE,
            "/elevations/{plan}",
            Approver,
            elevations::end,
            "End an elevation, or take away one that waits",
        )
        .changes()
        .gives_nothing(),
        entry(POST, "/elevations/{plan}/approve", Approver, elevations::approve, "Say yes to an elevation")
            .takes::<ApprovePlan>()
            .changes()
            .refuses(&[Code::ApprovalNotEntitled, Code::ManifestsNotCompiled])
            .gives::<ElevationView>(200),
        entry(GET, "/proposals", Viewer, proposals::list, "What waits to be put in force")
            .gives::<Vec<ProposalView>>(200),
        entry(POST, "/proposals", Operator, proposals::propose, "Propose manifests, for others to approve")
            .takes::<WhichManifests>()
            .with_manifests()
            .changes()
            .refuses(&[Code::NoSuchThing, Code::ManifestsNotCompiled])
            .gives::<ProposalView>(201),
        entry(GET, "/proposals/{plan}", Viewer, proposals::show, "One proposal").gives::<ProposalView>(200),
        entry(DELETE, "/proposals/{plan}", Operator, proposals::withdraw, "Take a proposal away")
            .changes()
            .gives_nothing(),
        entry(POST, "/proposals/{plan}/approve", Approver, proposals::approve, "Say yes to a proposal")
            .takes::<ApprovePlan>()
            .changes()
            .refuses(&[Code::ApprovalNotEntitled])
            .gives::<ProposalView>(200),
    ]
}

fn of_what_is_sealed() -> Vec<Entry> {
    vec![
        entry(GET, "/keys", Viewer, keys::list, "The root keys, and how far sealing anew has come")
            .gives::<KeysView>(200),
        entry(POST, "/keys/rotate", Owner, keys::rotate, "Make a new root key, and seal everything anew")
            .changes()
            .gives::<KeysView>(202),
        entry(DELETE, "/keys/{key}", Owner, keys::drop, "Forget a retired root key")
            .changes()
            .gives_nothing(),
        entry(POST, "/exports", Owner, keys::export, "Seal grants to another installation's public key")
            .takes::<ExportGrants>()
            .changes()
            .refuses(&[Code::NoSuchThing])
            .gives::<ExportedGrants>(200),
        entry(
            POST,
            "/imports",
            Operator,
            keys::import,
            "Take grants that another installation has sealed to this one",
        )
        .takes::<ImportGrants>()
        .changes()
        .refuses(&[Code::NoSuchThing])
        .gives::<Vec<AddedGrant>>(200),
    ]
}

fn of_the_gateway() -> Vec<Entry> {
    let once: Schema = |schemas| once::<OperatorView>(schemas, "operator", "token");
    vec![
        entry(GET, "/operators", Viewer, operators::list, "All operators").gives::<Vec<OperatorView>>(200),
        entry(POST, "/operators", Owner, operators::add, "Add an operator")
            .takes::<AddOperator>()
            .changes()
            .guarded()
            .gives_json(201, once),
        entry(GET, "/operators/{operator}", Viewer, operators::show, "One operator")
            .tagged()
            .gives::<OperatorView>(200),
        entry(POST, "/operators/{operator}/revoke", Owner, operators::revoke, "End an operator's token")
            .changes()
            .guarded()
            .gives::<OperatorView>(200),
        entry(GET, "/readiness", Viewer, operations::readiness, "Whether calls can be served")
            .gives::<Readiness>(200),
        entry(GET, "/audit/search", Viewer, audit::search, "Find records")
            .query::<Filter>()
            .gives_json(200, records),
        entry(GET, "/audit/tail", Viewer, audit::tail, "The latest records, or those after one")
            .query::<After>()
            .gives_json(200, records),
        entry(GET, "/audit/export", Viewer, audit::export, "Every record, for `ticketgate audit verify`")
            .gives_lines(),
        entry(GET, "/openapi.json", Viewer, openapi::serve, "This document")
            .gives_json(200, |_| json!({ "type": "object" })),
    ]
}

fn entry<H, T>(method: &Method, path: &'static str, least: Role, handler: H, summary: &'static str) -> Entry
where
    H: Handler<T, Arc<Parts>>,
    T: 'static,
{
    // A method axum has no filter for would answer nothing; the table has none.
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE);
    let route = Route { method: method.clone(), path, least };
    Entry { route, told: Told::new(summary), answers: on(filter, handler) }
}

impl Entry {
    fn takes<T: JsonSchema>(mut self) -> Self {
        self.told.takes = Some(told::asked::<T>);
        self
    }

    fn query<T: JsonSchema>(mut self) -> Self {
        self.told.query = Some(told::asked_here::<T>);
        self
    }

    fn gives<T: JsonSchema>(self, status: u16) -> Self {
        self.gives_json(status, told::said::<T>)
    }

    fn gives_json(mut self, status: u16, schema: Schema) -> Self {
        self.told.gives.push((status, Some(("application/json", schema))));
        self
    }

    fn gives_lines(mut self) -> Self {
        self.told.gives.push((200, Some(("application/jsonl", |_| json!({ "type": "string" })))));
        self
    }

    fn gives_nothing(mut self) -> Self {
        self.told.gives.push((204, None));
        self
    }

    /// The body may be as large as a set of manifests is.
    fn with_manifests(mut self) -> Self {
        self.told.with_manifests = true;
        self
    }

    /// Answers carry an `ETag`.
    fn tagged(mut self) -> Self {
        self.told.tagged = true;
        self
    }

    /// `If-Match` is looked at, and answers carry an `ETag`.
    fn guarded(mut self) -> Self {
        self.told.guarded = true;
        self.tagged()
    }

    fn changes(mut self) -> Self {
        self.told.changes = true;
        self
    }

    fn refuses(mut self, codes: &'static [Code]) -> Self {
        self.told.refuses = codes;
        self
    }
}

/// The table without the handlers, for its description.
pub(crate) fn described() -> impl Iterator<Item = (Route, Told)> {
    table().into_iter().map(|entry| (entry.route, entry.told))
}

/// The table without the handlers: what there is, and who may.
#[must_use]
pub fn routes() -> Vec<Route> {
    table().into_iter().map(|entry| entry.route).collect()
}

/// Everything under `/api/v1`.
pub(crate) fn all(parts: &Arc<Parts>) -> Router<Arc<Parts>> {
    let mut router = Router::new();
    for Entry { route, mut answers, told } in table() {
        if told.changes {
            answers = answers
                .route_layer(from_fn_with_state(Arc::clone(parts), repeats::only_once))
                .route_layer(from_fn_with_state(Arc::clone(parts), carried::through));
        }
        let least = route.least;
        let most = if told.with_manifests { LARGEST_SET } else { LARGEST };
        let enough = from_fn(move |by: By, mut request: Request, next: Next| {
            request.extensions_mut().insert(Most(most));
            enough(least, by, request, next)
        });
        answers = answers.route_layer(DefaultBodyLimit::max(most));
        router = router.route(route.path, answers.route_layer(enough));
    }
    router
        .method_not_allowed_fallback(async || Problem::refusal(Code::MethodNotAllowed))
        .fallback(async || Problem::refusal(Code::NothingHere))
}

/// Before the body is read: whether the operator's role is enough.
async fn enough(least: Role, by: By, request: Request, next: Next) -> Response {
    if by.role >= least {
        return next.run(request).await;
    }
    Problem::new(
        Code::RoleTooLow,
        format!("This needs the role {least}; {} is {}.", by.name, by.role),
        Code::RoleTooLow.entry().advice,
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_may_change_something_needs_more_than_a_viewer() {
        // These ask Atlassian or a site something, and leave everything as it is.
        const ASKS: [&str; 5] = [
            "/grants/{grant}/check",
            "/grants/{grant}/permissions",
            "/sites/check",
            "/manifests/plan",
            "/manifests/replay",
        ];
        for route in routes() {
            let reads = route.method == Method::GET || ASKS.contains(&route.path);
            assert_eq!(reads, route.least == Viewer, "{route:?}");
            let of_owners =
                ["/operators", "/keys", "/exports"].iter().any(|path| route.path.starts_with(path));
            assert_eq!(route.least == Owner, of_owners && !reads, "{route:?}");
        }
    }

    #[test]
    fn no_route_is_there_twice() {
        let mut seen = std::collections::HashSet::new();
        assert!(routes().into_iter().all(|route| seen.insert((route.method, route.path))));
    }
}
