//! Around every route that changes something: whoever hangs up does not stop it halfway.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use types::Code;

use crate::asked::too_large;
use crate::problem::Problem;
use crate::{LARGEST, Most, Shared};

/// Takes the whole request and answers it on a task of its own. Who leaves before it has all arrived has asked for nothing yet.
pub(crate) async fn through(parts: Shared, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let most = head.extensions.get::<Most>().map_or(LARGEST, |most| most.0);
    let Ok(body) = to_bytes(body, most).await else { return too_large().into_response() };
    let request = Request::from_parts(head, Body::from(body));
    let made = parts.control.carry_through(next.run(request)).await;
    made.unwrap_or_else(|_stopped| Problem::refusal(Code::Internal).into_response())
}
