//! `grant check` of API tokens against the stand-in, which lets accounts in and refuses credentials as Atlassian was
//! measured to.

use std::collections::BTreeMap;
use std::sync::Arc;

use broker::{CheckReport, Material, Verdict};
use clock::Clock;
use standin::{Facts, Settings, Standin};
use types::{Deployment, Secret, Site, SiteName};

use crate::world::World;

struct House {
    _standin: Standin,
    facts: Facts,
    world: World,
}

/// A gateway with these sites: name, whose host it is, whose cloud id the settings name.
async fn house(sites: &[(&str, &str, &str)]) -> House {
    let (clock, _hands) = Clock::manual("2026-11-22T00:00:00Z".parse().unwrap());
    let standin = Standin::start(Settings::new(clock)).await.unwrap();
    let (facts, world) = (standin.demo_facts(), World::new(&standin.origin()).await);
    let cloud_id = |name: &str| facts.site(name).map_or(name, |site| site.cloud_id.as_str()).parse().unwrap();
    let site = |(name, host, id): &(&str, &str, &str)| {
        let name: SiteName = name.parse().unwrap();
        let (origin, api_origin) = (facts.site(host).unwrap().origin.clone(), facts.api_origin.clone());
        let deployment = Deployment::Cloud { cloud_id: cloud_id(id), origin, api_origin };
        (name.clone(), Arc::new(Site { name, deployment }))
    };
    let sites: BTreeMap<_, _> = sites.iter().map(site).collect();
    world.sites.store(Arc::new(sites));
    House { _standin: standin, facts, world }
}

/// How a person's tokens are used.
#[derive(Clone, Copy, Debug)]
enum Token {
    Scoped,
    Unscoped,
}

const BOTH: [Token; 2] = [Token::Scoped, Token::Unscoped];

impl House {
    /// A person's own token at a site.
    async fn check(&self, person: &str, token: Token, site: &str) -> CheckReport {
        let user = self.facts.user(person).unwrap();
        let text = match token {
            Token::Scoped => user.scoped_api_token.open(),
            Token::Unscoped => user.api_token.open(),
        };
        self.check_text(&user.email, text, token, site).await
    }

    async fn check_text(&self, email: &str, text: &str, token: Token, site: &str) -> CheckReport {
        let material = Material::ApiToken {
            email: email.to_owned(),
            token: Secret::new(text.to_owned()),
            scoped: matches!(token, Token::Scoped),
        };
        self.world.add("it", &[site], material).await;
        self.world.broker.check(&"it".parse().unwrap(), &site.parse().unwrap()).await
    }
}

const TWO_SITES: &[(&str, &str, &str)] = &[("demo", "demo", "demo"), ("other", "other", "other")];

#[tokio::test]
async fn an_api_token_that_works_says_as_whom() {
    let house = house(TWO_SITES).await;
    for (token, site) in BOTH.into_iter().flat_map(|token| [(token, "demo"), (token, "other")]) {
        let report = house.check("rosa", token, site).await;
        assert!(
            matches!(&report.verdict, Verdict::Working { display_name, .. } if display_name == "Rosa Release")
        );
    }
}

#[tokio::test]
async fn a_wrong_token_or_address_is_wrong_and_taken_for_nobodys_where_the_host_would_take_it() {
    let house = house(TWO_SITES).await;
    let rosa = house.facts.user("rosa").unwrap();
    for (token, verdict) in [(Token::Scoped, Verdict::Wrong), (Token::Unscoped, Verdict::Anonymous)] {
        for (email, text) in
            [(rosa.email.as_str(), "sesame"), ("somebody@example.com", rosa.api_token.open())]
        {
            let report = house.check_text(email, text, token, "demo").await;
            assert_eq!(report.verdict, verdict, "{token:?}: {report:?}");
        }
        let report = house.check("gone", token, "demo").await;
        assert_eq!(report.verdict, verdict, "deactivated, {token:?}: {report:?}");
    }
}

#[tokio::test]
async fn a_good_token_of_an_account_of_another_site_is_at_the_wrong_site() {
    let two = house(TWO_SITES).await;
    let alone = house(&[("demo", "demo", "demo")]).await;
    for token in BOTH {
        let report = two.check("olga", token, "demo").await;
        assert_eq!(report.verdict, Verdict::WrongSite, "{token:?}: {report:?}");
        assert!(report.words.contains("the site other"), "{}", report.words);
        let report = alone.check("olga", token, "demo").await;
        assert_eq!(
            report.verdict,
            Verdict::WrongSite,
            "the gateway has no other site, {token:?}: {report:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_cloud_id_is_said_to_be_wrong_whether_or_not_the_token_is() {
    let nobodys = "00000000-0000-4000-8000-000000000000";
    let house = house(&[("mistyped", "demo", nobodys), ("mixed-up", "demo", "other")]).await;
    let right = &house.facts.site("demo").unwrap().cloud_id;
    for token in BOTH {
        // Petra has nothing to do with the site whose id it is, so a wrong id cannot be good for her by chance.
        for site in ["mistyped", "mixed-up"] {
            let report = house.check("petra", token, site).await;
            assert_eq!(report.verdict, Verdict::WrongSite, "{token:?} {site}: {report:?}");
            assert!(
                report.words.contains("The credential is good") && report.words.contains(right),
                "{report:?}"
            );
        }
        let report = house.check_text("petra@example.com", "sesame", token, "mistyped").await;
        assert_eq!(report.verdict, Verdict::Wrong, "{token:?}: {report:?}");
        assert!(report.words.contains(right), "{report:?}");
    }
}
