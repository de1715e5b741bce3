use http::{Method, Request, Response, Uri};
use types::{Refusal, RequestId};

use crate::ledger::Ledger;
use crate::shape::Shape;
use crate::{Body, Gateway, respond};

/// How a client wants to be answered: known from the first line on, and kept when everything else has been used up.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    id: RequestId,
    method: Method,
    uri: Uri,
    accepts_problem: bool,
}

impl Manner {
    pub(crate) fn of<B>(request: &Request<B>, id: RequestId) -> Self {
        Self {
            id,
            method: request.method().clone(),
            uri: request.uri().clone(),
            accepts_problem: Shape::is_problem_wanted(request.headers()),
        }
    }

    pub(crate) const fn id(&self) -> RequestId {
        self.id
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }

    /// Closes the record with a refusal and says it.
    pub(crate) fn refuse(&self, ledger: Ledger, refusal: &Refusal) -> Response<Body> {
        ledger.refused(refusal, &self.method, self.uri.path());
        self.say(refusal)
    }

    /// Says a refusal that has no record: there was no room for one, or it is being written by somebody else.
    pub(crate) fn refuse_unrecorded(&self, gateway: &Gateway, refusal: &Refusal) -> Response<Body> {
        gateway.0.recorder.metrics().refused(refusal.code());
        self.say(refusal)
    }

    fn say(&self, refusal: &Refusal) -> Response<Body> {
        let shape = if self.accepts_problem { Shape::Problem } else { Shape::of_path(self.uri.path()) };
        respond::refuse(refusal, self.id, shape, self.is_head())
    }
}
