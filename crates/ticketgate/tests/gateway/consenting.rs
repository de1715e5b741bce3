//! A gateway with the stand-in's applications in its settings, and a browser's way through both.

use std::fmt::Write as _;

use http::{Method, header};
use serde_json::{Value, json};

use super::browser::{Browser, location};
use super::harness::{Running, Said, call, run};
use super::served::Served;

/// Both, running.
pub(crate) struct Stage {
    pub(crate) served: Served,
    pub(crate) gateway: Running,
}

impl Stage {
    /// With these lines at the top of the settings.
    pub(crate) async fn set(top: &str) -> Self {
        Self::set_with(top, "").await
    }

    /// And these at their end.
    pub(crate) async fn set_with(top: &str, end: &str) -> Self {
        let mut served = Served::prepare().await;
        write_settings(&served, top, end);
        let mut gateway = served.serve();
        served.until_alive(&mut gateway).await;
        Self { served, gateway }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::at(&self.served.gateway())
    }

    /// A call of the operator at this machine.
    pub(crate) async fn operate(&self, method: Method, path: &str, body: Option<Value>) -> Said {
        let file = std::fs::read(self.served.data().join("gateway.json")).unwrap();
        let file: Value = serde_json::from_slice(&file).unwrap();
        let token = format!("Bearer {}", file["token"].as_str().unwrap());
        call(&format!("{}{path}", self.served.gateway()), method, Some(&token), body).await
    }

    /// Asks for a consent that becomes a grant.
    pub(crate) async fn ask(&self, grant: &str, body: Value) -> Value {
        let said = self.operate(Method::POST, &format!("/api/v1/grants/{grant}/authorize"), Some(body)).await;
        assert_eq!(said.status, 201, "{}", said.text());
        said.json()
    }

    /// What became of it.
    pub(crate) async fn progress(&self, asked: &Value) -> Value {
        let (grant, id) = (asked["grant"].as_str().unwrap(), asked["id"].as_str().unwrap());
        let path = format!("/api/v1/grants/{grant}/authorize/{id}");
        self.operate(Method::GET, &path, None).await.json()
    }

    /// From asking to the page at the end, by this browser, with these extra words at the stand-in's own page.
    pub(crate) async fn consent(&self, browser: &mut Browser, asked: &Value, as_whom: &str) -> Said {
        let out = browser.get(self.ticket(asked).as_str()).await;
        let back = at_atlassian(&out, as_whom).await;
        browser.get(&self.path(&back)).await
    }

    /// The path of the ticket.
    pub(crate) fn ticket(&self, asked: &Value) -> String {
        self.path(asked["url"].as_str().unwrap())
    }

    /// Path and query of an address of the gateway.
    pub(crate) fn path(&self, address: &str) -> String {
        let origin = self.served.gateway();
        address.strip_prefix(&origin).unwrap_or_else(|| panic!("{address} is not of {origin}")).to_owned()
    }

    pub(crate) async fn grants(&self) -> Value {
        self.operate(Method::GET, "/api/v1/grants", None).await.json()
    }

    /// Changes and consents on record, latest last.
    pub(crate) async fn records(&self, kind: &str) -> Vec<Value> {
        let path = format!("/api/v1/audit/search?kind={kind}&limit=10000");
        let said = self.operate(Method::GET, &path, None).await.json();
        said["records"].as_array().unwrap().iter().map(|found| found["record"].clone()).collect()
    }

    /// What the stand-in says of its families of tokens.
    pub(crate) async fn families(&self) -> Vec<Value> {
        let url = format!("{}/standin/oauth", self.served.standin.origin());
        call(&url, Method::GET, None, None).await.json()["families"].as_array().unwrap().clone()
    }

    /// Stops the gateway and starts it on the same port, so that addresses stay what they were.
    pub(crate) async fn restart(&mut self) {
        let origin = self.served.gateway();
        self.gateway.kill();
        let file = self.served.dir.path().join("ticketgate.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let address = origin.strip_prefix("http://").unwrap();
        std::fs::write(&file, text.replace("127.0.0.1:0", address)).unwrap();
        self.gateway = self.served.serve();
        self.served.until_alive(&mut self.gateway).await;
    }

    pub(crate) fn run(&self, args: &[&str]) -> std::process::Output {
        run(args, self.served.dir.path())
    }
}

/// Says something at the stand-in's page, and answers where it sends the browser.
pub(crate) async fn at_atlassian(out: &Said, extra: &str) -> String {
    let said = call(&format!("{}&{extra}", location(out)), Method::GET, None, None).await;
    assert_eq!(said.status, 302, "{}", said.text());
    said.headers[header::LOCATION].to_str().unwrap().to_owned()
}

/// Sites and applications of the stand-in, as settings.
pub(crate) fn write_settings(served: &Served, top: &str, end: &str) {
    let (facts, origin) = (served.standin.demo_facts(), served.standin.origin());
    let mut text = format!("listen = \"127.0.0.1:0\"\n{top}\n");
    for site in &facts.sites {
        let _ = writeln!(
            text,
            "[sites.{}]\nurl = {:?}\ncloud_id = {:?}\napi_origin = {origin:?}",
            site.name, site.origin, site.cloud_id
        );
    }
    let _ =
        writeln!(text, "[sites.warehouse]\nkind = \"jira-data-center\"\nurl = {:?}", facts.data_center_jira);
    for app in &facts.apps {
        let secret = served.dir.path().join(format!("{}.secret", app.name));
        private(&secret, app.client_secret.open());
        let (name, id) = (&app.name, &app.client_id);
        let _ = match name.as_str() {
            "confluence-data-center" => Ok(()),
            "jira-data-center" => writeln!(
                text,
                "[apps.{name}]\nkind = \"data-center\"\nsite = \"warehouse\"\nclient_id = {id:?}\nclient_secret_file = {secret:?}"
            ),
            _ => writeln!(
                text,
                "[apps.{name}]\nclient_id = {id:?}\nclient_secret_file = {secret:?}\nauthorize_url = \"{origin}/authorize\"\n\
                 token_url = \"{origin}/oauth/token\"\napi_origin = {origin:?}"
            ),
        };
    }
    std::fs::write(served.dir.path().join("ticketgate.toml"), text + end).unwrap();
}

fn private(path: &std::path::Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Asks for the sites with the application `people`.
pub(crate) fn of_people(sites: &[&str]) -> Value {
    json!({ "app": "people", "sites": sites })
}
