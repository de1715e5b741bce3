//! Every settings key, once.

/// What may stand behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Address and port: `127.0.0.1:8080`.
    Address,
    /// `https://host` or `http://host`, with a path where the key says so; no query, no user name.
    Url,
    /// A file or folder; relative ones are relative to the settings file.
    Path,
    /// A list of files.
    Paths,
    /// A list of texts.
    Texts,
    /// A list of networks: `192.0.2.0/24`, `2001:db8::/48`; an address stands for itself.
    Networks,
    /// A free text.
    Text,
    /// `250ms`, `30s`, `5m`, `2h`.
    Duration,
    /// `64KiB`, `100MiB`, `2GiB`, or a whole number of bytes.
    Bytes,
    /// A whole number.
    Count,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
}

impl Kind {
    /// What the reference page calls it.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Address => "address and port".into(),
            Self::Url => "URL".into(),
            Self::Path => "path".into(),
            Self::Paths => "list of paths".into(),
            Self::Texts => "list of texts".into(),
            Self::Networks => "list of networks (`192.0.2.0/24`) or addresses".into(),
            Self::Text => "text".into(),
            Self::Duration => "duration (`250ms`, `30s`, `5m`, `2h`)".into(),
            Self::Bytes => "bytes (`64KiB`, `100MiB`, `2GiB`)".into(),
            Self::Count => "whole number".into(),
            Self::Flag => "`true` or `false`".into(),
            Self::Word(words) => {
                words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// Whether there may be several.
    pub(crate) const fn is_list(self) -> bool {
        matches!(self, Self::Paths | Self::Texts | Self::Networks)
    }

    /// Whether the value is written without quotes in TOML.
    pub(crate) const fn bare(self) -> bool {
        matches!(self, Self::Count | Self::Flag) || self.is_list()
    }
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// Section and name with a dot between; `*` stands for a name the operator chooses.
    pub(crate) path: &'static str,
    /// What may stand there.
    pub(crate) kind: Kind,
    /// What holds when nobody says otherwise, as it would be written; empty when nothing does.
    pub(crate) default: &'static str,
    /// A value for the commented file of `ticketgate init`, where the default is empty.
    pub(crate) example: &'static str,
    /// What it does and when to change it.
    pub(crate) about: &'static str,
}

impl Key {
    /// The section the key stands in; empty for the top of the file.
    pub(crate) fn section(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(section, _)| section)
    }

    /// The key's own name.
    pub(crate) fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }

    /// The environment variable that overrides it.
    pub(crate) fn variable(&self) -> String {
        format!("TICKETGATE_{}", self.path.replace('*', "NAME").replace(['.', '-'], "_").to_ascii_uppercase())
    }
}

/// The sections in the order of the reference page, each with what it is about.
pub(crate) static SECTIONS: &[(&str, &str)] = &[
    ("", "Where the gateway listens and keeps things."),
    (
        "tls",
        "TLS on the listener. Both keys or neither; without them the listener speaks plain HTTP, which is for loopback or behind a TLS proxy.",
    ),
    ("sites.*", "One section per Atlassian site; NAME is what manifests and `/sites/NAME/...` call it."),
    (
        "apps.*",
        "OAuth 2.0 (3LO) apps people consent to: one registered at developer.atlassian.com, or an incoming link of a Data Center. NAME is what `ticketgate grant authorize --app NAME` calls one.",
    ),
    ("people", "Who signs in with Atlassian, when `mode` is `multi_user`."),
    ("upstream", "The way to Atlassian."),
    ("oauth", "How clients prove themselves without a secret."),
    (
        "oauth.issuers.*",
        "Platforms whose tokens may stand for a client's secret: GitHub Actions, GitLab, Kubernetes, SPIFFE. NAME is what `ticketgate client describe --bind NAME:...` calls one.",
    ),
    (
        "limits",
        "How much at once, and how large. A call that finds no room waits, then is refused with a code that says so.",
    ),
    (
        "registration",
        "Clients that register themselves (RFC 7591) at `/oauth/register`. Such a client can do nothing until an operator publishes a manifest for it.",
    ),
    (
        "custody",
        "Where grants are kept when several gateways share them: a PostgreSQL database. Without either key they are in `data_dir`, like everything else. docs/operators.md, \"Several instances\", says what else the gateways need.",
    ),
    (
        "approval",
        "Which changes of manifests need a yes of somebody else, and whose counts: docs/changes.md.",
    ),
    (
        "approval.ticket",
        "Jira tickets that approve a change: in the right status, moved there by somebody entitled who is not the author, naming the plan's digest. All keys without a default belong together.",
    ),
    ("audit", "The record of what happened."),
    (
        "events",
        "Who is told when a grant changes: `docs/grant-states.md`. Each event is also a record of the audit, whether anybody is told or not.",
    ),
    ("metrics", "What is counted, for Prometheus."),
    ("log", "What the process says about itself, on standard error."),
    ("runtime", "The process."),
];

