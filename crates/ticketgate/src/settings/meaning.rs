//! What it means: from typed values to [`Settings`], every value checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use oauth::{OutsideIssuer, Says, TrustedProxies};
use types::{AppName, Secret, SiteName};

use super::plain::Plain;
use super::typed::{Place, Typed, Written};
use super::{
    AppSettings, Audit, Custody, Events, Fault, Limits, Log, People, Registration, Settings, SiteKind,
    SiteSettings, Tls, Upstream, quantity,
};

mod approval;
mod mode;

/// What people are asked for at Atlassian Cloud when the settings do not say.
const USUAL_SCOPES: [&str; 4] = ["read:me", "read:jira-work", "write:jira-work", "read:jira-user"];

/// `None` only together with at least one new fault.
pub(super) fn mean(
    (typed, plain): (&Typed, &Plain),
    base: &Path,
    faults: &mut Vec<Fault>,
) -> Option<Settings> {
    let mut m = Meaning { typed, plain, base, faults };
    let listen = m.parsed("listen", "an address and port such as 127.0.0.1:8080");
    let public_origin = m.url("public_origin", false);
    let trusted_proxies = m.trusted_proxies();
    let development_login = m.text("development_login").as_deref() == Some("true");
    let (data_dir, manifests) = (m.path("data_dir"), m.path("manifests"));
    let catalogue = m.path("catalogue");
    let tls = m.tls();
    let sites = m.sites();
    let apps = m.apps(&sites);
    let mode = m.mode(&sites, &apps);
    let people = People { email_domains: m.email_domains() };
    let answer_within = m.duration("custody.answer_within", Duration::from_secs(1), Duration::from_secs(120));
    let upstream = m.upstream();
    let private_hosts = m.list("oauth.private_hosts");
    let issuers = m.issuers();
    let limits = m.limits();
    let (hour, registration_file) = (Duration::from_secs(3_600), m.path("registration.token_file"));
    let registration = Registration {
        token_file: registration_file,
        life: m.duration("registration.life", hour, 8_760 * hour)?,
    };
    let custody = m.custody();
    let audit = Audit {
        durable_reads: m.text("audit.reads").as_deref() == Some("durable"),
        queue: m.count("audit.queue", 16, 16 << 20)?,
        linger: m.duration("audit.linger", Duration::ZERO, Duration::from_secs(1))?,
        anchor_file: m.path("audit.anchor_file"),
    };
    let approval = m.approval(&sites);
    let events = m.events();
    let metrics = m.parsed("metrics.listen", "an address and port such as 127.0.0.1:9464");
    let log = Log {
        json: m.text("log.format").as_deref() == Some("json"),
        level: m.text("log.level").unwrap_or_default(),
    };
    let workers = match m.text("runtime.workers") {
        Some(_) => Some(m.count("runtime.workers", 1, 1024)?),
        None => None,
    };
    Some(Settings {
        listen: listen?,
        public_origin,
        trusted_proxies: trusted_proxies?,
        development_login,
        mode: mode?,
        people,
        registration,
        custody,
        data_dir: data_dir?,
        manifests: manifests?,
        catalogue,
        tls,
        sites,
        apps,
        answer_within: answer_within?,
        upstream: upstream?,
        private_hosts,
        issuers,
        limits: limits?,
        audit,
        approval,
        events,
        metrics,
        log,
        workers,
    })
}

struct Meaning<'a> {
    typed: &'a Typed,
    plain: &'a Plain,
    base: &'a Path,
    faults: &'a mut Vec<Fault>,
}

