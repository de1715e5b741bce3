//! `ticketgate manifest`

mod check;
mod explain;
mod live;
mod replay;
mod sarif;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use catalogue::Catalogue;
use clock::Clock;
use control::manifests::read_folder;
use control::views::DraftView;
use policy::{Known, ManifestSet};
use types::{ClientId, Site, SiteName};

use super::versions;
use crate::cli::{Global, Manifest};
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::reach::Reach;
use crate::{moment, settings, vocabulary};

pub(crate) async fn run(global: &Global, command: &Manifest, output: Output) -> Result<Exit, Problem> {
    match command {
        Manifest::Check(asked) => {
            let written = Written::read(global, asked.dir.as_ref())?;
            let live = if asked.live { Some(live::ask(global).await?) } else { None };
            check::run(&written, asked, live.as_ref(), output)
        }
        Manifest::History => versions::history(global, output).await.map(|()| Exit::Done),
        Manifest::Show { number } => versions::show(global, *number, output).await.map(|()| Exit::Done),
        Manifest::Draft { client, observed } => draft(global, client, observed, output).await,
        Manifest::Replay { dir, since, client } => {
            replay::run(global, (dir.as_deref(), client.as_ref()), since, output).await
        }
        Manifest::Explain(asked) => {
            let written = Written::read(global, asked.dir.as_ref())?;
            explain::run(&written, asked, output)
        }
    }
}

/// The manifests of a folder, and what they may speak about.
struct Written {
    folder: PathBuf,
    files: ManifestSet,
    catalogue: Catalogue,
    sites: BTreeMap<SiteName, Arc<Site>>,
    clock: Clock,
}

impl Written {
    fn read(global: &Global, dir: Option<&PathBuf>) -> Result<Self, Problem> {
        let settings = settings::load(global.config.as_deref())?.settings;
        let folder = dir.cloned().unwrap_or(settings.manifests);
        let files = read_folder(&folder).map_err(|error| {
            Problem::new(Exit::Failed, format!("The manifests in {} cannot be read.", folder.display()))
                .because(error)
                .advise("Make it readable, name another folder, or set `manifests` in the settings.")
        })?;
        let clock = Clock::system()
            .map_err(|error| Problem::new(Exit::Failed, "The clock cannot be started.").because(error))?;
        let catalogue = vocabulary::catalogue(settings.catalogue.as_deref())?;
        Ok(Self { folder, files, catalogue, sites: vocabulary::sites_unasked(&settings.sites), clock })
    }

    /// Which grants a running gateway holds is not known here: any name will do.
    fn known(&self) -> Known<'_> {
        Known { sites: &self.sites, grants: None, now: self.clock.now() }
    }
}

/// The first manifest of a client, as the running gateway makes it.
async fn draft(global: &Global, client: &ClientId, observed: &str, output: Output) -> Result<Exit, Problem> {
    let seconds = moment::seconds(observed)?;
    let path = format!("/api/v1/usage/{client}/draft?observed={seconds}");
    let draft: DraftView = Reach::find(global)?.get(&path).await?;
    output.show(&draft, |draft| draft.text.clone())?;
    Ok(Exit::Done)
}
