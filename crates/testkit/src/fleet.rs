//! One lane: a provider, and the processes that keep its grants.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Duration;

use anyhow::bail;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clock::Clock;
use http::{HeaderValue, Method};
use serde_json::{Value, json};

use crate::http_client::Http;
use crate::outages::Outages;
use crate::plan::{Plan, Subject};
use crate::process::Process;
use crate::provider::{Provider, text};
use crate::setting::{self, Given};

/// How often somebody looks whether a process has announced itself, or ended.
const LOOK: Duration = Duration::from_millis(3);

/// How long a start may take.
const START: Duration = Duration::from_secs(60);

/// Where a process runs, again and again.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) folder: PathBuf,
    /// Its base URL while it answers.
    url: RwLock<Option<String>>,
    /// The `Authorization` that calls with each grant.
    keys: OnceLock<Vec<HeaderValue>>,
}

impl Slot {
    pub(crate) fn url(&self) -> Option<String> {
        self.url.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn key(&self, grant: usize) -> Option<&HeaderValue> {
        self.keys.get()?.get(grant)
    }

    /// It answers here, or nowhere.
    pub(crate) fn at(&self, url: Option<String>) {
        *self.url.write().unwrap_or_else(PoisonError::into_inner) = url;
    }
}

/// See the module's page.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) plan: Plan,
    pub(crate) provider: Provider,
    pub(crate) slots: Vec<Slot>,
    pub(crate) outages: Outages,
    pub(crate) http: Http,
    pub(crate) clock: Clock,
    environment: OnceLock<Vec<(String, String)>>,
}

impl Lane {
    /// Starts the provider and the processes, and puts the grants into custody.
    pub(crate) async fn set_up(
        plan: &Plan,
        (number, folder): (usize, &Path),
        database: Option<String>,
        clock: &Clock,
    ) -> anyhow::Result<(Self, Vec<Process>)> {
        let http = Http::new()?;
        let provider = Provider::start(plan, number, http.clone()).await?;
        let (apps, consents) = provider.consents(plan.grants).await?;
        let given = Given { apps, consents };
        let mut slots = Vec::new();
        for process in 0..plan.processes {
            let own = folder.join(format!("process-{process}"));
            std::fs::create_dir_all(&own)?;
            match &plan.subject {
                Subject::Ticketgate { .. } => setting::of_gateway(&own, plan, &provider, &given).await?,
                Subject::Naive { .. } => {
                    setting::of_naive(&own, &folder.join("shared"), &provider, &given).await?;
                }
            }
            slots.push(Slot { folder: own, url: RwLock::default(), keys: OnceLock::new() });
        }
        let lane = Self {
            plan: plan.clone(),
            provider,
            slots,
            outages: Outages::new(clock.clone(), plan.grants),
            http,
            clock: clock.clone(),
            environment: OnceLock::new(),
        };
        let mut environment: Vec<_> =
            database.into_iter().map(|url| ("TICKETGATE_CUSTODY_POSTGRES".to_owned(), url)).collect();
        let mut processes = Vec::new();
        for (index, slot) in lane.slots.iter().enumerate() {
            let mut process = lane.start_with(slot, None, &environment)?;
            if !lane.until_announced(slot, &mut process).await? {
                bail!("a process ended before it began: {}", said(slot));
            }
            lane.furnish(slot, &given, index == 0).await?;
            if index == 0 && environment.len() == 1 {
                let key = std::fs::read_to_string(slot.folder.join("ticketgate-data/root.key"))?;
                environment.push(("TICKETGATE_ROOT_KEY".to_owned(), key.trim().to_owned()));
            }
            processes.push(process);
        }
        let _ = lane.environment.set(environment);
        Ok((lane, processes))
    }

    /// Clients, and the first time the grants.
    async fn furnish(&self, slot: &Slot, given: &Given, first: bool) -> anyhow::Result<()> {
        let basic = |user: &str, password: &str| {
            HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
        };
        let mut keys = Vec::new();
        if matches!(self.plan.subject, Subject::Naive { .. }) {
            for consent in &given.consents {
                keys.push(basic(&consent.grant, "-")?);
            }
            let _ = slot.keys.set(keys);
            return Ok(());
        }
        let announced: Value = serde_json::from_slice(&std::fs::read(slot.folder.join(setting::ANNOUNCED))?)?;
        let (url, token) = (text(&announced, "url")?, text(&announced, "token")?);
        let post = async |path: &str, body: Value| {
            self.http.steer(Method::POST, &format!("{url}/api/v1/{path}"), Some(&token), Some(&body)).await
        };
        for consent in &given.consents {
            if first {
                let grant = json!({
                    "name": consent.grant, "sites": ["demo"], "kind": "three-legged", "app": consent.app,
                    "account": consent.account, "account_name": consent.account,
                    "refresh_token": consent.refresh_token,
                });
                post("grants", grant).await?;
            }
            let client = setting::client(&consent.grant);
            let asked = json!({ "client": client, "owner": "trial", "purpose": "trial" });
            let made = post("clients", asked).await?;
            keys.push(basic(&client, &text(&made, "client_secret")?)?);
        }
        let _ = slot.keys.set(keys);
        Ok(())
    }

    /// Starts the slot's process once more; `die_at` is a point and how manieth time.
    pub(crate) fn start(&self, slot: &Slot, die_at: Option<String>) -> anyhow::Result<Process> {
        let environment = self.environment.get().map(Vec::as_slice).unwrap_or_default();
        self.start_with(slot, die_at, environment)
    }

    fn start_with(
        &self,
        slot: &Slot,
        die_at: Option<String>,
        environment: &[(String, String)],
    ) -> anyhow::Result<Process> {
        slot.at(None);
        // One that was killed leaves it behind.
        let _ = std::fs::remove_file(slot.folder.join(setting::ANNOUNCED));
        let mut environment = environment.to_vec();
        environment.extend(die_at.map(|die_at| ("TICKETGATE_DIE_AT".to_owned(), die_at)));
        match &self.plan.subject {
            Subject::Ticketgate { program } => {
                Process::start(program, &[OsStr::new("serve")], &environment, &slot.folder)
            }
            Subject::Naive { program, algorithm } => {
                let args = [OsStr::new("naive"), OsStr::new(algorithm.word())];
                Process::start(program, &args, &environment, &slot.folder)
            }
        }
    }

    /// Waits until the process says where it answers; `false`: it ended before.
    pub(crate) async fn until_announced(&self, slot: &Slot, process: &mut Process) -> anyhow::Result<bool> {
        let (began, file) = (self.clock.tick(), slot.folder.join(setting::ANNOUNCED));
        loop {
            let announced =
                std::fs::read(&file).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
            if let Some(announced) = announced {
                slot.at(Some(text(&announced, "url")?));
                return Ok(true);
            }
            if process.ended().is_some() {
                return Ok(false);
            }
            if self.clock.tick().since(began) > START {
                bail!("a process does not start: {}", said(slot));
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// The end of what the slot's processes said.
pub(crate) fn said(slot: &Slot) -> String {
    let text = std::fs::read(slot.folder.join("said.log")).unwrap_or_default();
    let from = text.len().saturating_sub(2_000);
    String::from_utf8_lossy(text.get(from..).unwrap_or_default()).into_owned()
}
