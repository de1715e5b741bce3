//! What only a running gateway knows: which grants there are, and what Atlassian says they cover.

use std::collections::BTreeSet;

use control::views::GrantView;
use policy::Granted;
use types::GrantName;

use crate::cli::Global;
use crate::problem::Problem;
use crate::reach::Reach;

/// The grants of a running gateway.
pub(super) struct Live {
    /// Their names.
    pub(super) names: BTreeSet<GrantName>,
    /// What they cover, of those Atlassian has told it of.
    pub(super) granted: Granted,
}

/// Asks the gateway.
pub(super) async fn ask(global: &Global) -> Result<Live, Problem> {
    let grants: Vec<GrantView> = Reach::find(global)?.get("/api/v1/grants").await?;
    // People's own are nobody's to name.
    let grants: Vec<_> = grants.into_iter().filter(|grant| !grant.name.is_of_person()).collect();
    let granted = grants.iter().filter_map(|grant| Some((grant.name.clone(), scopes(grant)?))).collect();
    Ok(Live { names: grants.into_iter().map(|grant| grant.name).collect(), granted })
}

fn scopes(grant: &GrantView) -> Option<Vec<String>> {
    let scopes = grant.consent.as_ref()?.get("scopes")?.as_array()?;
    let names: Vec<_> = scopes.iter().filter_map(|name| name.as_str()).map(str::to_owned).collect();
    // Atlassian did not say.
    (!names.is_empty()).then_some(names)
}
