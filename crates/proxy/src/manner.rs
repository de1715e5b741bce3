use http::{Method, Request, Response};
use types::{Refusal, RequestId};

use crate::ledger::Ledger;
use crate::shape::Shape;
use crate::{Body, Gateway, respond};

/// How a client wants to be answered: known from the first line on, and kept when everything else has been used up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    id: RequestId,
    shape: Shape,
    head: bool,
}

impl Manner {
    pub(crate) fn of<B>(request: &Request<B>, id: RequestId) -> Self {
        Self { id, shape: Shape::of(request), head: *request.method() == Method::HEAD }
    }

    pub(crate) const fn id(self) -> RequestId {
        self.id
    }

    pub(crate) const fn is_head(self) -> bool {
        self.head
    }

    /// Closes the record with a refusal and says it.
    pub(crate) fn refuse(self, ledger: Ledger, refusal: &Refusal) -> Response<Body> {
        ledger.refused(refusal);
        self.say(refusal)
    }

    /// Says a refusal that has no record: there was no room for one, or it is being written by somebody else.
    pub(crate) fn refuse_unrecorded(self, gateway: &Gateway, refusal: &Refusal) -> Response<Body> {
        gateway.0.recorder.metrics().refused(refusal.code());
        self.say(refusal)
    }

    fn say(self, refusal: &Refusal) -> Response<Body> {
        respond::refuse(refusal, self.id, self.shape, self.head)
    }
}
