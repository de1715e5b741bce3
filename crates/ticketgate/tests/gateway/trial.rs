//! No grant is lost: the trial of `testkit`, at a small size. `scripts/custody-trial.sh` runs it at the full one.

use std::path::PathBuf;
use std::time::Duration;

use testkit::{Crowd, Plan, Report, Store, Subject, crowd, trial};

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_ticketgate"))
}

fn plan(store: Store, kills: u64) -> Plan {
    let subject = Subject::Ticketgate { program: program() };
    // A machine that runs other tests too may let a call wait for a second, which must not be a token's last one.
    let usual =
        Plan { access_token_seconds: 10, at_most: Duration::from_secs(40), ..Plan::new(subject, store) };
    Plan { kills, ..usual }
}

fn assert_good(report: &Report) {
    println!("{report}");
    assert_eq!(report.lost(), 0, "grants lost: {report}");
    assert_eq!(report.repeats_outside_leeway, 0, "{report}");
    assert_eq!(report.stale(), 0, "{report}");
    assert!(report.kills >= 10 && report.redemptions > report.grants, "nothing was tried: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_killed_at_any_moment_loses_no_grant() {
    let plan = Plan { lanes: 3, ..plan(Store::Sqlite, 60) };
    assert_good(&Box::pin(trial(&plan)).await.unwrap().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn gateways_that_share_custody_and_are_killed_at_any_moment_lose_no_grant() {
    let plan = plan(Store::Postgres, 30);
    let plan = Plan { longest_run: Duration::from_millis(700), at_most: Duration::from_secs(20), ..plan };
    let plan = Plan { grants: 40, leeway_seconds: 90, ..plan };
    let Some(report) = Box::pin(trial(&plan)).await.unwrap() else { return };
    assert_good(&report);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_on_an_expired_token_redeem_once() {
    let asked = Crowd { program: program(), callers: 1_000, refresh: Duration::from_millis(300) };
    let report = Box::pin(crowd(&asked)).await.unwrap();
    println!("{report}");
    assert!(report.is_good(), "{report}");
}
