//! Reaching a running gateway: where it is, as whom, and what it answers.

mod announced;

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use egress::{Answer, Egress, RequestBody};
use http::{HeaderValue, Method, Request, header};
use seal::token;
use serde::de::DeserializeOwned;
use types::Secret;

use crate::cli::Global;
use crate::gateway_file;
use crate::problem::{Exit, Problem};
use crate::{secret_input, settings};
use announced::Announced;

/// The longest wait for an answer. Long enough for `grant check` on a slow site.
const PATIENCE: Duration = Duration::from_secs(90);

/// The largest answer read into memory; exports are streamed instead.
const LARGEST: usize = 64 << 20;

/// Variable that holds the operator token beside `TICKETGATE_URL`.
const TOKEN_VARIABLE: &str = "TICKETGATE_TOKEN";

/// A running gateway, found.
pub(crate) struct Reach {
    base: String,
    authorization: HeaderValue,
    egress: Egress,
    /// The file it was found by; `None` when the operator said where it is.
    announced: Option<Announced>,
}

impl Reach {
    /// By `--url` and `--token`, by the environment, or by `gateway.json` in the data directory.
    pub(crate) fn find(global: &Global) -> Result<Self, Problem> {
        match &global.url {
            Some(url) => {
                let base = url.trim_end_matches('/').to_owned();
                Self::new(base, &operator_token(global)?, None, None)
            }
            None => Self::by_data_dir(&data_dir(global)?),
        }
    }

    /// By `gateway.json` in a data directory. Whether that gateway still runs shows at the first call.
    pub(crate) fn by_data_dir(data_dir: &Path) -> Result<Self, Problem> {
        let file = gateway_file::read(data_dir).map_err(|error| not_found(data_dir, &error))?;
        Self::new(file.url, &file.token, file.certificate, Some(data_dir))
    }

    fn new(
        base: String,
        token: &Secret,
        certificate: Option<PathBuf>,
        found_in: Option<&Path>,
    ) -> Result<Self, Problem> {
        let settings =
            egress::Settings { extra_ca_pem: certificate.into_iter().collect(), ..Default::default() };
        let egress = Egress::new(&settings)
            .map_err(|error| Problem::new(Exit::Failed, "TLS cannot be set up.").because(error))?;
        let unusable = || {
            Problem::new(Exit::Usage, "The operator token has characters that no token has.")
                .advise("Look at what the file or variable holds.")
        };
        let text = token.open();
        let mut authorization = HeaderValue::try_from(format!("Bearer {text}")).map_err(|_| unusable())?;
        authorization.set_sensitive(true);
        let announced = match found_in {
            None => None,
            Some(dir) => Some(Announced::new(dir, token::parse(text).map_err(|_| unusable())?.digest)),
        };
        Ok(Self { base, authorization, egress, announced })
    }

    /// Makes sure, once, that the token goes to the gateway it belongs to.
    async fn be_sure(&self) -> Result<(), Problem> {
        match &self.announced {
            Some(announced) => announced.prove(&self.egress, &self.base).await,
            // Whoever says where the gateway is has chosen who is shown the token.
            None => Ok(()),
        }
    }

