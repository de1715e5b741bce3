use super::*;
use crate::credentials::Credentials;
use crate::route::Route;
use crate::world::people::People;
use crate::world::random::Random;

fn cloud_routes() -> impl Iterator<Item = &'static Route> {
    let families = jira::FAMILIES.iter().chain(confluence::FAMILIES).chain([&service_desk::ROUTES]);
    families.flat_map(|family| family.iter())
}

#[test]
fn the_wide_service_account_meets_every_route() {
    let credentials = Credentials::seed(&mut Random::new(1), &People::seed());
    let wide = credentials.service_apps.iter().find(|app| app.name == "wide").unwrap();
    let short: Vec<_> = cloud_routes().filter(|route| !route.needs.met_by(&wide.scopes)).collect();
    assert!(short.is_empty(), "{short:#?}");
}

#[test]
fn no_route_is_written_twice() {
    let mut seen = std::collections::BTreeSet::new();
    for route in cloud_routes() {
        assert!(seen.insert((route.method.as_str(), route.template)), "{route:?}");
    }
}
