//! `ticketgate demo`: a stand-in Atlassian, a gateway in front of it, three clients, one permitted and one refused call.

mod calls;
mod ready;
mod setting;
mod words;

use std::path::PathBuf;

use clock::Clock;
use standin::Standin;

use crate::assembly::assemble;
use crate::cli::{self, Global};
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::settings::Settings;
use crate::{logs, private_file, serve, signals};

/// The three teams of the story: client id, purpose.
pub(crate) const CLIENTS: [(&str, &str); 3] = [
    ("release-automation", "Moves issues along when something ships"),
    ("data-analytics", "Reads everything for reports, writes nothing"),
    ("partner-integrations", "Lets a partner follow a handful of issues"),
];

/// The site the three share.
pub(crate) const SITE: &str = "demo";

/// The grant their manifests name.
pub(crate) const GRANT: &str = "demo-service-account";

pub(crate) fn run(global: &Global, args: &cli::Demo, output: Output) -> Result<Exit, Problem> {
    let settings = setting::settings(args.listen)?;
    logs::start(&settings.log)?;
    let data = Data::choose(global.data_dir.clone())?;
    let runtime = serve::runtime(&settings)?;
    runtime.block_on(play(settings, &data, args, output))
}

/// The data directory: the one that was named, or one that is gone afterwards.
enum Data {
    Named(PathBuf),
    Temporary(tempfile::TempDir),
}

impl Data {
    fn choose(named: Option<PathBuf>) -> Result<Self, Problem> {
        let Some(dir) = named else {
            return Ok(Self::Temporary(private_temporary()?));
        };
        if dir.join(crate::assembly::DATABASE).exists() {
            return Err(Problem::new(
                Exit::Data,
                format!("{} already holds a gateway's data.", dir.display()),
            )
            .because("The demo makes everything anew: keys, clients, grants.")
            .advise("Name an empty directory, or leave --data-dir out."));
        }
        Ok(Self::Named(dir))
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::Named(dir) => dir.clone(),
            Self::Temporary(dir) => dir.path().to_owned(),
        }
    }
}

async fn play(
    mut settings: Settings,
    data: &Data,
    args: &cli::Demo,
    output: Output,
) -> Result<Exit, Problem> {
    let clock = Clock::system()
        .map_err(|error| Problem::new(Exit::Failed, "The clock cannot be started.").because(error))?;
    let standin = Standin::start(standin::Settings::new(clock.clone())).await?;
    settings.data_dir = data.path();
    // Elsewhere than on loopback the demo is still a demo, only one nobody can sign in to.
    settings.development_login = settings.listen.ip().is_loopback()
        && settings.public_origin.is_none()
        && settings.trusted_proxies.count() == 0;
    settings.manifests = settings.data_dir.join("manifests");
    private_file::make_folder(&settings.data_dir)?;
    setting::write_manifests(&settings.manifests)?;
    setting::add_sites(&mut settings, &standin)?;

    let gateway = assemble(&settings, &clock).await?;
    let secrets = setting::furnish(&gateway, &standin).await?;
    gateway.announce()?;
    let (url, token) = (gateway.url.clone(), gateway.operator_token.text.clone());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(gateway.run(async {
        // Either a signal to stop, or the story could not be told.
        let _ = stopped.await;
    }));

    let told = tell(&Story { url, token, secrets, standin: &standin, data, args }, output).await;
    if told.is_ok() {
        signals::stop().await?;
        output.say("\nStopping.")?;
    }
    drop(stop);
    let _drained = running.await;
    standin.stop().await;
    told.map(|()| Exit::Done)
}

/// What the demo has to tell.
struct Story<'a> {
    url: String,
    token: types::Secret,
    secrets: Vec<(types::ClientId, types::Secret)>,
    standin: &'a Standin,
    data: &'a Data,
    args: &'a cli::Demo,
}

async fn tell(story: &Story<'_>, output: Output) -> Result<(), Problem> {
    let seen = calls::make(&story.url, &story.secrets).await?;
    let ready = ready::facts(story);
    if let Some(path) = &story.args.ready_file {
        private_file::replace(path, ready.to_string().as_bytes()).map_err(|error| {
            Problem::new(Exit::Failed, format!("The ready file {} cannot be written.", path.display()))
                .because(error)
        })?;
    }
    output.show(&ready, |_| words::page(story, &seen))
}

/// A folder only its owner can look into, which is what a gateway asks of its data directory.
fn private_temporary() -> std::io::Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let only_the_owner = std::fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().prefix("ticketgate-demo-").permissions(only_the_owner).tempdir()
}
