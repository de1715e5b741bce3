//! `ticketgate elevate`, `ticketgate elevations`

use std::fmt::Write as _;
use std::io::Read as _;

use control::views::{AskForElevation, AskedBy, ElevationState, ElevationView};
use serde_json::json;

use super::{plan, proposals};
use crate::cli::{Elevate, Elevations, Global};
use crate::moment;
use crate::output::{Output, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

/// The longest text that is read, in bytes; the gateway takes no longer one.
const LONGEST: u64 = 16_385;

pub(crate) async fn ask(global: &Global, args: &Elevate, output: Output) -> Result<Exit, Problem> {
    let mut adds = String::new();
    if args.file.as_os_str() == "-" {
        std::io::stdin().take(LONGEST).read_to_string(&mut adds)?;
    } else {
        let unreadable = |error| {
            Problem::new(Exit::Failed, format!("{} cannot be read.", args.file.display())).because(error)
        };
        let file = std::fs::File::open(&args.file).map_err(unreadable)?;
        file.take(LONGEST).read_to_string(&mut adds).map_err(unreadable)?;
    }
    let asked = AskForElevation {
        client: Some(args.client.clone()),
        account: args.as_user.clone(),
        adds,
        seconds: moment::seconds(&args.lasts)?,
        reason: args.reason.clone(),
    };
    let asked = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
    let view: ElevationView = Reach::find(global)?.post("/api/v1/elevations", &asked).await?;
    output.show(&view, |view| match view.state {
        ElevationState::Waits => format!(
            "{}\nIt waits for a yes, until {:.0}. Another operator looks at it and approves it, and it holds from then on:\n\n  ticketgate elevations {digest}\n  ticketgate approve {digest}",
            whole(view),
            view.waits_until,
            digest = view.digest
        ),
        _ => format!("{}\nIt holds. To end it sooner:\n\n  ticketgate elevations {} --end", whole(view), view.digest),
    })?;
    Ok(if view.state == ElevationState::Waits { Exit::Waits } else { Exit::Done })
}

pub(crate) async fn run(global: &Global, args: &Elevations, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    match &args.digest {
        Some(digest) if args.end => {
            gateway.delete(&format!("/api/v1/elevations/{digest}")).await?;
            output.show(&json!({ "ended": digest }), |_| format!("Ended the elevation {digest}."))?;
        }
        Some(digest) => {
            let view: ElevationView = gateway.get(&format!("/api/v1/elevations/{digest}")).await?;
            output.show(&view, whole)?;
        }
        None => {
            let all: Vec<ElevationView> = gateway.get("/api/v1/elevations").await?;
            output.show(&all, |all| list(all))?;
        }
    }
    Ok(Exit::Done)
}

/// What is said when somebody has said yes.
pub(super) fn approved(view: &ElevationView) -> String {
    let until = view.until.map_or_else(String::new, |until| format!("{until:.0}"));
    format!(
        "Approved: {}. {} has more until {until}.\nTo end it sooner:\n\n  ticketgate elevations {} --end",
        proposals::by(&view.approvals),
        view.client,
        view.digest
    )
}

fn whole(view: &ElevationView) -> String {
    let for_whom =
        view.account.as_ref().map_or_else(String::new, |account| format!(", for the user {account} only"));
    let mut text = format!(
        "## More for {}{for_whom}\n\n**{}**\n\n{}, for {}: {}.\n",
        view.client,
        plain(&view.reason),
        asked(view),
        lasts(view.seconds),
        state(view)
    );
    if let (ElevationState::Ended, Some(why)) = (view.state, &view.ended_why) {
        let _ = writeln!(text, "It is over: {why}.");
    }
    if !view.approvals.is_empty() {
        let _ = writeln!(text, "Approved: {}.", proposals::by(&view.approvals));
    }
    plan::clients(&mut text, &view.changes.clients);
    let _ = writeln!(text, "\nWhat it adds:\n");
    for line in view.adds.lines() {
        let _ = writeln!(text, "    {}", plain(line));
    }
    let _ = writeln!(text, "\nElevation `{}`.", view.digest);
    text
}

/// Somebody's words, without what moves a cursor.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn asked(view: &ElevationView) -> String {
    let who = match &view.asked_by {
        AskedBy::Operator { operator } => format!("{operator}, an operator"),
        AskedBy::Client => "The client itself".to_owned(),
        AskedBy::User { account } => format!("The user {account}"),
    };
    format!("{who}, asked at {:.0}", view.asked_at)
}

/// `1 h`, `90 min`, `90 s`.
fn lasts(seconds: u64) -> String {
    match seconds {
        whole if whole % 3_600 == 0 => format!("{} h", whole / 3_600),
        whole if whole % 60 == 0 => format!("{} min", whole / 60),
        seconds => format!("{seconds} s"),
    }
}

fn state(view: &ElevationView) -> String {
    let until = |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |at| format!(" {at:.0}"));
    match view.state {
        ElevationState::Waits => format!("waits for a yes until {:.0}", view.waits_until),
        ElevationState::Holds => format!("holds until{}", until(view.until)),
        ElevationState::Ended => format!("over since{}", until(view.ended_at)),
    }
}

fn list(all: &[ElevationView]) -> String {
    if all.is_empty() {
        return "Nobody has more than their manifest says, and nobody asks for it.".to_owned();
    }
    let row = |view: &ElevationView| {
        let whose = match &view.account {
            Some(account) => format!("{} for {account}", view.client),
            None => view.client.to_string(),
        };
        let reason: String = plain(&view.reason).chars().take(60).collect();
        vec![view.digest.to_string(), whose, lasts(view.seconds), state(view), reason]
    };
    table(&["ELEVATION", "CLIENT", "LASTS", "STATE", "REASON"], &all.iter().map(row).collect::<Vec<_>>())
}
