//! `ticketgate client`

use control::views::{ClientView, RegisterClient};
use serde::Deserialize;
use types::Secret;

use crate::cli::{Client, Global, Register};
use crate::output::{Output, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;
use crate::{moment, private_file};

pub(crate) async fn run(global: &Global, command: &Client, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    match command {
        Client::List => {
            let clients: Vec<ClientView> = gateway.get("/api/v1/clients").await?;
            output.show(&clients, |clients| list(clients))?;
        }
        Client::Show { client } => {
            let client: ClientView = gateway.get(&format!("/api/v1/clients/{client}")).await?;
            output.show(&client, show)?;
        }
        Client::Register(args) => register(&gateway, args, output).await?,
    }
    Ok(Exit::Done)
}

/// The answer to a registration; the one time a secret travels this way.
#[derive(Deserialize)]
struct Registered {
    client: ClientView,
    client_secret: Secret,
}

async fn register(gateway: &Reach, args: &Register, output: Output) -> Result<(), Problem> {
    let asked = RegisterClient {
        client: args.client.clone(),
        owner: args.owner.clone(),
        purpose: args.purpose.clone(),
        expires_at: args.expires.as_deref().map(moment::parse).transpose()?,
    };
    if let Some(path) = args.secret_file.as_ref().filter(|path| path.exists()) {
        return Err(Problem::new(
            Exit::Failed,
            format!("{} exists; nothing was registered.", path.display()),
        )
        .advise("Name a file that does not exist."));
    }
    let asked = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
    let made: Registered = gateway.post("/api/v1/clients", &asked).await?;
    let (id, secret) = (&made.client.client, &made.client_secret);
    if let Some(path) = &args.secret_file {
        private_file::create(path, secret.open().as_bytes())?;
        let value = serde_json::json!({ "client": made.client, "secret_file": path });
        return output.show(&value, |_| format!("Registered {id}. Its secret is in {}.", path.display()));
    }
    let value = serde_json::json!({ "client": made.client, "client_secret": secret.open() });
    output.show(&value, |_| {
        format!(
            "Registered {id}.\n\n  client id      {id}\n  client secret  {}\n\n\
             The secret is shown this once. Calls are refused until a manifest for {id} is published: write {id}.toml, then\n\
             run `ticketgate manifest check` and `ticketgate apply`.",
            secret.open()
        )
    })
}

fn list(clients: &[ClientView]) -> String {
    if clients.is_empty() {
        return "No clients yet. Register one with `ticketgate client register`.".to_owned();
    }
    let rows: Vec<_> = clients
        .iter()
        .map(|client| {
            let manifest = client.manifest.as_ref();
            let sites = manifest.map_or("no manifest".to_owned(), |m| join(m.sites.iter()));
            let grant = manifest.map_or_else(String::new, |m| m.grant.to_string());
            let expires = client.expires_at.map_or("never".to_owned(), |at| at.to_string());
            vec![client.client.to_string(), client.state.clone(), client.owner.clone(), sites, grant, expires]
        })
        .collect();
    table(&["CLIENT", "STATE", "OWNER", "SITES", "GRANT", "EXPIRES"], &rows)
}

fn show(client: &ClientView) -> String {
    let expires = client.expires_at.map_or("never".to_owned(), |at| at.to_string());
    let mut text = format!(
        "{}\n  owner       {}\n  purpose     {}\n  state       {}\n  registered  {}\n  expires     {expires}\n",
        client.client, client.owner, client.purpose, client.state, client.created_at
    );
    for secret in &client.secrets {
        let state = match (secret.revoked_at, secret.expires_at) {
            (Some(at), _) => format!("revoked {at}"),
            (None, Some(at)) => format!("until {at}"),
            (None, None) => "live".to_owned(),
        };
        text.push_str(&format!("  secret      {} made {} ({state})\n", secret.hint, secret.created_at));
    }
    match &client.manifest {
        None => text.push_str("  manifest    none published: every call is refused\n"),
        Some(m) => text.push_str(&format!(
            "  manifest    {}: grant {}, sites {}\n",
            m.file,
            m.grant,
            join(m.sites.iter())
        )),
    }
    text
}

pub(crate) fn join(names: impl Iterator<Item = impl ToString>) -> String {
    names.map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
}