const fn key(
    path: &'static str,
    kind: Kind,
    default: &'static str,
    example: &'static str,
    about: &'static str,
) -> Key {
    Key { path, kind, default, example, about }
}

/// Every key, in the order of the reference page.
#[rustfmt::skip]
pub(crate) static KEYS: &[Key] = &[
    key("listen", Kind::Address, "127.0.0.1:8080", "", "Address of the one listener. Port 0 takes a free port and says which."),
    key("public_origin", Kind::Url, "", "https://gateway.example.com", "How clients reach the gateway: scheme, host and port. URLs in answers are rewritten to it. Without it the `Host` header of each request is used for URLs, and the authorization server knows itself by `localhost`, loopback addresses and the address it listens on only: to whoever calls it by any other name it describes itself to nobody, signs no JWTs and accepts no DPoP proofs."),
    key("trusted_proxies", Kind::Networks, "[]", "", "Reverse proxies in front of the gateway. Of a request that comes from one of them, the caller's address is the last one in `X-Forwarded-For` that is not itself in this list: that is what `networks` of a client are compared with and what records show. From anyone else the header means nothing. Each proxy has to add whom it heard from, to every request; name the proxies alone, not a network they share with callers. How to set one up: docs/operators.md."),
    key("development_login", Kind::Flag, "false", "", "Whether whoever sits at this machine may sign in, without a password, as one of the stand-in's imaginary people, to try clients that act for users. For development: it works only with `listen` on a loopback address and without `public_origin` and `trusted_proxies`, and the gateway does not start otherwise. Without it people sign in with Atlassian, where `mode` is `multi_user`, or not at all."),
    key("mode", Kind::Word(&["clients", "multi_user", "single_user"]), "clients", "", "Who the gateway is for. `clients`: programs that its operators registered. `multi_user`: people sign in with Atlassian, too, and each has a grant of their own (`people.app`). `single_user`: one person's API token, of the variables `JIRA_EMAIL` and `JIRA_API_TOKEN`, becomes the grant `single-user`, which manifests may name. `APP_MODE` sets it as well."),
    key("data_dir", Kind::Path, "ticketgate-data", "", "Folder for the database, the root key and `gateway.json`. Made at first start, readable only by the owner."),
    key("manifests", Kind::Path, "manifests", "", "Folder with one manifest (`CLIENT.toml`) per client."),
    key("catalogue", Kind::Path, "", "operations.tsv", "Table of Atlassian's operations, made by `ticketgate scopes import`, in place of the one built into the program."),

    key("tls.cert", Kind::Path, "", "/etc/ticketgate/cert.pem", "Certificate chain, PEM."),
    key("tls.key", Kind::Path, "", "/etc/ticketgate/key.pem", "Private key, PEM."),
    key("tls.client_ca", Kind::Path, "", "/etc/ticketgate/client-ca.pem", "Authorities (PEM) that issue certificates to clients. With it the listener asks for one; clients without are served all the same. A client is known by a name in its certificate, and its tokens are bound to it (RFC 8705)."),
    key("tls.self_signed_clients", Kind::Flag, "false", "", "Ask clients for certificates that need not be of `tls.client_ca`: a client is then known by the SHA-256 of its certificate, whatever else stands in it. The end of such a certificate does not count."),

    key("sites.*.url", Kind::Url, "", "https://acme.atlassian.net", "The site itself. For Data Center with its context path: `https://jira.example.com/jira`."),
    key("sites.*.kind", Kind::Word(&["cloud", "jira-data-center", "confluence-data-center"]), "cloud", "", "What runs there."),
    key("sites.*.cloud_id", Kind::Text, "", "11223344-a1b2-3b33-c444-def123456789", "Atlassian's id of the Cloud site. Without it, `URL/_edge/tenant_info` is asked once and the answer is remembered in the database."),
    key("sites.*.api_origin", Kind::Url, "https://api.atlassian.com", "", "Atlassian's API gateway. Changed only for tests."),

    key("apps.*.client_id", Kind::Text, "", "tHx3yNQp8dWrk2uL", "The app's id, as its page at Atlassian shows it."),
    key("apps.*.client_secret_file", Kind::Path, "", "/etc/ticketgate/app.secret", "File with the app's secret, readable only by the gateway."),
    key("apps.*.kind", Kind::Word(&["cloud", "data-center"]), "cloud", "", "Whose app it is: Atlassian Cloud's, or a Data Center's (Applications, Application links, an incoming link)."),
    key("apps.*.site", Kind::Text, "", "warehouse", "The Data Center it belongs to, as `[sites]` calls it. Not for Cloud."),
    key("apps.*.redirect_uri", Kind::Url, "", "https://gateway.example.com/auth/callback", "The callback registered with the app, exactly. Without it `/auth/callback` of `public_origin`, or of localhost and the port the gateway listens on."),
    key("apps.*.scopes", Kind::Texts, "[]", "", "What people are asked for when nobody names scopes. Without it, for Cloud `read:me`, `read:jira-work`, `write:jira-work` and `read:jira-user`, for a Data Center `WRITE`. The app has to have them on its page too."),
    key("apps.*.authorize_url", Kind::Url, "", "https://auth.atlassian.com/authorize", "Where people are sent. Without it, Atlassian's, or the Data Center's `/rest/oauth2/latest/authorize`. Changed only for tests."),
    key("apps.*.token_url", Kind::Url, "", "https://auth.atlassian.com/oauth/token", "Where codes and refresh tokens are redeemed. Changed only for tests."),
    key("apps.*.api_origin", Kind::Url, "https://api.atlassian.com", "", "Where a token is asked whose it is. Changed only for tests."),
    key("apps.*.leeway", Kind::Duration, "", "10m", "How long a refresh token may be sent once more after it was redeemed: for that long an answer that was lost can be asked for again. Without it 10 minutes, as Atlassian says; for a Data Center, which has none, `0s`."),
    key("apps.*.inactivity", Kind::Duration, "2160h", "", "How long a refresh token lives that nobody redeems. A grant nobody uses is refreshed long before."),

    key("people.app", Kind::Text, "", "atlassian", "The app people sign in with when `mode` is `multi_user`, as `[apps]` calls it. Without it the only one there is."),
    key("people.email_domains", Kind::Texts, "[]", "", "Where the mail addresses of people who sign in have to be, such as `example.com`. Without it everybody may whose consent reaches one of `[sites]`."),

    key("upstream.ca", Kind::Paths, "[]", "", "Certificates (PEM files) to trust besides the roots, for a site or proxy with a private authority."),
    key("upstream.roots", Kind::Word(&["native", "webpki"]), "native", "", "Which roots to trust: the operating system's, or Mozilla's list built into the program."),
    key("upstream.proxy", Kind::Text, "", "http://proxy.example.com:3128", "HTTP proxy to reach Atlassian through (CONNECT): `http://[user:password@]host[:port]`. With a password, better set by the variable."),
    key("upstream.no_proxy", Kind::Texts, "[]", "", "Hosts reached without the proxy, as curl reads `NO_PROXY`: names with all below them, addresses, networks, or `*`."),
    key("upstream.connect_timeout", Kind::Duration, "10s", "", "How long connecting may take, TLS included."),
    key("upstream.answer_timeout", Kind::Duration, "60s", "", "How long Atlassian may take until the head of its answer."),
    key("upstream.body_idle_timeout", Kind::Duration, "60s", "", "How long a body may stand still, in either direction, and a client take nothing of an answer that is ready."),
    key("upstream.http2", Kind::Flag, "true", "", "Whether HTTP/2 may be used."),

    key("oauth.private_hosts", Kind::Texts, "[]", "", "Hosts whose keys may be fetched although they are inside: by `http`, or at an address that is private, loopback, link-local or otherwise not of the open internet. Names or addresses as they stand in a client's `jwks_uri`, without a port. A client's URL that leads inward without being named here is refused, whatever its name resolves to."),

    key("oauth.issuers.*.issuer", Kind::Text, "", "https://token.actions.githubusercontent.com", "What the platform's tokens have as `iss`, exactly. GitHub: `https://token.actions.githubusercontent.com`; GitLab: its address; Kubernetes: `kubectl get --raw /.well-known/openid-configuration` says it. SPIFFE: `spiffe://TRUST-DOMAIN`; its tokens (JWT-SVIDs) are told by their `sub`, and it needs a `jwks_uri`."),
    key("oauth.issuers.*.jwks_uri", Kind::Text, "", "https://token.actions.githubusercontent.com/.well-known/jwks", "Where the platform publishes its keys. Without it, `ISSUER/.well-known/openid-configuration` says where."),
    key("oauth.issuers.*.audience", Kind::Text, "", "https://gateway.example.com", "What tokens for this gateway have as `aud`, exactly; without it the public origin. A token can be used as often as it lives, so no other service should be asked for by the same audience."),

    key("limits.body", Kind::Bytes, "1GiB", "", "Largest request body."),
    key("limits.connections_per_address", Kind::Count, "4000", "", "Open connections from one address (IPv6: from one /64), of 10,000 in all; one more is closed at once and counted in `ticketgate_connections_refused_total`. Those of `trusted_proxies` are not counted. Behind any other proxy all connections come from its address: leave room for every call it may pass on at once. 0 for no bound of its own."),
    key("limits.gateway_in_flight", Kind::Count, "1024", "", "Calls under way at once, all clients together."),
    key("limits.client_in_flight", Kind::Count, "64", "", "Calls under way at once for one client."),
    key("limits.grant_in_flight", Kind::Count, "128", "", "Calls under way at once with one grant."),
    key("limits.waiting_per_client", Kind::Count, "128", "", "Calls of one client that may wait for room."),
    key("limits.wait", Kind::Duration, "10s", "", "How long a call may wait for room."),
    key("limits.token_life", Kind::Duration, "1h", "", "How long an access token from `/oauth/token` lives; between `1m` and `24h`."),
    key("limits.drain", Kind::Duration, "30s", "", "How long calls under way may take to end after a stop signal."),

    key("registration.token_file", Kind::Path, "", "/etc/ticketgate/registration.token", "File with the initial access token whoever registers has to show: 32 characters or more, readable only by the gateway, such as `openssl rand -hex 32` makes. Without it nobody can register themselves."),
    key("registration.life", Kind::Duration, "2160h", "", "How long such a client lives, `1h` to `8760h`; an operator can extend it."),

    key("custody.answer_within", Kind::Duration, "30s", "", "How long a token endpoint may take to answer a refresh. An answer that comes late is still worth more than asking again."),
    key("custody.postgres", Kind::Text, "", "postgres://ticketgate@db.example.com/ticketgate", "`postgres://USER:PASSWORD@HOST:PORT/DATABASE`. With a password, better set by the variable, or in a file. The server has to show a certificate of its name, signed by an authority browsers know or by the one in `sslrootcert=FILE`, unless it is on this machine or `sslmode` says otherwise."),
    key("custody.postgres_file", Kind::Path, "", "/etc/ticketgate/custody.url", "File with that URL, readable only by the gateway; read where `postgres` is not set."),

    key("approval.required", Kind::Word(&["never", "widening", "always"]), "never", "", "Which changes of manifests need the approval of somebody who is not their author: none, those after which something is permitted that was not, or every one. `never` is for a gateway that one person runs: nobody else is there to approve. With more than one operator, `widening`. It holds for what a start or SIGHUP finds in the folder, too; only the very first version of a new gateway is taken as it is."),
    key("approval.signers", Kind::Texts, "[]", "", "Whose signatures approve, each as a name and a public key of SSH or minisign: `ada ssh-ed25519 AAAA...`, `ben RWQ...`. A name that is also an operator's is the same person: nobody's signature approves what they proposed. Kinds of SSH: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`."),
    key("approval.rollback_without_approval", Kind::Flag, "false", "", "Whether `ticketgate rollback` may go back by one step without an approval although that widens: to the version right before the one in force, and not twice in a row."),
    key("approval.accounts", Kind::Texts, "[]", "", "Who operators and signers are at Atlassian, each as `NAME=ACCOUNT`. By it the gateway knows that nobody approves what they asked for: what an operator who is not here proposes is approved by no ticket, and what a user asks for by no operator or signer who is not here."),

    key("approval.ticket.site", Kind::Text, "", "acme", "The Cloud site the tickets are at, as `[sites]` calls it."),
    key("approval.ticket.grant", Kind::Text, "", "rel-bot", "The grant they are read with. It has to see them, their history and, for groups, who is in which."),
    key("approval.ticket.project", Kind::Text, "", "CHG", "The key of their project."),
    key("approval.ticket.status", Kind::Text, "", "Approved", "The name of the status that approves, exactly."),
    key("approval.ticket.approved_by", Kind::Texts, "", "[\"group:change-board\"]", "Who has to have moved a ticket there: ids of accounts, `group:NAME`, or `field:NAME` for whoever a field of the ticket names."),
    key("approval.ticket.digest_in", Kind::Text, "description", "", "Where the digest stands: `description`, `comment`, or a field such as `customfield_10050`. What was written or changed after the approval does not count."),
    key("approval.ticket.when_it_leaves", Kind::Word(&["report", "roll-back"]), "report", "", "What happens when a ticket does not approve any more what is in force: somebody is told, or also the version before is put in force again, if no other has been meanwhile. One that cannot be read counts so after three tries in a row."),
    key("approval.ticket.recheck", Kind::Duration, "5m", "", "How often tickets that approved what is in force are read again."),

    key("audit.reads", Kind::Word(&["queued", "durable"]), "queued", "", "When a read is recorded durably: shortly after it ended (`queued`), or also before it is sent (`durable`), which costs each read a commit. A change is always recorded before it is sent."),
    key("audit.queue", Kind::Count, "16384", "", "Records that may wait for the disk. A full queue makes calls wait; nothing is dropped."),
    key("audit.linger", Kind::Duration, "50ms", "", "How long the record of a read may wait to be written together with others."),
    key("audit.anchor_file", Kind::Path, "", "/var/log/ticketgate/anchors", "File that gets the head of the audit chain from time to time; without it `audit.anchors` in the data directory. Copy it, or the log, to another machine: it is what shows that the end of the audit was cut off."),

    key("events.webhook", Kind::Url, "", "https://alerts.example.com/hooks/ticketgate", "Where each event is sent, as an HTTP POST of JSON signed as the Standard Webhooks specification has it. It may be inside the own network. Needs `webhook_secret_file`."),
    key("events.webhook_secret_file", Kind::Path, "", "/etc/ticketgate/webhook.secret", "File with the secret requests are signed with, readable only by the gateway: `whsec_` and 24 to 64 bytes in base64, such as `openssl rand -base64 32` makes."),
    key("events.command", Kind::Texts, "", "[\"/usr/local/bin/notify\"]", "A program and its arguments, run for each event without a shell: JSON on its standard input, 30 seconds, at most four at once, an environment of its own. Anything but exit status 0 means that it is run again."),
    key("events.all", Kind::Flag, "false", "", "Whether every change is an event, or only those a person should hear of: into trouble, out of it, and what comes near."),

    key("metrics.listen", Kind::Address, "", "127.0.0.1:9464", "Address of a listener for `/metrics` alone: plain HTTP, for anyone who reaches it, so one that only the monitoring reaches; the main listener then has no `/metrics`. Without it the main listener answers `/metrics` to operators and to requests from this machine, which nothing is that comes from `trusted_proxies`."),

    key("log.format", Kind::Word(&["text", "json"]), "text", "", "Form of a log line."),
    key("log.level", Kind::Text, "info", "", "`error`, `warn`, `info`, `debug` or `trace`, or a filter such as `info,proxy=debug`."),

    key("runtime.workers", Kind::Count, "", "4", "Threads that run requests; without it one per core."),
];

/// The key for a full path such as `sites.acme.url`.
pub(crate) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| matches(key.path, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('.'), path.split('.'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(want), Some(have)) if want == have || want == "*" => {}
            _ => return false,
        }
    }
}

/// The nearest of `known` to what was typed, when it is near enough to be meant.
pub(crate) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
