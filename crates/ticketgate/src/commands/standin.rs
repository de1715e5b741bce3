//! `ticketgate standin`

use clock::Clock;
use standin::{Settings, Standin};

use crate::cli;
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::signals;

pub(crate) async fn run(args: &cli::Standin, output: Output) -> Result<Exit, Problem> {
    let clock = Clock::system()
        .map_err(|error| Problem::new(Exit::Failed, "The clock cannot be started.").because(error))?;
    let settings = Settings { listen: args.listen, ..Settings::new(clock) };
    let standin = Standin::start(settings).await.map_err(|error| {
        Problem::new(Exit::Failed, format!("Nothing can listen on {}.", args.listen))
            .because(error)
            .advise("Name another address with --listen; port 0 takes a free one.")
    })?;
    let facts = standin.demo_facts();
    output.show(&facts, |facts| {
        format!(
            "A stand-in Atlassian answers at {0}.\nWhat it takes to knock at its doors (made-up secrets): curl -X POST {0}/standin/facts\nCtrl-C ends it.",
            facts.api_origin
        )
    })?;
    signals::stop().await?;
    standin.stop().await;
    Ok(Exit::Done)
}
