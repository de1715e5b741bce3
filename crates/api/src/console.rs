//! Where the operators' console will be. The address is named by the demo's ready file already, so it says what is there.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use types::{Code, REFUSAL_HEADER};

/// For a person with a browser: plain words, and what to use instead.
pub(crate) async fn not_yet() -> Response {
    let words = "The console is not part of this version of ticketgate.\n\n\
                 Everything an operator can do is on the command line: ticketgate --help, or docs/cli.md.\n";
    let code = Code::NothingHere;
    let mut answer = (StatusCode::NOT_FOUND, [(REFUSAL_HEADER, code.entry().name)], words).into_response();
    answer.extensions_mut().insert(code);
    answer
}
