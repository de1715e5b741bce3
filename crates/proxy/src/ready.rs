use catalogue::Call;
use http::header;
use http_body::Body as _;
use policy::Permit;
use traffic::Admission;
use types::{Code, Refusal, RequestId};

use crate::answer::Links;
use crate::arrive::Arrival;
use crate::attribution::{self, Attribution};
use crate::upload::Payload;
use crate::{Message, Settings, confine};

/// A call that may be made and has room, with all that will be sent.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) call: Call,
    pub(crate) permit: Permit,
    pub(crate) admission: Admission,
    pub(crate) message: Box<Message>,
    /// How links in the answer are to lead back here.
    pub(crate) links: Links,
}

impl Ready {
    /// Reads a small body to its end, now that the call has its client's place: a client that keeps many bodies back
    /// keeps back no more of the gateway than it may have anyway. With an attribution every body is read so, up to a limit.
    pub(crate) async fn of(
        arrival: Box<Arrival>,
        call: Call,
        permit: Permit,
        admission: Admission,
        settings: &Settings,
        (id, attribution): (RequestId, Option<Attribution>),
    ) -> Result<Box<Self>, Refusal> {
        let Arrival { address, query, method, mut headers, body, origin, .. } = *arrival;
        let body = body.take().ok_or(Code::Internal)?;
        let payload = match attribution {
            None if confine::looks_into_body(&permit) => {
                Payload::Whole(Payload::take_whole(body, settings, confine::LONGEST).await?)
            }
            // Of an observed client: what can be looked into is read as a whole, and the rest passes unread.
            None if body.size_hint().exact().is_some_and(|length| length <= confine::LONGEST)
                && permit.trial().is_some_and(|trial| confine::looks_into_body(trial.permit())) =>
            {
                Payload::Whole(Payload::take_whole(body, settings, confine::LONGEST).await?)
            }
            None => Payload::take(body, settings).await?,
            Some(attribution) => {
                let whole = Payload::take_whole(body, settings, attribution::LONGEST).await?;
                let whole = attribution.put(&whole, &headers)?;
                // It has another length now.
                headers.remove(header::CONTENT_LENGTH);
                Payload::Whole(whole)
            }
        };
        let links = Links { site: permit.site().clone(), origin, way: address };
        let message = Box::new(Message { id, method, query, headers, payload, watch: None });
        Ok(Box::new(Self { call, permit, admission, message, links }))
    }

    pub(crate) fn changes_something(&self) -> bool {
        self.permit.effect().changes_something()
    }
}
