//! `ticketgate client`

mod life;
mod proving;

use std::path::Path;

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
        Client::Describe(args) => life::describe(&gateway, args, output).await?,
        Client::Rotate(args) => life::rotate(&gateway, args, output).await?,
        Client::Close { client, secret, force } => {
            life::close(&gateway, client, secret, *force, output).await?;
        }
        Client::Pause(args) => life::pause(&gateway, args, output).await?,
        Client::Resume { client } => life::resume(&gateway, client, output).await?,
        Client::Revoke { client, secret, yes } => {
            life::revoke(&gateway, client, secret.as_deref(), *yes, output).await?;
        }
    }
    Ok(Exit::Done)
}

/// The answer to a registration; the one time a secret travels this way.
#[derive(Deserialize)]
struct Registered {
    client: ClientView,
    /// Absent when it was to have none.
    #[serde(default)]
    client_secret: Option<Secret>,
}

async fn register(gateway: &Reach, args: &Register, output: Output) -> Result<(), Problem> {
    let held_to = &args.held_to;
    let asked = RegisterClient {
        owner: args.owner.clone(),
        purpose: args.purpose.clone(),
        contact: held_to.contact.clone().unwrap_or_default(),
        expires_at: args.expires.as_deref().map(moment::parse).transpose()?,
        networks: held_to.network.clone(),
        token_life: life::token_life(held_to)?,
        token_form: held_to.token_form.map(Into::into).unwrap_or_default(),
        exchanges: held_to.exchange.clone(),
        rotate_every_days: held_to.rotate_every,
        bound_tokens: args.proven_by.bound_tokens,
        proves_by: proving::all(&args.proven_by)?,
        no_secret: args.no_secret,
        redirect_uris: held_to.redirect_uri.clone(),
        public: args.public,
        ..RegisterClient::of(args.client.clone())
    };
    refuse_to_overwrite(args.secret_file.as_deref(), "nothing was registered")?;
    let asked = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
    let made: Registered = gateway.post("/api/v1/clients", &asked).await?;
    let id = &made.client.client;
    let what = format!("Registered {id}.");
    let more = format!(
        "{} Calls are refused until a manifest for {id} is published: write {id}.toml, then\n\
         run `ticketgate manifest check` and `ticketgate apply`.",
        if args.no_secret { "It has no secret." } else { "The secret is shown this once." }
    );
    show_once(&made, args.secret_file.as_deref(), (&what, &more), output)
}

/// Before a secret is made that would then have no place to go.
pub(super) fn refuse_to_overwrite(file: Option<&Path>, so: &str) -> Result<(), Problem> {
    match file.filter(|path| path.exists()) {
        None => Ok(()),
        Some(path) => Err(Problem::new(Exit::Failed, format!("{} exists; {so}.", path.display()))
            .advise("Name a file that does not exist.")),
    }
}

/// The one time a secret is shown, or written to a file.
fn show_once(
    made: &Registered,
    file: Option<&Path>,
    (what, more): (&str, &str),
    output: Output,
) -> Result<(), Problem> {
    let id = &made.client.client;
    let Some(secret) = &made.client_secret else {
        let value = serde_json::json!({ "client": made.client });
        return output.show(&value, |_| format!("{what}\n\n  client id      {id}\n\n{more}"));
    };
    if let Some(path) = file {
        private_file::create(path, secret.open().as_bytes())?;
        let value = serde_json::json!({ "client": made.client, "secret_file": path });
        return output.show(&value, |_| format!("{what} Its secret is in {}.", path.display()));
    }
    let value = serde_json::json!({ "client": made.client, "client_secret": secret.open() });
    output.show(&value, |_| {
        format!("{what}\n\n  client id      {id}\n  client secret  {}\n\n{more}", secret.open())
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
            vec![client.client.to_string(), life::state(client), client.owner.clone(), sites, grant, expires]
        })
        .collect();
    table(&["CLIENT", "STATE", "OWNER", "SITES", "GRANT", "EXPIRES"], &rows)
}

fn show(client: &ClientView) -> String {
    let expires = client.expires_at.map_or("never".to_owned(), |at| at.to_string());
    let mut text = format!(
        "{}\n  owner       {}\n  contact     {}\n  purpose     {}\n  state       {}\n  registered  {}\n  expires     {expires}\n",
        client.client,
        client.owner,
        if client.contact.is_empty() { "nobody named" } else { &client.contact },
        client.purpose,
        life::state(client),
        client.created_at
    );
    if !client.networks.is_empty() {
        text.push_str(&format!("  networks    {}\n", join(client.networks.iter())));
    }
    if let Some(seconds) = client.token_life {
        text.push_str(&format!("  tokens      live {seconds} s\n"));
    }
    if client.token_form != oauth::TokenForm::Opaque {
        text.push_str("  tokens      are JWTs\n");
    }
    if !client.exchanges.is_empty() {
        text.push_str(&format!("  acts for    users of {}\n", join(client.exchanges.iter())));
    }
    text.push_str(&proving::show(client));
    for uri in &client.redirect_uris {
        text.push_str(&format!("  redirects   {uri}\n"));
    }
    if client.public {
        text.push_str("  secret      none: it is public, and acts for users only\n");
    }
    for secret in &client.secrets {
        text.push_str(&format!("  secret      {}\n", life::secret(secret)));
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
