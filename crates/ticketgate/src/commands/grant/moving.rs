//! `ticketgate grant export` and `import`

use std::fs;
use std::path::Path;

use control::views::{AddedGrant, ExportGrants, ExportedGrants, ImportGrants};
use serde_json::json;

use super::added;
use crate::cli::ExportGrants as Args;
use crate::commands::client::{join, refuse_to_overwrite};
use crate::output::Output;
use crate::private_file;
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

/// The longest file that is sent; the gateway refuses shorter ones by itself.
const LONGEST: u64 = 1 << 20;

pub(super) async fn export(gateway: &Reach, args: &Args, output: Output) -> Result<(), Problem> {
    refuse_to_overwrite(args.out.as_deref(), "nothing was exported")?;
    let asked = ExportGrants { grants: args.grants.clone(), to: args.to.clone() };
    let asked = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
    let exported: ExportedGrants = gateway.post("/api/v1/exports", &asked).await?;
    let Some(path) = &args.out else { return output.line(exported.file.trim_end()) };
    private_file::create(path, exported.file.as_bytes())?;
    private_file::sync_folder_of(path)?;
    let names = join(exported.grants.iter().map(|grant| &grant.name));
    if args.remove {
        // The file is on disk: nothing is removed that would then be nowhere.
        for grant in &exported.grants {
            gateway.delete(&format!("/api/v1/grants/{}", grant.name)).await?;
        }
    }
    let done = json!({ "file": path, "grants": exported.grants, "removed": args.remove });
    output.show(&done, |_| {
        let rest = if args.remove {
            "They are removed here, and live on where the file is imported."
        } else {
            "They work here and there from then on. What renews itself (a grant of a person's account) must be removed here: \
             the two would end each other."
        };
        format!("Exported {names} to {}. {rest}", path.display())
    })
}

pub(super) async fn import(gateway: &Reach, file: &Path, output: Output) -> Result<(), Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(Exit::Failed, format!("{} cannot be read.", file.display())).because(error)
    };
    if fs::metadata(file).map_err(unreadable)?.len() > LONGEST {
        return Err(Problem::new(Exit::Failed, format!("{} is too long to be an export.", file.display())));
    }
    let asked = ImportGrants { file: fs::read_to_string(file).map_err(unreadable)? };
    let asked = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
    let taken: Vec<AddedGrant> = gateway.post("/api/v1/imports", &asked).await?;
    output.show(&taken, |taken| taken.iter().map(added::words).collect::<Vec<_>>().join("\n"))
}
