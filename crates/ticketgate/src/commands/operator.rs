//! `ticketgate operator`

use std::path::Path;

use control::views::{AddOperator, OperatorView};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use types::Secret;

use super::client::refuse_to_overwrite;
use crate::cli::{self, Global, Operator};
use crate::output::{Output, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;
use crate::{moment, private_file};

pub(crate) async fn run(global: &Global, command: &Operator, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    match command {
        Operator::List => {
            let operators: Vec<OperatorView> = gateway.get("/api/v1/operators").await?;
            output.show(&operators, |operators| list(operators))?;
        }
        Operator::Add(args) => add(&gateway, args, output).await?,
        Operator::Revoke { operator } => {
            let path = format!("/api/v1/operators/{operator}/revoke");
            let ended: OperatorView = gateway.post(&path, &Value::Null).await?;
            output
                .show(&ended, |ended| format!("The token of {} is worth nothing from now on.", ended.name))?;
        }
    }
    Ok(Exit::Done)
}

/// The answer that makes an operator; the one time the token travels this way.
#[derive(Deserialize)]
struct Added {
    operator: OperatorView,
    token: Secret,
}

async fn add(gateway: &Reach, args: &cli::AddOperator, output: Output) -> Result<(), Problem> {
    let asked = AddOperator {
        name: args.operator.clone(),
        role: args.role.into(),
        expires_at: args.expires.as_deref().map(moment::parse).transpose()?,
    };
    refuse_to_overwrite(args.token_file.as_deref(), "nobody was added")?;
    let asked = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
    let made: Added = gateway.post("/api/v1/operators", &asked).await?;
    show_once(&made, args.token_file.as_deref(), output)
}

fn show_once(made: &Added, file: Option<&Path>, output: Output) -> Result<(), Problem> {
    let (name, role) = (&made.operator.name, &made.operator.role);
    if let Some(path) = file {
        private_file::create(path, made.token.open().as_bytes())?;
        let value = json!({ "operator": made.operator, "token_file": path });
        return output.show(&value, |_| {
            format!(
                "Added {name} as {role}. The token is in {}; use it with --url and --token.",
                path.display()
            )
        });
    }
    let value = json!({ "operator": made.operator, "token": made.token.open() });
    output.show(&value, |_| {
        format!(
            "Added {name} as {role}.\n\n  token  {}\n\nIt is shown this once. Keep it in a file only {name} can read, and name that with --token beside --url.",
            made.token.open()
        )
    })
}

fn list(operators: &[OperatorView]) -> String {
    if operators.is_empty() {
        return "No operators beside whoever may read gateway.json. Add one with `ticketgate operator add`."
            .to_owned();
    }
    let or =
        |at: Option<Timestamp>, otherwise: &str| at.map_or(otherwise.to_owned(), |at| format!("{at:.0}"));
    let rows: Vec<_> = operators
        .iter()
        .map(|operator| {
            let ends = match operator.revoked_at {
                Some(at) => format!("revoked {at:.0}"),
                None => or(operator.expires_at, "never"),
            };
            let used = or(operator.last_used_at, "never");
            vec![operator.name.to_string(), operator.role.clone(), operator.hint.clone(), ends, used]
        })
        .collect();
    table(&["OPERATOR", "ROLE", "TOKEN", "ENDS", "LAST USED"], &rows)
}
