//! What people consented to, refreshed against the stand-in's authorization server, with everything that can go wrong there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use broker::{App, Apps, Health, Material, Provider, UpstreamCredential};
use clock::Clock;
use egress::{Egress, RequestBody};
use http::{Method, Request};
use serde_json::{Value, json};
use standin::{Facts, Settings, Standin};
use types::{Code, Deployment, GrantName, Refusal, Secret, Site, SiteName};

use crate::world::World;

struct House {
    _standin: Standin,
    origin: String,
    facts: Facts,
    world: World,
    egress: Egress,
}

fn app(facts: &Facts, name: &str, origin: &str) -> App {
    let known = facts.app(name).unwrap();
    App {
        name: name.parse().unwrap(),
        client_id: known.client_id.clone(),
        client_secret: known.client_secret.clone(),
        authorize_url: format!("{origin}/authorize"),
        token_url: format!("{origin}/oauth/token").parse().unwrap(),
        redirect_uri: "http://127.0.0.1:1/auth/callback".to_owned(),
        scopes: vec!["read:me".to_owned(), "read:jira-work".to_owned()],
        provider: Provider::Cloud { api_origin: origin.to_owned() },
        leeway: Duration::from_secs(600),
        inactivity: Duration::from_secs(90 * 86_400),
    }
}

fn data_center_app(facts: &Facts, origin: &str) -> App {
    let known = facts.app("jira-data-center").unwrap();
    let base = format!("{origin}/dc/jira/rest/oauth2/latest");
    let revoke_url = format!("{base}/revoke").parse().unwrap();
    App {
        name: "jira-dc".parse().unwrap(),
        client_id: known.client_id.clone(),
        client_secret: known.client_secret.clone(),
        authorize_url: format!("{base}/authorize"),
        token_url: format!("{base}/token").parse().unwrap(),
        scopes: vec!["WRITE".to_owned()],
        provider: Provider::DataCenter { site: "jira-dc".parse().unwrap(), revoke_url },
        leeway: Duration::ZERO,
        ..app(facts, "people", origin)
    }
}

impl House {
    /// A gateway with the stand-in's two sites and two of its apps, on one clock.
    async fn new() -> Self {
        let (clock, hands) = Clock::manual("2026-11-22T00:00:00Z".parse().unwrap());
        let standin = Standin::start(Settings::new(clock.clone())).await.unwrap();
        let (facts, origin) = (standin.demo_facts(), standin.origin());
        let mut apps: Apps = ["people", "second"]
            .into_iter()
            .map(|name| (name.parse().unwrap(), Arc::new(app(&facts, name, &origin))))
            .collect();
        apps.insert("jira-dc".parse().unwrap(), Arc::new(data_center_app(&facts, &origin)));
        let world = World::with(&origin, (clock, hands), apps).await;
        let site = |name: &str| {
            let known = facts.site(name).unwrap();
            let name: SiteName = name.parse().unwrap();
            let deployment = Deployment::Cloud {
                cloud_id: known.cloud_id.parse().unwrap(),
                origin: known.origin.clone(),
                api_origin: facts.api_origin.clone(),
            };
            (name.clone(), Arc::new(Site { name, deployment }))
        };
        let mut sites: BTreeMap<_, _> = ["demo", "other"].into_iter().map(site).collect();
        let jira: SiteName = "jira-dc".parse().unwrap();
        let deployment = Deployment::JiraDataCenter { base: format!("{origin}/dc/jira") };
        sites.insert(jira.clone(), Arc::new(Site { name: jira, deployment }));
        world.sites.store(Arc::new(sites));
        let egress = Egress::new(&egress::Settings::default()).unwrap();
        Self { _standin: standin, origin, facts, world, egress }
    }

