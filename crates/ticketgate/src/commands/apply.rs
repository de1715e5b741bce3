//! `ticketgate apply`

use control::views::ManifestsStatus;
use serde_json::json;

use crate::cli::Global;
use crate::output::{Output, counted};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

pub(crate) async fn run(global: &Global, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    let status: ManifestsStatus = gateway.post("/api/v1/manifests/publish", &json!({})).await?;
    output.show(&status, |status| {
        format!("Published {} from {}.", counted(status.manifests.len(), "manifest"), status.directory)
    })?;
    Ok(Exit::Done)
}
