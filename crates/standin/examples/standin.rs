//! The stand-in alone, until Ctrl-C or a kill: `cargo run -p standin --example standin -- 127.0.0.1:8099`. Its address
//! goes to standard error; what it takes to knock at its doors, as JSON, to standard output.

use std::error::Error;

use clock::Clock;
use standin::{Settings, Standin};

#[tokio::main]
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "this is what the example is for")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut settings = Settings::new(Clock::system()?);
    if let Some(listen) = std::env::args().nth(1) {
        settings.listen = listen.parse()?;
    }
    let standin = Standin::start(settings).await?;
    eprintln!("{}", standin.origin());
    println!("{}", serde_json::to_string_pretty(&standin.demo_facts())?);
    std::future::pending::<()>().await;
    Ok(())
}