    async fn steer(&self, method: Method, path: &str, body: Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/standin/{path}", self.origin))
            .header("content-type", "application/json")
            .body(RequestBody::full(serde_json::to_vec(&body).unwrap()))
            .unwrap();
        let (parts, body) = self.egress.fetch(request, Duration::from_secs(10), 1 << 20).await.unwrap();
        assert!(parts.status.is_success(), "{path}: {} {body:?}", parts.status);
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// Somebody's consent, in custody under this name.
    async fn connect(&self, grant: &str, person: &str) {
        let asked = json!({"as": person, "app": "people"});
        let given = self.steer(Method::POST, "oauth/grants", asked).await;
        let material = Material::ThreeLegged {
            app: "people".parse().unwrap(),
            account: self.facts.user(person).unwrap().account_id.clone(),
            account_name: person.to_owned(),
            refresh_token: Secret::new(given["refresh_token"].as_str().unwrap().to_owned()),
        };
        self.world.add(grant, &["demo"], material).await;
        let _first = self.world.acquire(grant).await.unwrap();
    }

    async fn fault(&self, action: Value) {
        self.faults(action, 1).await;
    }

    async fn faults(&self, action: Value, times: u64) {
        let fault = json!({"match": {"path_prefix": "/oauth/token"}, "times": times, "action": action});
        self.steer(Method::PUT, "faults", fault).await;
    }

    async fn counters(&self) -> Value {
        self.steer(Method::GET, "oauth", Value::Null).await
    }

    async fn total(&self, what: &str) -> u64 {
        self.counters().await["totals"][what].as_u64().unwrap()
    }

    fn health(&self, grant: &str) -> Health {
        let all = self.world.broker.list();
        all.into_iter().find(|it| it.name.as_str() == grant).unwrap().health
    }

    /// Calls until one goes out, time passing in between as a retry wants it.
    async fn until_it_works(&self, grant: &str) -> UpstreamCredential {
        for _ in 0..40 {
            match self.world.acquire(grant).await {
                Ok(credential) => return credential,
                Err(refusal) => self.world.pass(pause(&refusal)),
            }
        }
        panic!("{grant} never works again: {:?}", self.health(grant));
    }
}

fn pause(refusal: &Refusal) -> u64 {
    refusal.when_to_retry().map_or(1, |after| after.as_secs().max(1))
}

const HOUR: u64 = 3_600;

#[tokio::test]
async fn a_refresh_token_is_redeemed_once_for_a_thousand_callers_at_once() {
    let house = House::new().await;
    house.connect("rosa", "rosa").await;
    let before = house.total("redemptions").await;
    house.world.pass(HOUR);
    let callers = (0..1_000).map(|_| house.world.acquire("rosa"));
    let all = futures_all(callers).await;
    let first = all[0].as_ref().unwrap().authorization().clone();
    assert!(all.iter().all(|it| it.as_ref().unwrap().authorization() == first));
    assert_eq!(house.total("redemptions").await, before + 1);
}

async fn futures_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, slot) in waiting.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *slot = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().map(Option::unwrap).collect()
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_rotation_is_asked_for_again_within_the_leeway() {
    for action in
        [json!("reset_after_work"), json!("reset_mid_body"), json!({"answer_after_work": {"status": 502}})]
    {
        let house = House::new().await;
        house.connect("rosa", "rosa").await;
        house.world.pass(HOUR);
        house.fault(action.clone()).await;
        assert_eq!(house.world.acquire("rosa").await.unwrap_err().code(), Code::GrantUnavailable, "{action}");
        house.until_it_works("rosa").await;
        assert_eq!(house.total("repeats_within_leeway").await, 1, "{action}");
        assert_eq!(house.total("repeats_outside_leeway").await, 0, "{action}");
        assert_eq!(house.total("alive").await, 1, "{action}");
    }
}

#[tokio::test]
async fn whatever_a_provider_in_trouble_answers_the_grant_lives_on() {
    for action in [
        json!({"answer": {"status": 503, "body": {}, "headers": {"Retry-After": "7"}}}),
        json!({"answer": {"status": 200, "body": "<html>busy</html>"}}),
        json!({"answer": {"status": 200, "body": {"error": "invalid_grant"}}}),
        json!({"answer": {"status": 500, "body": {"error": "invalid_grant"}}}),
        json!({"answer": {"status": 403, "body": "<html>no</html>"}}),
        json!({"answer": {"status": 200, "body": {"access_token": "x", "token_type": "mac", "expires_in": 3600}}}),
        json!({"answer": {"status": 200, "body": {"access_token": "x", "expires_in": -1}}}),
        json!({"answer": {"status": 401, "body": {"error": "access_denied"}}}),
        json!({"huge_body": 10_000_000_u64}),
        json!("garbage"),
        json!("reset_before_answer"),
    ] {
        let house = House::new().await;
        house.connect("rosa", "rosa").await;
        house.world.pass(HOUR);
        house.fault(action.clone()).await;
        let refusal = house.world.acquire("rosa").await.unwrap_err();
        assert!(matches!(refusal.code(), Code::GrantUnavailable | Code::GrantRejected), "{action}");
        house.until_it_works("rosa").await;
        assert_eq!(house.total("alive").await, 1, "{action}");
        assert_eq!(house.total("repeats_outside_leeway").await, 0, "{action}");
    }
}

