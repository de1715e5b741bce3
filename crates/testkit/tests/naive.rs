//! The trial finds the losses there are.

use std::path::PathBuf;
use std::time::Duration;

use testkit::naive::Algorithm;
use testkit::{Plan, Retry, Store, Subject, trial};

fn plan(algorithm: Algorithm) -> Plan {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_custody-trial"));
    let usual = Plan::new(Subject::Naive { program, algorithm }, Store::Sqlite);
    Plan {
        kills: 20,
        access_token_seconds: 3,
        leeway_seconds: 15,
        slowest: Duration::from_millis(800),
        longest_run: Duration::from_millis(3_000),
        retry: Some(Retry::NewPairReplaces),
        at_most: Duration::from_secs(40),
        ..usual
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_ends_before_a_slow_provider_answers_loses_grants() {
    let plan = Plan { processes: 3, ..plan(Algorithm::LockThatEnds) };
    let report = Box::pin(trial(&plan)).await.unwrap().unwrap();
    println!("{report}");
    assert!(report.lost() > 0 && !report.is_good(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_that_are_written_later_lose_grants() {
    let report = Box::pin(trial(&plan(Algorithm::WrittenLater))).await.unwrap().unwrap();
    println!("{report}");
    assert!(report.lost() > 0 && !report.is_good(), "{report}");
}
