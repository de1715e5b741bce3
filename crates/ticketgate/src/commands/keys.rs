//! `ticketgate keys`

use std::fmt::Write as _;
use std::time::Duration;

use control::views::{KeyView, KeysView, Resealing};
use jiff::Timestamp;
use seal::KeyId;
use serde_json::json;

use crate::cli::{Global, Keys};
use crate::output::{Output, counted, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;
use crate::root_key;

/// How often it is asked how far sealing anew has come.
const ASK_EVERY: Duration = Duration::from_millis(500);

pub(crate) async fn run(global: &Global, command: &Keys, output: Output) -> Result<Exit, Problem> {
    match command {
        Keys::List => output.show(&fetch(&Reach::find(global)?).await?, list)?,
        Keys::Rotate => rotate(&Reach::find(global)?, output).await?,
        Keys::Drop { key, yes } => drop(&Reach::find(global)?, *key, *yes, output).await?,
        Keys::Public => {
            let keys = fetch(&Reach::find(global)?).await?;
            output.show(&json!({ "import_key": keys.import_key }), |_| keys.import_key.clone())?;
        }
        Keys::Make { file } => {
            let id = root_key::make_at(file)?.to_string();
            let made = json!({ "key": id, "file": file });
            output.show(&made, |_| {
                format!(
                    "The root key {id} is in {}. Nothing uses it until it is in TICKETGATE_ROOT_KEY.",
                    file.display()
                )
            })?;
        }
    }
    Ok(Exit::Done)
}

async fn fetch(gateway: &Reach) -> Result<KeysView, Problem> {
    gateway.get("/api/v1/keys").await
}

/// Rotates, and waits until everything is sealed anew. The gateway goes on with that whether or not anyone waits.
async fn rotate(gateway: &Reach, output: Output) -> Result<(), Problem> {
    let mut keys: KeysView = gateway.post("/api/v1/keys/rotate", &json!({})).await?;
    let current = keys.keys.first().map(|key| key.key.clone()).unwrap_or_default();
    output.say(&format!("The root key is {current} now. Sealing anew what others have sealed."))?;
    let mut told = None;
    while waits(&keys) {
        tokio::time::sleep(ASK_EVERY).await;
        keys = fetch(gateway).await?;
        let Resealing { under_way, done, total } = keys.resealing;
        if under_way && total > 0 && told != Some(done) {
            told = Some(done);
            output.say(&format!("{done} of {total}"))?;
        }
    }
    output.show(&keys, list)
}

/// Whether a key that is not current is still needed, or may be.
fn waits(keys: &KeysView) -> bool {
    keys.resealing.under_way || keys.keys.iter().any(|key| !key.current && key.opens > 0)
}

async fn drop(gateway: &Reach, key: KeyId, yes: bool, output: Output) -> Result<(), Problem> {
    if !yes {
        let what = format!(
            "Without the root key {key}, backups from its time, and exports made to its public key, open nowhere."
        );
        return Err(Problem::new(Exit::Usage, what)
            .advise("Repeat it with --yes, once no such backup is wanted or the key is kept elsewhere."));
    }
    gateway.delete(&format!("/api/v1/keys/{key}")).await?;
    output.show(&json!({ "dropped": key.to_string() }), |_| format!("Dropped the root key {key}."))
}

fn list(view: &KeysView) -> String {
    let rows: Vec<_> = view.keys.iter().map(row).collect();
    let mut text = table(&["KEY", "STATE", "SINCE", "FROM", "OPENS"], &rows);
    let Resealing { under_way, done, total } = view.resealing;
    if under_way && total > 0 {
        let _ = writeln!(text, "Sealing anew: {done} of {total}.");
    }
    if !view.shut.is_empty() {
        let shut = counted(view.shut.len(), "sealed value");
        let _ = writeln!(text, "No key here opens {shut}: {}.", view.shut.join(", "));
    }
    text
}

fn row(key: &KeyView) -> Vec<String> {
    let at =
        |at: Option<Timestamp>, otherwise: &str| at.map_or(otherwise.to_owned(), |at| format!("{at:.0}"));
    let state = match key.current {
        true => "current".to_owned(),
        false => format!("retired {}", at(key.retired_at, "before")).trim_end_matches(" before").to_owned(),
    };
    vec![key.key.clone(), state, at(key.since, "unknown"), key.from.clone(), key.opens.to_string()]
}
