//! `ticketgate explain`, and how a walk through the rules is shown.

use std::fmt::Write as _;

use control::views::{ExplainView, StepView};

use super::audit::request_id;
use crate::cli::Global;
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

pub(super) async fn run(global: &Global, request: &str, output: Output) -> Result<Exit, Problem> {
    let id = request_id(request)?;
    let view: ExplainView = Reach::find(global)?.get(&format!("/api/v1/explain/{id}")).await?;
    output.show(&view, words)?;
    Ok(Exit::Done)
}

fn words(view: &ExplainView) -> String {
    let who = view.client.as_ref().map_or("(nobody)", |client| client.as_str());
    let what = view.operation.as_deref().unwrap_or("(no operation)");
    let mut text = format!("{who} asked for {what} at {:.0}\n", view.at);
    let status = view.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
    let outcome = match (&view.refusal, &view.would_refuse) {
        (Some(refusal), _) => format!("refused: {refusal}"),
        (None, Some(would)) => format!("observed and let through; it would have been refused: {would}"),
        (None, None) => "let through".to_owned(),
    };
    let _ = writeln!(text, "  it was {outcome} ({status})");
    if let Some(rule) = &view.rule {
        let _ = writeln!(text, "  by {rule}");
    }
    let _ = writeln!(text, "By version {} of the manifests:", view.version);
    text.push_str(&walk(&view.steps));
    if view.steps.is_empty() {
        text.push_str("  the record does not say enough to ask again\n");
    }
    if let Some(words) = &view.words {
        let _ = writeln!(text, "{words}");
    }
    if view.version != view.version_in_force {
        let _ =
            writeln!(text, "Version {} is in force now; it may say something else.", view.version_in_force);
    }
    text.push_str("Not on record: the scopes of its token, its query and its body.");
    text
}

/// One line a rule.
pub(super) fn walk(steps: &[StepView]) -> String {
    let mut text = String::new();
    for StepView { rule, holds, why, at } in steps {
        let holds = holds.map_or("?", |holds| if holds { "yes" } else { "no" });
        let at = if at.is_empty() { String::new() } else { format!("  [{}]", at.join(", ")) };
        let _ = writeln!(text, "  {holds:<3} {rule:<11} {why}{at}");
    }
    text
}