impl Meaning<'_> {
    fn fault(&mut self, path: &str, words: impl std::fmt::Display) {
        let place = self.typed.value(path).map_or(Place::Nowhere, |(_, place)| place);
        self.faults.push(Fault { place, words: format!("`{path}` {words}") });
    }

    fn text(&self, path: &str) -> Option<String> {
        match self.typed.value(path)?.0 {
            Written::Text(text) => Some(text),
            Written::Number(number) => Some(number.to_string()),
            Written::Flag(flag) => Some(flag.to_string()),
            Written::List(_) => None,
        }
    }

    fn parsed<T: std::str::FromStr>(&mut self, path: &str, what: &str) -> Option<T> {
        let parsed = self.text(path)?.parse().ok();
        if parsed.is_none() {
            self.fault(path, format_args!("must be {what}"));
        }
        parsed
    }

    fn list(&self, path: &str) -> Vec<String> {
        match self.typed.value(path) {
            Some((Written::List(items), _)) => items,
            _ => Vec::new(),
        }
    }

    /// Paths from the file are relative to the file; paths from the environment to the working directory.
    fn path(&self, path: &str) -> Option<PathBuf> {
        let (written, place) = self.typed.value(path)?;
        let Written::Text(text) = written else { return None };
        Some(if matches!(place, Place::Variable(_)) { PathBuf::from(text) } else { self.base.join(text) })
    }

    fn duration(&mut self, path: &str, least: Duration, most: Duration) -> Option<Duration> {
        let duration = quantity::duration(&self.text(path)?).filter(|d| (least..=most).contains(d));
        if duration.is_none() {
            self.fault(path, format_args!("must be between {} and {}", spoken(least), spoken(most)));
        }
        duration
    }

    fn count(&mut self, path: &str, least: usize, most: usize) -> Option<usize> {
        let count = self.text(path).and_then(|text| text.parse().ok()).filter(|n| (least..=most).contains(n));
        if count.is_none() {
            self.fault(path, format_args!("must be between {least} and {most}"));
        }
        count
    }

    /// Scheme, host, port and (when `with_path`) a path; a slash at the end is dropped.
    fn url(&mut self, path: &str, with_path: bool) -> Option<String> {
        let text = self.text(path)?;
        let url = match text.parse::<http::Uri>() {
            Ok(uri) => clean(&uri, with_path),
            Err(_) => None,
        };
        if url.is_none() {
            let form = if with_path { "scheme, host and path" } else { "scheme and host without a path" };
            self.fault(path, format_args!("must be an http or https URL: {form}, no user name, no query"));
        }
        url
    }

    fn trusted_proxies(&mut self) -> Option<TrustedProxies> {
        let read = TrustedProxies::parse(self.list("trusted_proxies").iter().map(String::as_str));
        read.map_err(|error| self.fault("trusted_proxies", error)).ok()
    }

    fn custody(&self) -> Option<Custody> {
        let file = || self.path("custody.postgres_file").map(Custody::File);
        self.text("custody.postgres").map(|url| Custody::Url(Secret::new(url))).or_else(file)
    }

    fn events(&mut self) -> Events {
        let (key, file_key) = ("events.webhook", "events.webhook_secret_file");
        let webhook = match (self.text(key), self.path(file_key)) {
            (Some(url), Some(file)) => {
                let url = Some(url).filter(|url| is_url(url)).and_then(|url| url.parse().ok());
                if url.is_none() {
                    self.fault(key, "must be an http or https URL without a user name");
                }
                url.map(|url| (url, file))
            }
            (Some(_), None) => {
                self.fault(
                    key,
                    "needs `events.webhook_secret_file`: its receiver has to know whose events they are",
                );
                None
            }
            (None, Some(_)) => {
                self.fault(file_key, "is set without `events.webhook`");
                None
            }
            (None, None) => None,
        };
        let command = self.list("events.command");
        if command.first().is_some_and(|program| !program.starts_with('/')) {
            self.fault("events.command", "must begin with the absolute path of a program");
        }
        Events { webhook, command, all: self.text("events.all").as_deref() == Some("true") }
    }

    fn tls(&mut self) -> Option<Tls> {
        let client_ca = self.path("tls.client_ca");
        let self_signed_clients = self.text("tls.self_signed_clients").as_deref() == Some("true");
        match (self.path("tls.cert"), self.path("tls.key")) {
            (Some(cert), Some(key)) => Some(Tls { cert, key, client_ca, self_signed_clients }),
            (None, None) if client_ca.is_some() => {
                self.fault(
                    "tls.client_ca",
                    "needs `tls.cert` and `tls.key`: only over TLS is there a certificate",
                );
                None
            }
            (None, None) if self_signed_clients => {
                self.fault(
                    "tls.self_signed_clients",
                    "needs `tls.cert` and `tls.key`: only over TLS is there a certificate",
                );
                None
            }
            (None, None) => None,
            (Some(_), None) => {
                self.fault("tls.cert", "is set without `tls.key`; set both or neither");
                None
            }
            (None, Some(_)) => {
                self.fault("tls.key", "is set without `tls.cert`; set both or neither");
                None
            }
        }
    }

    fn sites(&mut self) -> BTreeMap<SiteName, SiteSettings> {
        let mut sites = BTreeMap::new();
        for (name, place) in self.typed.named("sites") {
            let key = |key: &str| format!("sites.{name}.{key}");
            let Ok(site) = name.parse::<SiteName>() else { continue };
            if self.text(&key("url")).is_none() {
                self.faults.push(Fault { place, words: format!("[sites.{name}] has no `url`") });
                continue;
            }
            let kind = match self.text(&key("kind")).as_deref() {
                Some("jira-data-center") => SiteKind::JiraDataCenter,
                Some("confluence-data-center") => SiteKind::ConfluenceDataCenter,
                _ => SiteKind::Cloud,
            };
            let url = self.url(&key("url"), true);
            let api_origin = self.url(&key("api_origin"), false);
            let cloud_id = self.parsed(&key("cloud_id"), "1 to 64 letters, digits and hyphens");
            if kind != SiteKind::Cloud && cloud_id.is_some() {
                self.fault(&key("cloud_id"), "belongs to Cloud sites only");
            }
            if let (Some(url), Some(api_origin)) = (url, api_origin) {
                sites.insert(site, SiteSettings { kind, url, cloud_id, api_origin });
            }
        }
        sites
    }

    fn apps(&mut self, sites: &BTreeMap<SiteName, SiteSettings>) -> BTreeMap<AppName, AppSettings> {
        let mut apps = BTreeMap::new();
        for (name, place) in self.typed.named("apps") {
            let Ok(app) = name.parse::<AppName>() else { continue };
            match self.app(&name, sites) {
                Ok(settings) => {
                    apps.insert(app, settings);
                }
                Err(words) => self.faults.push(Fault { place, words: format!("[apps.{name}] {words}") }),
            }
        }
        apps
    }

    fn app(&mut self, name: &str, sites: &BTreeMap<SiteName, SiteSettings>) -> Result<AppSettings, String> {
        let key = |key: &str| format!("apps.{name}.{key}");
        let of_data_center = self.text(&key("kind")).as_deref() == Some("data-center");
        let data_center = match self.text(&key("site")) {
            None if of_data_center => return Err("is of a Data Center, so it needs a `site`".to_owned()),
            Some(_) if !of_data_center => {
                return Err("has a `site`, which belongs to apps of a Data Center only".to_owned());
            }
            None => None,
            Some(site) => match sites.iter().find(|(known, _)| known.as_str() == site) {
                Some((name, known)) if known.kind != SiteKind::Cloud => Some(name.clone()),
                _ => {
                    return Err(format!(
                        "names the site {site:?}, which is no Data Center of these settings"
                    ));
                }
            },
        };
        let (week, year) = (Duration::from_secs(7 * 86_400), Duration::from_secs(365 * 86_400));
        let usual = Duration::from_secs(if of_data_center { 0 } else { 600 });
        let leeway = match self.text(&key("leeway")) {
            None => Some(usual),
            Some(_) => self.duration(&key("leeway"), Duration::ZERO, Duration::from_secs(3_600)),
        };
        let mut scopes = self.list(&key("scopes"));
        if scopes.is_empty() {
            let usual: &[&str] = if of_data_center { &["WRITE"] } else { &USUAL_SCOPES };
            scopes = usual.iter().map(|scope| (*scope).to_owned()).collect();
        }
        let plain = |scope: &String| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
        if !scopes.iter().all(plain) {
            return Err("has a scope that is none: one name an entry, without blanks".to_owned());
        }
        let api_origin = self.url(&key("api_origin"), false).unwrap_or_default();
        let client_secret = self.plain.secret_of_app(name);
        let client_secret_file = self.path(&key("client_secret_file")).filter(|_| client_secret.is_none());
        if client_secret.is_none() && client_secret_file.is_none() {
            return Err("has no `client_secret_file`".to_owned());
        }
        Ok(AppSettings {
            client_id: self.text(&key("client_id")).ok_or("has no `client_id`")?,
            client_secret_file,
            client_secret,
            data_center,
            redirect_uri: self.url(&key("redirect_uri"), true),
            scopes,
            authorize_url: self.url(&key("authorize_url"), true),
            token_url: self.url(&key("token_url"), true),
            api_origin,
            leeway: leeway.unwrap_or_default(),
            inactivity: self.duration(&key("inactivity"), week, year).unwrap_or(week),
        })
    }

    fn issuers(&mut self) -> Vec<OutsideIssuer> {
        let mut issuers = Vec::new();
        for (name, place) in self.typed.named("oauth.issuers") {
            let key = |key: &str| format!("oauth.issuers.{name}.{key}");
            let Ok(issuer) = name.parse() else { continue };
            let iss = self.text(&key("issuer"));
            let jwks_uri = self.text(&key("jwks_uri"));
            let mut fault = |words: &str| {
                let words = format!("[oauth.issuers.{name}] {words}");
                self.faults.push(Fault { place: place.clone(), words });
            };
            let Some(iss) = iss else {
                fault("has no `issuer`");
                continue;
            };
            if jwks_uri.is_none() && !is_url(&iss) {
                fault("has an `issuer` that is no http or https URL, so it needs a `jwks_uri`");
                continue;
            }
            let says = match iss.strip_prefix("spiffe://") {
                Some(domain) => Says::TrustDomain(domain.trim_end_matches('/').to_owned()),
                None => Says::Issuer(iss),
            };
            if jwks_uri.as_deref().is_some_and(|url| !is_url(url)) {
                fault("has a `jwks_uri` that is not an http or https URL without a user name");
                continue;
            }
            issuers.push(OutsideIssuer {
                name: issuer,
                says,
                jwks_uri,
                audience: self.text(&key("audience")),
            });
        }
        issuers
    }

    fn upstream(&mut self) -> Option<Upstream> {
        let second = Duration::from_secs(1);
        let hour = Duration::from_secs(3600);
        Some(Upstream {
            ca: self.list("upstream.ca").iter().map(|path| self.base.join(path)).collect(),
            native_roots: self.text("upstream.roots").as_deref() == Some("native"),
            proxy: self.proxy(),
            connect_timeout: self.duration("upstream.connect_timeout", Duration::from_millis(100), hour)?,
            answer_timeout: self.duration("upstream.answer_timeout", second, hour)?,
            body_idle_timeout: self.duration("upstream.body_idle_timeout", second, hour)?,
            http2: self.text("upstream.http2").as_deref() == Some("true"),
        })
    }

    fn proxy(&mut self) -> Option<egress::Proxy> {
        let url = self.text("upstream.proxy")?;
        let proxy = egress::Proxy::new(&url, &self.list("upstream.no_proxy").join(","));
        if let Err(error) = &proxy {
            self.fault("upstream.proxy", format_args!("cannot be used: {error}"));
        }
        proxy.ok()
    }

    fn limits(&mut self) -> Option<Limits> {
        let body = quantity::bytes(&self.text("limits.body")?);
        if body.is_none() {
            self.fault("limits.body", "must be a number of bytes such as 100MiB");
        }
        let (minute, hour) = (Duration::from_secs(60), Duration::from_secs(3600));
        Some(Limits {
            body: body?,
            connections_per_address: self.count("limits.connections_per_address", 0, 1 << 20)?,
            gateway_in_flight: self.count("limits.gateway_in_flight", 1, 1 << 20)?,
            client_in_flight: self.count("limits.client_in_flight", 1, 1 << 20)?,
            grant_in_flight: self.count("limits.grant_in_flight", 1, 1 << 20)?,
            waiting_per_client: self.count("limits.waiting_per_client", 0, 1 << 20)?,
            wait: self.duration("limits.wait", Duration::ZERO, hour)?,
            token_life: self.duration("limits.token_life", minute, 24 * hour)?,
            drain: self.duration("limits.drain", Duration::ZERO, hour)?,
        })
    }
}

/// With whatever path and query its owner chose.
fn is_url(text: &str) -> bool {
    let uri: Option<http::Uri> = text.parse().ok();
    uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
    })
}

fn clean(uri: &http::Uri, with_path: bool) -> Option<String> {
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let path = uri.path().trim_end_matches('/');
    let fits = uri.query().is_none() && (with_path || path.is_empty());
    fits.then(|| format!("{scheme}://{authority}{path}"))
}

fn spoken(duration: Duration) -> String {
    match duration.as_millis() {
        0 => "0s".to_owned(),
        millis if millis % 3_600_000 == 0 => format!("{}h", millis / 3_600_000),
        millis if millis % 60_000 == 0 => format!("{}m", millis / 60_000),
        millis if millis % 1_000 == 0 => format!("{}s", millis / 1_000),
        millis => format!("{millis}ms"),
    }
}
