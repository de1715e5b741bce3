use std::path::Path;

use super::*;

fn written(text: &str, environment: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    read(Some(Path::new("conf/ticketgate.toml")), text, environment)
        .map(|(settings, _)| settings)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn an_empty_file_means_the_defaults_of_the_table() {
    let settings = written("", &[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.limits.body, 1 << 30);
    assert_eq!(settings.upstream.answer_timeout, Duration::from_secs(60));
    assert!(settings.sites.is_empty() && settings.tls.is_none() && settings.workers.is_none());
}

#[test]
fn a_mistyped_key_is_refused_with_its_place_and_the_nearest_one() {
    let faults = written("listen = \"127.0.0.1:1\"\n\n[limits]\n  boddy = \"1MiB\"\n", &[]).unwrap_err();
    assert_eq!(faults, ["conf/ticketgate.toml:4:3: unknown key `boddy` in [limits]; did you mean `body`?"]);
}

#[test]
fn a_mistyped_section_is_refused_with_its_place_and_the_nearest_one() {
    let faults = written("[limit]\nbody = 1\n", &[]).unwrap_err();
    assert_eq!(faults, ["conf/ticketgate.toml:1:2: unknown key `limit`; did you mean `limits`?"]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file() {
    let text = "listen = \"nowhere\"\n[tls]\ncert = \"a.pem\"\n[sites.Acme]\nurl = \"x\"\n[sites.acme]\nkind = \"cloudy\"\n";
    let faults = written(text, &[]).unwrap_err();
    let places: Vec<_> = faults.iter().map(|fault| fault.split(": ").next().unwrap_or_default()).collect();
    assert_eq!(
        places,
        [
            "conf/ticketgate.toml:1:1",
            "conf/ticketgate.toml:3:1",
            "conf/ticketgate.toml:4:8",
            "conf/ticketgate.toml:7:8"
        ]
    );
}

#[test]
fn a_site_without_an_address_is_refused() {
    let faults = written("[sites.acme]\ncloud_id = \"abc\"\n", &[]).unwrap_err();
    assert_eq!(faults, ["conf/ticketgate.toml:2:1: [sites.acme] has no `url`"]);
}

#[test]
fn text_that_is_not_toml_is_refused_with_its_place() {
    let faults = written("listen = \n", &[]).unwrap_err();
    assert!(faults[0].starts_with("conf/ticketgate.toml:1:"), "{faults:?}");
}

#[test]
fn variables_override_the_file_and_make_sites() {
    let environment = [
        ("TICKETGATE_LISTEN", "127.0.0.1:9"),
        ("TICKETGATE_SITES_BIG_CO_URL", "https://big.atlassian.net/"),
        ("TICKETGATE_SITES_BIG_CO_CLOUD_ID", "ABC"),
        ("TICKETGATE_UPSTREAM_CA", "/a.pem, /b.pem"),
        ("TICKETGATE_SERVICE_HOST", "10.0.0.1"),
    ];
    let settings = written("listen = \"127.0.0.1:8\"", &environment).unwrap();
    assert_eq!(settings.listen.port(), 9);
    let site = settings.sites.get("big-co").unwrap();
    assert_eq!(
        (site.url.as_str(), site.cloud_id.as_ref().unwrap().as_str()),
        ("https://big.atlassian.net", "abc")
    );
    assert_eq!(settings.upstream.ca, [Path::new("/a.pem"), Path::new("/b.pem")]);
}

#[test]
fn a_variable_of_the_wrong_form_is_refused_by_name() {
    let faults = written("", &[("TICKETGATE_LIMITS_WAIT", "soon")]).unwrap_err();
    assert!(
        faults[0].starts_with("environment variable TICKETGATE_LIMITS_WAIT: must be duration"),
        "{faults:?}"
    );
}

#[test]
fn paths_are_relative_to_the_settings_file() {
    let settings = written("manifests = \"m\"\ndata_dir = \"/var/lib/x\"", &[]).unwrap();
    assert_eq!(settings.manifests, Path::new("conf/m"));
    assert_eq!(settings.data_dir, Path::new("/var/lib/x"));
}

#[test]
fn a_url_with_a_user_name_or_a_query_is_refused() {
    for url in ["https://u:p@acme.atlassian.net", "https://acme.atlassian.net/?a=b", "ftp://acme", "acme"] {
        assert!(written(&format!("[sites.acme]\nurl = {url:?}"), &[]).is_err(), "{url}");
    }
}

#[test]
fn no_fault_repeats_the_password_of_a_proxy() {
    let text = "[upstream]\nproxy = \"https://user:sesame@proxy\"";
    let faults = written(text, &[]).unwrap_err();
    assert!(!faults.concat().contains("sesame"), "{faults:?}");
}

#[test]
fn custody_is_shared_by_a_url_or_a_file_and_the_url_is_not_shown() {
    let url = ("TICKETGATE_CUSTODY_POSTGRES", "postgres://u:s3cret@db/grants");
    let settings = written("", &[url]).unwrap();
    assert!(matches!(&settings.custody, Some(Custody::Url(url)) if url.open().contains("s3cret")));
    assert!(!format!("{settings:?}").contains("s3cret"));
    let file = "[custody]\npostgres_file = \"custody.url\"\n";
    let named = written(file, &[]).unwrap().custody;
    assert!(matches!(&named, Some(Custody::File(file)) if file.ends_with("custody.url")), "{named:?}");
    let both = written(file, &[url]).unwrap().custody;
    assert!(matches!(both, Some(Custody::Url(_))), "a variable goes before a file");
    assert!(written("", &[]).unwrap().custody.is_none());
}

#[test]
fn an_issuer_says_how_its_tokens_are_told_and_where_its_keys_are() {
    let settings = written(
        "[oauth.issuers.forge]\nissuer = \"https://forge.example\"\n[oauth.issuers.mesh]\nissuer = \"spiffe://acme.example\"\njwks_uri = \"https://keys.example/jwks\"",
        &[("TICKETGATE_OAUTH_ISSUERS_FORGE_AUDIENCE", "ticketgate")],
    )
    .unwrap();
    let [forge, mesh] = settings.issuers.as_slice() else { panic!("{:?}", settings.issuers) };
    assert_eq!((forge.name.as_str(), forge.audience.as_deref()), ("forge", Some("ticketgate")));
    assert_eq!(forge.says, oauth::Says::Issuer("https://forge.example".to_owned()));
    assert_eq!(mesh.says, oauth::Says::TrustDomain("acme.example".to_owned()));
    for bad in [
        "[oauth.issuers.forge]\naudience = \"x\"",
        "[oauth.issuers.forge]\nissuer = \"spiffe://acme.example\"",
        "[oauth.issuers.forge]\nissuer = \"https://f.example\"\njwks_uri = \"keys\"",
        "[oauth.issuers.Forge]\nissuer = \"https://f.example\"",
        "[oauth.issuers.forge]\nissue = \"https://f.example\"",
    ] {
        assert!(written(bad, &[]).is_err(), "{bad}");
    }
}

#[test]
fn trusted_proxies_are_networks_and_not_everybody() {
    let settings = written("trusted_proxies = [\"192.0.2.0/24\", \"2001:db8::1\"]", &[]).unwrap();
    assert_eq!(settings.trusted_proxies.count(), 2);
    assert_eq!(written("", &[]).unwrap().trusted_proxies.count(), 0);
    let by_variable = written("", &[("TICKETGATE_TRUSTED_PROXIES", "192.0.2.1, 192.0.2.2")]).unwrap();
    assert_eq!(by_variable.trusted_proxies.count(), 2);
    let faults = written("\ntrusted_proxies = [\"192.0.2.1\", \"proxy\"]", &[]).unwrap_err();
    assert_eq!(
        faults,
        [
            "conf/ticketgate.toml:2:1: `trusted_proxies` names \"proxy\", which is neither a network such as 192.0.2.0/24 nor an address"
        ]
    );
    for bad in ["[\"0.0.0.0/0\"]", "[\"::/0\"]", "\"192.0.2.1\"", "[1]"] {
        assert!(written(&format!("trusted_proxies = {bad}"), &[]).is_err(), "{bad}");
    }
}

#[test]
fn every_default_and_example_of_the_table_is_accepted() {
    for key in keys::KEYS {
        let value = if key.default.is_empty() { key.example } else { key.default };
        let value = if key.kind.bare() { value.to_owned() } else { format!("{value:?}") };
        let section = key.section().replace('*', "acme");
        let other = match key.path {
            "tls.cert" => "key = \"k\"",
            "tls.key" => "cert = \"c\"",
            path if path.starts_with("tls.") => "cert = \"c\"\nkey = \"k\"",
            "sites.*.url" | "oauth.issuers.*.issuer" => "",
            path if path.starts_with("oauth.issuers.") => "issuer = \"https://forge.example\"",
            "apps.*.site" => {
                "kind = \"data-center\"\nclient_id = \"a\"\nclient_secret_file = \"s\"\n[sites.warehouse]\nkind = \"jira-data-center\"\nurl = \"https://jira.example.com\""
            }
            "apps.*.client_id" => "client_secret_file = \"s\"",
            "apps.*.client_secret_file" => "client_id = \"a\"",
            path if path.starts_with("apps.") => "client_id = \"a\"\nclient_secret_file = \"s\"",
            "events.webhook" => "webhook_secret_file = \"s\"",
            "events.webhook_secret_file" => "webhook = \"https://alerts.example.com\"",
            path if path.starts_with("approval.ticket.") => &ticket_beside(path),
            path if path.starts_with("sites.") => "url = \"https://acme.atlassian.net\"",
            _ => "",
        };
        let head = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
        let text = format!("{head}{} = {value}\n{other}\n", key.name());
        assert!(written(&text, &[]).is_ok(), "{text}\n{:?}", written(&text, &[]));
    }
}

/// What a key of tickets needs beside it.
fn ticket_beside(path: &str) -> String {
    let all = [
        ("site", "\"acme\""),
        ("grant", "\"bot\""),
        ("project", "\"CHG\""),
        ("status", "\"Approved\""),
        ("approved_by", "[\"group:board\"]"),
    ];
    let others = all.iter().filter(|(name, _)| !path.ends_with(&format!(".{name}")));
    let lines: String = others.map(|(name, value)| format!("{name} = {value}\n")).collect();
    format!("{lines}[sites.acme]\nurl = \"https://acme.atlassian.net\"")
}

#[test]
fn tickets_approve_only_where_everything_is_said() {
    let whole = format!("[approval.ticket]\n{}", ticket_beside(""));
    assert!(written(&whole, &[]).unwrap().approval.ticket.is_some());
    for gone in ["grant", "project", "status", "approved_by"] {
        let text = whole.lines().filter(|line| !line.starts_with(gone)).collect::<Vec<_>>().join("\n");
        assert!(written(&text, &[]).is_err(), "{gone}");
    }
    let text = whole.replace("[sites.acme]", "[sites.other]");
    assert!(written(&text, &[]).is_err(), "the site has to be there");
    for bad in ["digest_in = \"a/b\"", "approved_by = [\"field:a?b\"]"] {
        let text = whole.replace("grant =", &format!("{bad}\ngrant ="));
        assert!(written(&text, &[]).is_err(), "{bad}");
    }
    assert!(written("[approval]\naccounts = [\"ada\"]\n", &[]).is_err());
    for bad in ["ada", "ada ssh-ed25519 AAAA", "ada ssh-dss AAAA", "ada RWQAAA"] {
        assert!(written(&format!("[approval]\nsigners = [{bad:?}]\n"), &[]).is_err(), "{bad}");
    }
}

#[test]
fn the_commented_file_is_accepted_as_it_is_and_with_every_line_uncommented() {
    let file = reference::commented_file("acme", "https://acme.atlassian.net");
    let settings = written(&file, &[]).unwrap();
    assert!(settings.sites.contains_key("acme"));
    let uncommented: String = file
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest.starts_with('[') || rest.split_once(" = ").is_some_and(|(k, _)| !k.contains(' ')) =>
            {
                rest
            }
            _ => line,
        })
        // An app is Cloud's or has a site of its own; the example shows both.
        .filter(|line| *line != "site = \"warehouse\"")
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(written(&uncommented, &[]).is_ok(), "{uncommented}\n{:?}", written(&uncommented, &[]));
}

#[test]
fn the_reference_page_is_up_to_date() {
    crate::golden::compare("docs/settings.md", &reference::page());
}

#[test]
fn plain_variables_define_an_app_a_site_and_a_mode_and_are_overridden_by_our_own() {
    let variables = [
        ("APP_MODE", "multi_user"),
        ("JIRA_URL", "https://Acme.atlassian.net/"),
        ("JIRA_OAUTH_CLIENT_ID", "id"),
        ("JIRA_OAUTH_CLIENT_SECRET", "secret"),
        ("JIRA_OAUTH_REDIRECT_URI", "https://gateway.example.com/auth/callback"),
        ("JIRA_EMAIL", ""),
        ("SECRET_KEY", "0123456789abcdef"),
    ];
    let settings = written("", &variables).unwrap();
    assert!(matches!(&settings.mode, Mode::MultiUser { app } if app.as_str() == "atlassian"));
    let app = settings.apps.get("atlassian").unwrap();
    assert!(app.client_secret.is_some() && app.client_secret_file.is_none());
    assert_eq!(app.redirect_uri.as_deref(), Some("https://gateway.example.com/auth/callback"));
    assert!(settings.sites.contains_key("acme"));
    assert!(!format!("{settings:?}").contains("\"secret\""), "a secret is never shown");
    let ours = [&variables[..], &[("TICKETGATE_MODE", "clients")]].concat();
    let settings = written("", &ours).unwrap();
    assert!(matches!(settings.mode, Mode::Clients) && settings.sites.is_empty());
    let same = written("[sites.big]\nurl = \"https://Acme.atlassian.net\"\n", &variables).unwrap();
    assert_eq!(same.sites.len(), 1, "a site that is there already is that site");
}
