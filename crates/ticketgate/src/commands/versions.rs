//! `ticketgate manifest history`, `ticketgate manifest show`

use std::fmt::Write as _;

use control::views::VersionView;

use super::proposals::by;
use crate::cli::Global;
use crate::output::{Output, table};
use crate::problem::Problem;
use crate::reach::Reach;

pub(super) async fn history(global: &Global, output: Output) -> Result<(), Problem> {
    let versions: Vec<VersionView> = Reach::find(global)?.get("/api/v1/manifests/versions").await?;
    output.show(&versions, |versions| {
        let row = |version: &VersionView| {
            let state = if version.in_force { "in force" } else { "" };
            vec![
                version.number.to_string(),
                format!("{:.0}", version.activated_at),
                version.cause.clone(),
                version.direction.clone(),
                version.author.to_string(),
                if version.approvals.is_empty() { String::new() } else { by(&version.approvals) },
                state.to_owned(),
            ]
        };
        let rows: Vec<_> = versions.iter().map(row).collect();
        table(&["VERSION", "SINCE", "BY WAY OF", "DIRECTION", "AUTHOR", "APPROVED BY", ""], &rows)
    })
}

pub(super) async fn show(global: &Global, number: u64, output: Output) -> Result<(), Problem> {
    let path = format!("/api/v1/manifests/versions/{number}");
    let version: VersionView = Reach::find(global)?.get(&path).await?;
    output.show(&version, |version| {
        let mut text = format!(
            "Version {} ({}, {}), by {} at {:.0}, manifests {}.\n",
            version.number,
            version.cause,
            version.direction,
            version.author,
            version.activated_at,
            version.digest
        );
        for manifest in &version.manifests {
            let _ = write!(text, "\n# {}\n{}\n", manifest.file, manifest.text.trim_end());
        }
        text
    })
}