#[tokio::test]
async fn while_the_provider_is_down_the_living_token_is_used_and_no_ended_one() {
    let house = House::new().await;
    house.connect("rosa", "rosa").await;
    let token = house.world.acquire("rosa").await.unwrap().authorization().clone();
    house.faults(json!({"answer": {"status": 503, "body": {}}}), 1_000).await;
    house.world.pass(HOUR - 600);
    for _ in 0..8 {
        assert_eq!(*house.world.acquire("rosa").await.unwrap().authorization(), token);
        house.world.pass(60);
        tokio::task::yield_now().await;
    }
    house.world.pass(300);
    assert_eq!(house.world.acquire("rosa").await.unwrap_err().code(), Code::GrantUnavailable);
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_one_there_is() {
    let house = House::new().await;
    house.steer(Method::PUT, "oauth/rules", json!({"rotate": false})).await;
    house.connect("rosa", "rosa").await;
    for _ in 0..3 {
        house.world.pass(HOUR);
        house.world.acquire("rosa").await.unwrap();
    }
    assert_eq!(house.total("alive").await, 1);
}

#[tokio::test]
async fn whoever_revokes_the_access_is_told_to_connect_again_and_the_provider_is_left_alone() {
    for error in ["invalid_grant", "unauthorized_client"] {
        let house = House::new().await;
        house.steer(Method::PUT, "oauth/rules", json!({"refresh_error": error})).await;
        house.connect("rosa", "rosa").await;
        house.steer(Method::POST, "oauth/revoke", json!({"as": "rosa", "app": "people"})).await;
        house.world.pass(HOUR);
        let refusal = house.world.acquire("rosa").await.unwrap_err();
        assert_eq!(refusal.code(), Code::ReconnectRequired);
        assert!(
            refusal.detail().contains("revoked the access or changed their password"),
            "{}",
            refusal.detail()
        );
        assert!(refusal.advice().contains("ticketgate grant authorize rosa"), "{}", refusal.advice());
        assert!(matches!(house.health("rosa"), Health::ReconnectRequired { .. }));
        let asked = house.total("after_end").await + house.total("unknown_refresh_tokens").await;
        for _ in 0..10 {
            house.world.pass(HOUR);
            let _refused = house.world.acquire("rosa").await.unwrap_err();
        }
        let now = house.total("after_end").await + house.total("unknown_refresh_tokens").await;
        assert_eq!(now, asked, "hammered");
    }
}

#[tokio::test]
async fn a_consent_that_has_lost_its_scopes_is_to_be_given_again_and_one_that_lost_some_is_not() {
    let house = House::new().await;
    house.connect("rosa", "rosa").await;
    house.connect("dan", "dan").await;
    let lose = async |who: &str, all: bool| {
        let grants = house.counters().await["families"].clone();
        let theirs = grants.as_array().unwrap().iter().find(|grant| grant["as"] == who).unwrap();
        let scopes = theirs["scopes"].as_array().unwrap().clone();
        let names = scopes.iter().map(|scope| scope.as_str().unwrap().to_owned());
        let remove: Vec<String> =
            names.filter(|name| name != "offline_access" && (all || name == "write:jira-work")).collect();
        assert!(!remove.is_empty(), "{grants}");
        let loss = json!({"as": who, "app": "people", "remove": remove});
        house.steer(Method::POST, "oauth/scopes", loss).await;
    };
    lose("rosa", true).await;
    lose("dan", false).await;
    house.world.pass(HOUR);
    let refusal = house.world.acquire("rosa").await.unwrap_err();
    assert_eq!(refusal.code(), Code::ReconnectRequired);
    assert!(refusal.detail().contains("no longer covers any scope"), "{}", refusal.detail());
    assert!(matches!(house.health("rosa"), Health::ReconnectRequired { .. }));
    house.world.acquire("dan").await.unwrap();
    // Given again, it works again.
    house.steer(Method::POST, "oauth/revoke", json!({"as": "rosa", "app": "people"})).await;
    house.connect("rosa", "rosa").await;
    house.world.acquire("rosa").await.unwrap();
}

#[tokio::test]
async fn one_grant_s_end_is_no_other_s() {
    let house = House::new().await;
    house.connect("rosa", "rosa").await;
    house.connect("dan", "dan").await;
    house.steer(Method::POST, "oauth/password", json!({"as": "rosa"})).await;
    house.world.pass(HOUR);
    assert_eq!(house.world.acquire("rosa").await.unwrap_err().code(), Code::ReconnectRequired);
    house.world.acquire("dan").await.unwrap();
}

#[tokio::test]
async fn a_gateway_that_was_killed_between_the_answer_and_its_commit_asks_again() {
    let mut house = House::new().await;
    house.connect("rosa", "rosa").await;
    house.world.pass(HOUR);
    // It had claimed the family and sent the token; nobody ever heard the answer.
    let row = house.world.store.token_families().get(&name("rosa")).await.unwrap().unwrap();
    let claimed = store::FamilyRow {
        fence: row.fence + 1,
        holder: Some(store::Holder { instance: "dead".to_owned(), patience: Duration::from_secs(40) }),
        first_tried_at: Some(house.world.clock.now()),
        ..row
    };
    let put = |_: Option<&store::FamilyRow>| ((), store::FamilyChange::Put(Box::new(claimed)));
    house.world.store.token_families().change(&name("rosa"), house.world.clock.now(), put).await.unwrap();
    house.world.restart(7).await;
    house.world.acquire("rosa").await.unwrap();
    assert_eq!(house.total("alive").await, 1);
    let row = house.world.store.token_families().get(&name("rosa")).await.unwrap().unwrap();
    assert!(row.unproven_since.is_some() && row.holder.is_none());
    // What may not be the pair the provider goes by is redeemed in its turn, well inside the leeway.
    house.world.pass(61);
    settle(&house, |house| {
        house.world.broker.list()[0].consent.as_ref().unwrap().refreshed_at > row.obtained_at
    })
    .await;
}

/// Tends until it is so.
async fn settle(house: &House, is_so: impl Fn(&House) -> bool) {
    let tending = house.world.broker.clone();
    let tending = tokio::spawn(async move { tending.tend().await });
    for _ in 0..400 {
        if is_so(house) {
            tending.abort();
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it never came to be");
}

#[tokio::test]
async fn where_the_provider_goes_by_the_pair_of_a_late_request_the_way_back_is_found() {
    let house = House::new().await;
    house.steer(Method::PUT, "oauth/rules", json!({"retry": "new_pair_replaces"})).await;
    house.connect("rosa", "rosa").await;
    let before = refresh_tokens(&house).await;
    house.world.pass(HOUR);
    house.fault(json!("reset_after_work")).await;
    let _lost = house.world.acquire("rosa").await.unwrap_err();
    house.until_it_works("rosa").await;
    // A request that was long on its way arrives: of the tokens there were, the one that was sent twice is redeemed once more, and
    // the pair that was just kept dies of it. The others are too old to be tried.
    let obtained = house.world.broker.list()[0].consent.as_ref().unwrap().refreshed_at;
    let late = json!({
        "grant_type": "refresh_token", "refresh_token": before.last().unwrap(),
        "client_id": house.facts.app("people").unwrap().client_id,
        "client_secret": house.facts.app("people").unwrap().client_secret.open(),
    });
    let request = Request::post(format!("{}/oauth/token", house.origin))
        .header("content-type", "application/json")
        .body(RequestBody::full(serde_json::to_vec(&late).unwrap()))
        .unwrap();
    let (parts, _) = house.egress.fetch(request, Duration::from_secs(10), 1 << 20).await.unwrap();
    assert_eq!(parts.status, 200);
    house.world.pass(61);
    settle(&house, |house| house.world.broker.list()[0].consent.as_ref().unwrap().refreshed_at > obtained)
        .await;
    assert_eq!(house.health("rosa"), Health::Fresh);
    assert_eq!(house.total("alive").await, 1);
    assert_eq!(house.total("replaced").await, 1, "what was kept had died");
    assert_eq!(house.total("repeats_outside_leeway").await, 0);
}

/// Every refresh token the stand-in remembers, the latest last.
async fn refresh_tokens(house: &House) -> Vec<String> {
    let tokens = house.steer(Method::GET, "tokens", Value::Null).await;
    let all = tokens["refresh_tokens"].as_array().unwrap().iter();
    all.map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn while_nothing_can_be_kept_no_refresh_token_is_spent() {
    let house = House::new().await;
    house.connect("rosa", "rosa").await;
    let before = house.total("redemptions").await;
    house.world.store.limit_changes(0);
    house.world.pass(HOUR);
    for _ in 0..5 {
        let refusal = house.world.acquire("rosa").await.unwrap_err();
        assert_eq!(refusal.code(), Code::GrantUnavailable);
        assert!(refusal.detail().contains("store cannot keep"), "{}", refusal.detail());
        house.world.pass(pause(&refusal));
    }
    assert_eq!(house.total("redemptions").await, before);
    house.world.store.limit_changes(u64::MAX);
    house.until_it_works("rosa").await;
    assert_eq!(house.total("repeats_outside_leeway").await, 0);
}

#[tokio::test]
async fn whichever_write_finds_the_disk_full_no_grant_is_lost_and_no_token_used_that_was_not_kept() {
    for room in 0..6 {
        for fault in [None, Some(json!("reset_after_work"))] {
            let mut house = House::new().await;
            house.connect("rosa", "rosa").await;
            house.world.pass(HOUR);
            if let Some(action) = &fault {
                house.fault(action.clone()).await;
            }
            house.world.store.limit_changes(room);
            for _ in 0..4 {
                let asked = tokio::time::timeout(Duration::from_millis(150), house.world.acquire("rosa"));
                match asked.await {
                    Ok(Ok(credential)) => assert!(is_kept(&house, &credential).await, "{room} {fault:?}"),
                    Ok(Err(refusal)) => {
                        assert_eq!(refusal.code(), Code::GrantUnavailable, "{room} {fault:?}");
                        house.world.pass(pause(&refusal));
                    }
                    Err(_waits) => {}
                }
            }
            // And now the process dies, too.
            house.world.store.limit_changes(u64::MAX);
            house.world.restart(7).await;
            house.until_it_works("rosa").await;
            assert_eq!(house.total("alive").await, 1, "{room} {fault:?}");
            assert_eq!(house.total("repeats_outside_leeway").await, 0, "{room} {fault:?}");
        }
    }
}

/// Whether a gateway that starts now would use this very token.
async fn is_kept(house: &House, credential: &UpstreamCredential) -> bool {
    let started = house.world.another(&house.world.store).await;
    let permit = house.world.permit("rosa", "demo");
    let again = started.acquire(&permit, types::Face::JiraCloud).await;
    again.is_ok_and(|again| again.authorization() == credential.authorization())
}

#[tokio::test]
async fn what_a_person_consented_to_again_takes_the_place_of_the_older_grant() {
    let house = House::new().await;
    house.connect("old", "rosa").await;
    house.connect("new", "rosa").await;
    let refusal = house.world.acquire("old").await.unwrap_err();
    assert_eq!(refusal.code(), Code::ReconnectRequired);
    assert!(refusal.detail().contains("consented to the same app again"), "{}", refusal.detail());
    house.world.acquire("new").await.unwrap();
}

#[tokio::test]
async fn a_grant_that_is_ended_here_is_refused_at_once_and_its_tokens_are_gone() {
    let house = House::new().await;
    house.connect("rosa", "rosa").await;
    house.world.broker.revoke(&name("rosa")).await.unwrap();
    assert_eq!(house.world.acquire("rosa").await.unwrap_err().code(), Code::ReconnectRequired);
    assert_eq!(house.health("rosa"), Health::Revoked);
    let row = house.world.store.token_families().get(&name("rosa")).await.unwrap().unwrap();
    assert!(row.sealed.is_empty());
}

#[tokio::test]
async fn a_code_becomes_a_grant_for_the_sites_that_were_chosen_and_the_consent_reaches() {
    let house = House::new().await;
    let people = Arc::clone(house.world.broker.apps().get("people").unwrap());
    let code = consent(&house, &people, "rosa").await;
    let consented = house.world.broker.redeem_code(&people, &code, None).await.unwrap();
    assert_eq!(consented.name, "Rosa Release");
    let reached: Vec<_> = consented.reaches.iter().filter_map(|it| it.site.clone()).collect();
    assert_eq!(reached.iter().map(SiteName::as_str).collect::<Vec<_>>(), ["demo", "other"]);
    let sites = vec!["demo".parse().unwrap()];
    house.world.broker.take(consented, name("rosa"), sites).await.unwrap();
    house.world.acquire("rosa").await.unwrap();
    assert_eq!(house.world.acquire_at("rosa", "other").await.unwrap_err().code(), Code::GrantMissing);
    assert!(house.world.broker.redeem_code(&people, &code, None).await.is_err(), "a code works once");
    let second = Arc::clone(house.world.broker.apps().get("second").unwrap());
    let foreign = consent(&house, &people, "dan").await;
    assert!(house.world.broker.redeem_code(&second, &foreign, None).await.is_err(), "another app's code");
}

#[tokio::test]
async fn a_data_center_s_tokens_are_refreshed_without_a_leeway_and_a_lost_answer_is_named_as_the_end_it_is() {
    let house = House::new().await;
    let app = Arc::clone(house.world.broker.apps().get("jira-dc").unwrap());
    let code = consent(&house, &app, "rosa").await;
    let consented = house.world.broker.redeem_code(&app, &code, None).await.unwrap();
    assert_eq!(consented.account, "rosa");
    house.world.broker.take(consented, name("rosa"), vec!["jira-dc".parse().unwrap()]).await.unwrap();
    let acquire = || async {
        let permit = house.world.permit("rosa", "jira-dc");
        house.world.broker.acquire(&permit, types::Face::JiraDataCenter).await
    };
    let first = acquire().await.unwrap();
    house.world.pass(2 * HOUR);
    assert_ne!(acquire().await.unwrap().authorization(), first.authorization());
    house.world.pass(2 * HOUR);
    let path = json!({"path_prefix": "/dc/jira/rest/oauth2/latest/token"});
    let fault = json!({"match": path, "times": 1, "action": "reset_after_work"});
    house.steer(Method::PUT, "faults", fault).await;
    let lost = acquire().await.unwrap_err();
    assert_eq!(lost.code(), Code::GrantUnavailable);
    house.world.pass(pause(&lost));
    let ended = acquire().await.unwrap_err();
    assert_eq!(ended.code(), Code::ReconnectRequired);
    assert!(ended.detail().contains("an answer of Atlassian's was lost"), "{}", ended.detail());
}

#[tokio::test]
async fn a_clock_that_is_set_forward_or_back_neither_loses_a_grant_nor_sends_an_ended_token() {
    for (seconds, restarts) in [(7_200, false), (-7_200, false), (7_200, true), (-7_200, true)] {
        let mut house = House::new().await;
        house.connect("rosa", "rosa").await;
        house.world.pass(HOUR / 2);
        house.world.hands.set_calendar_by(seconds);
        // The provider's clock is right: for it no more time has passed than for the gateway's monotonic one.
        house.steer(Method::POST, "clock", json!({"advance_seconds": -seconds})).await;
        if restarts {
            house.world.restart(7).await;
        }
        for _ in 0..6 {
            let credential = house.until_it_works("rosa").await;
            assert!(lives(&house, &credential).await, "set by {seconds}, restarted: {restarts}");
            house.world.pass(HOUR / 4);
        }
        assert_eq!(house.total("alive").await, 1);
        assert_eq!(house.total("repeats_outside_leeway").await, 0);
    }
}

/// Whether the provider takes this token.
async fn lives(house: &House, credential: &UpstreamCredential) -> bool {
    let request = Request::get(format!("{}/me", house.origin))
        .header("authorization", credential.authorization())
        .body(RequestBody::empty())
        .unwrap();
    let (parts, _) = house.egress.fetch(request, Duration::from_secs(10), 1 << 20).await.unwrap();
    parts.status == 200
}

#[tokio::test]
async fn instances_that_share_a_database_redeem_once_and_leave_the_old_token_within_seconds() {
    let Some(url) = testbase::database().unwrap() else { return };
    let url = Secret::new(url);
    let house = House::new().await;
    let store = || async { store::Store::in_memory().await.unwrap().with_custody_at(&url).await.unwrap() };
    let (here, there) =
        (house.world.another(&store().await).await, house.world.another(&store().await).await);
    let given = house.steer(Method::POST, "oauth/grants", json!({"as": "rosa", "app": "people"})).await;
    let material = Material::ThreeLegged {
        app: "people".parse().unwrap(),
        account: "rosa".to_owned(),
        account_name: String::new(),
        refresh_token: Secret::new(given["refresh_token"].as_str().unwrap().to_owned()),
    };
    let (here_tends, there_tends) = (here.clone(), there.clone());
    let tending = [
        tokio::spawn(async move { here_tends.tend().await }),
        tokio::spawn(async move { there_tends.tend().await }),
    ];
    let new = broker::NewGrant { name: name("rosa"), sites: vec!["demo".parse().unwrap()], material };
    here.put(new).await.unwrap();
    let token = |broker: broker::Broker| {
        let permit = house.world.permit("rosa", "demo");
        async move {
            let got = broker.acquire(&permit, types::Face::JiraCloud).await;
            got.map(|it| it.authorization().clone())
        }
    };
    let first = token(here.clone()).await.unwrap();
    let before = house.total("redemptions").await;
    assert_eq!(
        soon(|| token(there.clone()), |got| got.is_ok()).await.unwrap(),
        first,
        "one was added elsewhere"
    );
    house.world.pass(HOUR);
    let both = futures_all([token(here.clone()), token(there.clone())].into_iter()).await;
    assert_eq!(both[0].as_ref().unwrap(), both[1].as_ref().unwrap());
    assert_eq!(house.total("redemptions").await, before + 1);
    // One refreshes because its token was refused; the other follows without having been refused anything.
    let permit = house.world.permit("rosa", "demo");
    let refused = here.acquire(&permit, types::Face::JiraCloud).await.unwrap();
    assert!(here.rejected(&refused.ticket(), http::StatusCode::UNAUTHORIZED));
    let next = token(here.clone()).await.unwrap();
    assert_eq!(
        soon(|| token(there.clone()), |got| got.as_ref().is_ok_and(|it| *it == next)).await.unwrap(),
        next
    );
    here.remove(&name("rosa")).await.unwrap();
    soon(|| token(there.clone()), |got| got.as_ref().is_err_and(|no| no.code() == Code::GrantMissing))
        .await
        .unwrap_err();
    tending.into_iter().for_each(|task| task.abort());
}

/// What it comes to within seconds.
async fn soon<T, F: Future<Output = T>>(ask: impl Fn() -> F, is_so: impl Fn(&T) -> bool) -> T {
    for _ in 0..200 {
        let got = ask().await;
        if is_so(&got) {
            return got;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it never came to be");
}

/// What the browser brings back.
async fn consent(house: &House, app: &App, person: &str) -> Secret {
    let url = format!("{}&standin_as={person}", app.consent_url(&app.scopes, "s", None));
    let request = Request::get(url).body(RequestBody::empty()).unwrap();
    let (parts, _) = house.egress.fetch(request, Duration::from_secs(10), 1 << 20).await.unwrap();
    let location = parts.headers["location"].to_str().unwrap().to_owned();
    let (_, rest) = location.split_once("code=").unwrap();
    Secret::new(rest.split('&').next().unwrap().to_owned())
}

fn name(grant: &str) -> GrantName {
    grant.parse().unwrap()
}
