//! Whether a Data Center site is up, asked of the site itself.
//!
//! Jira and Confluence Data Center answer `GET /status` to everyone, for load balancers: `{"state": "RUNNING"}`, or another
//! word while they start, upgrade or fail (Atlassian: load balancer configuration options). A login page or a proxy may
//! stand in front of it, so what says nothing about a state is no proof of trouble.

use std::time::Duration;

use egress::{Egress, RequestBody};
use http::{Request, StatusCode, header};

/// The longest wait.
const PATIENCE: Duration = Duration::from_secs(15);

/// The largest answer, in bytes: room for a login page.
const LARGEST: usize = 4 << 20;

/// What an answer says about the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It runs, and says so.
    Running,
    /// Something answers, and does not say what it is.
    Unsaid,
    /// It answers, and cannot serve.
    Troubled,
}

/// What the site answered, and when it thinks it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What that says about it.
    pub standing: Standing,
    /// The answer, half a sentence.
    pub words: String,
    /// Its `Date` header, unread.
    pub date: Option<String>,
}

/// Asks the site at `base` (no slash at the end).
///
/// # Errors
/// Half a sentence: why there is no answer.
pub async fn data_center(egress: &Egress, base: &str) -> Result<Answered, String> {
    let request = Request::get(format!("{base}/status"))
        .header(header::ACCEPT, "application/json")
        .body(RequestBody::empty())
        .map_err(|error| error.to_string())?;
    let (head, body) = egress.fetch(request, PATIENCE, LARGEST).await.map_err(|error| error.to_string())?;
    let (standing, words) = read(head.status, &body);
    let date = head.headers.get(header::DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
    Ok(Answered { standing, words, date })
}

fn read(status: StatusCode, body: &[u8]) -> (Standing, String) {
    #[derive(serde::Deserialize)]
    struct Status {
        state: String,
    }
    match serde_json::from_slice::<Status>(body) {
        Ok(said) if said.state == "RUNNING" && status.is_success() => {
            (Standing::Running, "answers, and is running".to_owned())
        }
        Ok(said) => {
            let state: String = said.state.chars().filter(char::is_ascii_graphic).take(40).collect();
            (Standing::Troubled, format!("answers {status}, and its state is {state}"))
        }
        Err(_) if status.is_server_error() => (Standing::Troubled, format!("answers {status}")),
        Err(_) => (Standing::Unsaid, format!("answers {status}, and does not say whether it is running")),
    }
}

#[cfg(test)]
mod tests;
