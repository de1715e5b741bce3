//! The stand-in of one lane: rules, weather, consents, and what it counted.

use std::sync::OnceLock;

use anyhow::Context;
use clock::Clock;
use http::Method;
use serde_json::{Value, json};
use standin::Standin;

use crate::http_client::Http;
use crate::plan::{Plan, Retry};

/// Who consents. Each once to each app.
const PEOPLE: [&str; 5] = ["rosa", "dan", "petra", "sven", "nora"];

/// What is asked of them.
pub(crate) const SCOPES: &str = "read:jira-user read:me offline_access";

/// A consent.
#[derive(Clone, Debug)]
pub(crate) struct Consent {
    /// What the gateway calls the grant.
    pub(crate) grant: String,
    pub(crate) app: String,
    pub(crate) account: String,
    pub(crate) refresh_token: String,
}

/// An application.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) name: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// A stand-in.
#[derive(Debug)]
pub(crate) struct Provider {
    standin: Standin,
    http: Http,
    retry: Retry,
    /// What the weather had done when it cleared.
    happened: OnceLock<Value>,
}

impl Provider {
    /// Starts one, with the rules of the plan.
    pub(crate) async fn start(plan: &Plan, lane: usize, http: Http) -> anyhow::Result<Self> {
        let standin = Standin::start(standin::Settings::new(Clock::system()?)).await?;
        let turns = Retry::ALL.get(lane % Retry::ALL.len()).copied().unwrap_or(Retry::NewPairReplaces);
        let provider = Self { standin, http, retry: plan.retry.unwrap_or(turns), happened: OnceLock::new() };
        let rules = json!({
            "access_token_seconds": plan.access_token_seconds,
            "leeway_seconds": plan.leeway_seconds,
            "retry": provider.retry,
        });
        provider.steer(Method::PUT, "/standin/oauth/rules", Some(&rules)).await?;
        Ok(provider)
    }

    pub(crate) fn origin(&self) -> String {
        self.standin.origin()
    }

    /// Bad weather from here on.
    pub(crate) async fn storm(&self, plan: &Plan, lane: usize) -> anyhow::Result<()> {
        let each = plan.trouble / 4.0;
        let weather = json!({
            "seed": plan.seed.wrapping_add(u64::try_from(lane)?),
            "lose_before": each, "lose_after": each, "fail_5xx": each, "fail_5xx_after": each,
            "delay_ms": [0, u64::try_from(plan.slowest.as_millis())?],
        });
        self.steer(Method::PUT, "/standin/oauth/weather", Some(&weather)).await.map(drop)
    }

    /// Fine weather from here on.
    pub(crate) async fn calm(&self) -> anyhow::Result<()> {
        let weather = self.steer(Method::GET, "/standin/oauth/weather", None).await?;
        let _ = self.happened.set(weather.get("happened").cloned().unwrap_or_default());
        self.steer(Method::DELETE, "/standin/oauth/weather", None).await.map(drop)
    }

    /// What the weather did, once it has cleared.
    pub(crate) fn happened(&self) -> Option<&Value> {
        self.happened.get()
    }

    /// Applications and consents to them: `count` grants.
    pub(crate) async fn consents(&self, count: usize) -> anyhow::Result<(Vec<App>, Vec<Consent>)> {
        let (mut apps, mut consents) = (Vec::<App>::new(), Vec::new());
        for number in 0..count {
            let person = PEOPLE.get(number % PEOPLE.len()).copied().unwrap_or_default();
            if number % PEOPLE.len() == 0 {
                let name = format!("trial-{}", apps.len());
                let made =
                    self.steer(Method::POST, "/standin/oauth/apps", Some(&json!({ "name": name }))).await?;
                let (client_id, client_secret) = (text(&made, "client_id")?, text(&made, "client_secret")?);
                apps.push(App { name, client_id, client_secret });
            }
            let app = apps.last().context("no app")?.name.clone();
            let asked = json!({ "as": person, "app": app, "scopes": SCOPES });
            let pair = self.steer(Method::POST, "/standin/oauth/grants", Some(&asked)).await?;
            let refresh_token = text(&pair, "refresh_token")?;
            consents.push(Consent {
                grant: format!("grant-{number}"),
                app,
                account: person.to_owned(),
                refresh_token,
            });
        }
        Ok((apps, consents))
    }

    /// What it counted.
    pub(crate) async fn counters(&self) -> anyhow::Result<Value> {
        self.steer(Method::GET, "/standin/oauth", None).await
    }

    /// Any string to pull.
    pub(crate) async fn steer(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        self.http.steer(method, &format!("{}{path}", self.origin()), None, body).await
    }
}

/// A text in an answer.
pub(crate) fn text(value: &Value, name: &str) -> anyhow::Result<String> {
    Ok(value
        .get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("no {name} in the answer"))?
        .to_owned())
}
