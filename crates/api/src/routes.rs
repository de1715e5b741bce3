//! The control API's routes: one table, and the handlers one file per family.

mod audit;
mod clients;
mod grants;
mod manifests;
mod operators;
mod sites;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use control::operators::Role;
use http::Method;
use types::Code;

use crate::problem::Problem;
use crate::{By, Parts, operations};

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
    answers: MethodRouter<Arc<Parts>>,
}

/// Every route, with the least role it needs. What changes something needs an operator; what says who the operators are,
/// an owner. Asking a site or Atlassian whether it works changes nothing.
fn table() -> Vec<Entry> {
    use Role::{Operator, Owner, Viewer};
    let (get, post, patch, delete) = (&Method::GET, &Method::POST, &Method::PATCH, &Method::DELETE);
    vec![
        entry(get, "/clients", Viewer, clients::list),
        entry(post, "/clients", Operator, clients::register),
        entry(get, "/clients/{client}", Viewer, clients::show),
        entry(patch, "/clients/{client}", Operator, clients::describe),
        entry(post, "/clients/{client}/pause", Operator, clients::pause),
        entry(post, "/clients/{client}/resume", Operator, clients::resume),
        entry(post, "/clients/{client}/revoke", Operator, clients::revoke),
        entry(post, "/clients/{client}/rotate", Operator, clients::rotate),
        entry(post, "/clients/{client}/secrets/close", Operator, clients::close_secret),
        entry(get, "/grants", Viewer, grants::list),
        entry(post, "/grants", Operator, grants::add),
        entry(delete, "/grants/{grant}", Operator, grants::remove),
        entry(post, "/grants/{grant}/check", Viewer, grants::check),
        entry(get, "/sites", Viewer, sites::list),
        entry(post, "/sites/check", Viewer, sites::check),
        entry(get, "/manifests", Viewer, manifests::status),
        entry(post, "/manifests/publish", Operator, manifests::publish),
        entry(get, "/operators", Viewer, operators::list),
        entry(post, "/operators", Owner, operators::add),
        entry(get, "/operators/{operator}", Viewer, operators::show),
        entry(post, "/operators/{operator}/revoke", Owner, operators::revoke),
        entry(get, "/readiness", Viewer, operations::readiness),
        entry(get, "/audit/search", Viewer, audit::search),
        entry(get, "/audit/tail", Viewer, audit::tail),
        entry(get, "/audit/export", Viewer, audit::export),
    ]
}

fn entry<H, T>(method: &Method, path: &'static str, least: Role, handler: H) -> Entry
where
    H: Handler<T, Arc<Parts>>,
    T: 'static,
{
    // A method axum has no filter for would answer nothing; the table has none.
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE);
    Entry { route: Route { method: method.clone(), path, least }, answers: on(filter, handler) }
}

/// The table without the handlers: what there is, and who may.
#[must_use]
pub fn routes() -> Vec<Route> {
    table().into_iter().map(|entry| entry.route).collect()
}

/// Everything under `/api/v1`.
pub(crate) fn all() -> Router<Arc<Parts>> {
    let mut router = Router::new();
    for Entry { route, answers } in table() {
        let least = route.least;
        let enough = from_fn(move |by: By, request: Request, next: Next| enough(least, by, request, next));
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
        const ASKS: [&str; 2] = ["/grants/{grant}/check", "/sites/check"];
        for route in routes() {
            let reads = route.method == Method::GET || ASKS.contains(&route.path);
            assert_eq!(reads, route.least == Role::Viewer, "{route:?}");
            let of_operators = route.path.starts_with("/operators");
            assert_eq!(route.least == Role::Owner, of_operators && !reads, "{route:?}");
        }
    }

    #[test]
    fn no_route_is_there_twice() {
        let mut seen = std::collections::HashSet::new();
        assert!(routes().into_iter().all(|route| seen.insert((route.method, route.path))));
    }
}
