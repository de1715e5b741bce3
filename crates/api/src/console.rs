//! Where the operators' console will be. The address is named by the demo's ready file already, so it says what is there.

use http::StatusCode;

/// For a person with a browser: plain words, and what to use instead.
pub(crate) async fn not_yet() -> (StatusCode, &'static str) {
    let words = "The console is not part of this version of ticketgate.\n\n\
                 Everything an operator can do is on the command line: ticketgate --help, or docs/cli.md.\n";
    (StatusCode::NOT_FOUND, words)
}
