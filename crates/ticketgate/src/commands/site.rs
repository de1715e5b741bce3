//! `ticketgate site`

use control::views::{SiteCheck, SiteView};
use serde_json::json;

use crate::cli::{Global, Site};
use crate::output::{Output, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

pub(crate) async fn run(global: &Global, command: &Site, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    match command {
        Site::List => {
            let sites: Vec<SiteView> = gateway.get("/api/v1/sites").await?;
            output.show(&sites, |sites| list(sites))?;
            Ok(Exit::Done)
        }
        Site::Check { site } => {
            let checks: Vec<SiteCheck> =
                gateway.post("/api/v1/sites/check", &json!({ "site": site })).await?;
            output.show(&checks, |checks| {
                let mark = |check: &SiteCheck| if check.in_order { "ok" } else { "fail" };
                checks
                    .iter()
                    .map(|check| format!("{:<4} {}: {}\n", mark(check), check.site, check.words))
                    .collect()
            })?;
            let in_order = checks.iter().all(|check| check.in_order);
            Ok(if in_order { Exit::Done } else { Exit::Findings })
        }
    }
}

fn list(sites: &[SiteView]) -> String {
    if sites.is_empty() {
        return "No sites. Add a section [sites.NAME] to ticketgate.toml and start the gateway again."
            .to_owned();
    }
    let rows: Vec<_> = sites
        .iter()
        .map(|site| {
            let id = site.cloud_id.as_ref().map_or_else(String::new, ToString::to_string);
            vec![site.name.to_string(), site.kind.clone(), site.url.clone(), id]
        })
        .collect();
    table(&["SITE", "KIND", "URL", "CLOUD ID"], &rows)
}
