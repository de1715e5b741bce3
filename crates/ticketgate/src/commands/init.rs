//! `ticketgate init`

use std::path::Path;

use serde_json::json;

use crate::cli::Init;
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::settings::{self, reference};

pub(crate) fn run(args: &Init, output: Output) -> Result<Exit, Problem> {
    let dir = &args.dir;
    std::fs::create_dir_all(dir.join("manifests"))?;
    let files = [
        (dir.join(settings::FILE), reference::commented_file(args.site.as_str(), &args.site_url)),
        (dir.join("manifests/reporting.toml"), first_manifest(args.site.as_str())),
    ];
    for (path, _) in &files {
        if path.exists() {
            return Err(Problem::new(
                Exit::Failed,
                format!("{} exists; nothing was written.", path.display()),
            )
            .advise("Name another folder, or move the file away."));
        }
    }
    for (path, text) in &files {
        write_new(path, text)?;
    }
    let written: Vec<_> = files.iter().map(|(path, _)| path).collect();
    output.show(&json!({ "written": written }), |_| {
        let names: String = written.iter().map(|path| format!("  {}\n", path.display())).collect();
        format!(
            "Wrote\n{names}\n\
             Next, in that folder:\n  \
             ticketgate serve                                   # in one terminal\n  \
             ticketgate grant add atlassian --kind api-token --site {site} --email YOU@EXAMPLE.COM\n  \
             ticketgate grant check atlassian\n  \
             ticketgate client register reporting --owner YOU --purpose 'Try it out'\n  \
             ticketgate apply",
            site = args.site
        )
    })?;
    Ok(Exit::Done)
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())
}

fn first_manifest(site: &str) -> String {
    format!(
        "# What the client `reporting` may do. docs/manifest.md explains the language; check it with `ticketgate manifest check`.\n\
         owner = \"team reporting\"\n\
         purpose = \"Reads issues for the weekly report\"\n\
         site = {site:?}\n\
         grant = \"atlassian\"\n\
         scopes = [\"read:jira-work\", \"read:jira-user\"]\n\n\
         [operations]\n\
         effects = [\"read\"]\n\
         products = [\"jira\"]\n"
    )
}