    /// Where the gateway is.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Reads something.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        self.call(Method::GET, path, None).await
    }

    /// Changes something; `body` is JSON.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, Problem> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Changes parts of something; `body` is JSON.
    pub(crate) async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, Problem> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// Removes something.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), Problem> {
        self.call::<serde_json::Value>(Method::DELETE, path, None).await.map(|_| ())
    }

    /// An answer of any length, to be read as it comes.
    pub(crate) async fn stream(&self, path: &str) -> Result<Answer, Problem> {
        self.be_sure().await?;
        let request = self.request(Method::GET, path, None)?;
        let answer = self.egress.send(request, PATIENCE).await.map_err(|error| self.unreachable(&error))?;
        let status = answer.parts().status;
        if status.is_success() { Ok(answer) } else { Err(self.refused(status, &Bytes::new())) }
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<T, Problem> {
        self.be_sure().await?;
        let request = self.request(method, path, body)?;
        let (parts, body) =
            self.egress.fetch(request, PATIENCE, LARGEST).await.map_err(|error| self.unreachable(&error))?;
        if !parts.status.is_success() {
            return Err(self.refused(parts.status, &body));
        }
        let body: &[u8] = if body.is_empty() { b"null" } else { &body };
        serde_json::from_slice(body).map_err(|error| {
            Problem::new(
                Exit::Failed,
                format!("{} answered with something this program does not understand.", self.base),
            )
            .because(error)
            .advise("Use the same version of ticketgate on both sides.")
        })
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<Request<RequestBody>, Problem> {
        let body = match body {
            Some(json) => RequestBody::full(Bytes::from(json.to_string())),
            None => RequestBody::empty(),
        };
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::AUTHORIZATION, self.authorization.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(body)
            .map_err(|error| {
                Problem::new(Exit::Usage, format!("{} is not the URL of a gateway.", self.base))
                    .because(error)
            })
    }

    fn unreachable(&self, error: &egress::EgressError) -> Problem {
        Problem::new(Exit::Unreachable, format!("No gateway answers at {}.", self.base))
            .because(error)
            .advise("Start it with `ticketgate serve`, or say where it is with --url and --token.")
    }

    fn refused(&self, status: http::StatusCode, body: &[u8]) -> Problem {
        #[derive(Default, serde::Deserialize)]
        struct Said {
            #[serde(default)]
            detail: String,
            #[serde(default)]
            advice: String,
        }
        let said: Said = serde_json::from_slice(body).unwrap_or_default();
        let mut problem = if status == http::StatusCode::UNAUTHORIZED {
            Problem::new(
                Exit::Refused,
                format!("The gateway at {} does not accept the operator token.", self.base),
            )
        } else if said.detail.is_empty() {
            Problem::new(Exit::Refused, format!("The gateway at {} answered {status}.", self.base))
        } else {
            Problem::new(Exit::Refused, said.detail)
        };
        if status == http::StatusCode::UNAUTHORIZED {
            problem = problem.advise(
                "It may have ended or been revoked, or come from gateway.json before the last start: ask an owner for a new one, or leave --url and --token out on the same machine.",
            );
        } else if !said.advice.is_empty() {
            problem = problem.advise(said.advice);
        }
        problem
    }
}

fn operator_token(global: &Global) -> Result<Secret, Problem> {
    match &global.token {
        Some(path) if path.to_string_lossy().starts_with("tgo_") => {
            Err(Problem::new(Exit::Usage, "--token takes the name of a file, not the token itself.")
                .because("Arguments can be read by everyone on the machine; take this token for known and restart the gateway.")
                .advise("Write the token to a file only you can read, or set TICKETGATE_TOKEN."))
        }
        Some(path) => secret_input::read(Some(path), "operator token"),
        None => std::env::var(TOKEN_VARIABLE).map(Secret::new).map_err(|_| {
            Problem::new(Exit::Usage, "--url is given without an operator token.")
                .advise("Name a file with --token, or set TICKETGATE_TOKEN.")
        }),
    }
}

/// The data directory that is meant: as the command line says, or the settings.
pub(crate) fn data_dir(global: &Global) -> Result<PathBuf, Problem> {
    match &global.data_dir {
        Some(dir) => Ok(dir.clone()),
        None => Ok(settings::load(global.config.as_deref())?.settings.data_dir),
    }
}

fn not_found(data_dir: &Path, error: &std::io::Error) -> Problem {
    let problem = if error.kind() == std::io::ErrorKind::NotFound {
        Problem::new(
            Exit::Unreachable,
            format!("No gateway is running with the data directory {}.", data_dir.display()),
        )
    } else {
        Problem::new(Exit::Unreachable, format!("gateway.json in {} cannot be used.", data_dir.display()))
            .because(error)
    };
    problem.advise("Start one with `ticketgate serve`, name its data directory with --data-dir, or say where it is with --url and --token.")
}
