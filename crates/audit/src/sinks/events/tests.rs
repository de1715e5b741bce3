use super::*;
use crate::record::Kind;

fn record(loud: bool) -> Record {
    let mut record = Record {
        grant: Some("rel".parse().unwrap()),
        user: Some("5b10".into()),
        ..Record::new(
            Kind::Grant,
            types::RequestId::new(uuid::Uuid::nil()),
            "2026-11-22T10:00:00Z".parse().unwrap(),
        )
    };
    record.grant_change = Some(Box::new(GrantChange {
        from: Some("fresh".into()),
        cause: Some("revoked-upstream".into()),
        words: Some("Atlassian no longer accepts it".into()),
        reconnect_at: Some("https://gate.example/auth/login".into()),
        loud,
        ..GrantChange::new(GrantAbout::State, "reconnect-required".into())
    }));
    record
}

/// Runs a shell script for each event; what it writes to `out` comes back once there are so many lines.
async fn run_for(records: &[Record], all: bool, script: &str, lines: usize) -> (Vec<String>, Metrics) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    std::fs::write(&out, "").unwrap();
    let script = script.replace("OUT", out.to_str().unwrap());
    let command = ["/bin/sh", "-c", &script].map(str::to_owned).to_vec();
    let (metrics, clock) = (Metrics::new(), Clock::system().unwrap());
    let events = Events::start(EventSettings { command, all, webhook: None }, &clock, &metrics);
    records.iter().for_each(|record| events.record(record));
    events.finish().await;
    let said = std::fs::read_to_string(out).unwrap();
    let said: Vec<_> = said.lines().map(str::to_owned).collect();
    assert_eq!(said.len(), lines, "{said:?}");
    (said, metrics)
}

#[tokio::test]
async fn a_command_gets_the_event_on_its_input_and_nothing_of_the_environment() {
    let (said, metrics) =
        run_for(&[record(true)], false, "{ cat; echo; echo $TICKETGATE_EVENT_TYPE; env | wc -l; } >> OUT", 3)
            .await;
    assert_eq!(
        said[0],
        concat!(
            r#"{"type":"grant.state","timestamp":"2026-11-22T10:00:00Z","data":{"grant":"rel","account":"5b10","#,
            r#""from":"fresh","to":"reconnect-required","cause":"revoked-upstream","#,
            r#""words":"Atlassian no longer accepts it","reconnect_at":"https://gate.example/auth/login"}}"#
        )
    );
    assert_eq!(said[1], "grant.state");
    // PATH, the two of ours, and what a shell makes for itself: PWD, SHLVL, _, OLDPWD.
    assert!(said[2].trim().parse::<u32>().unwrap() <= 7, "{}", said[2]);
    let counted = r#"ticketgate_events_total{to="command",outcome="delivered"} 1"#;
    assert!(metrics.render().contains(counted), "{}", metrics.render());
}

#[tokio::test]
async fn only_what_a_person_should_hear_of_is_pushed_unless_everything_is_wanted() {
    let records = [record(false), record(true)];
    run_for(&records, false, "echo x >> OUT", 1).await;
    run_for(&records, true, "echo x >> OUT", 2).await;
    let mut heard = record(true);
    heard.grant_change.as_mut().unwrap().heard = true;
    run_for(&[heard], true, "echo x >> OUT", 0).await;
}

#[tokio::test]
async fn a_command_that_fails_is_run_again() {
    let script = "test -s OUT; was=$?; echo x >> OUT; exit $was";
    let (_, metrics) = run_for(&[record(true)], false, script, 2).await;
    for outcome in ["failed", "delivered"] {
        let counted = format!(r#"ticketgate_events_total{{to="command",outcome="{outcome}"}} 1"#);
        assert!(metrics.render().contains(&counted), "{}", metrics.render());
    }
}

#[tokio::test]
async fn a_program_there_is_none_of_harms_nobody() {
    let (metrics, clock) = (Metrics::new(), Clock::system().unwrap());
    let command = vec!["/nowhere/notify".to_owned()];
    let events = Events::start(EventSettings { command, all: false, webhook: None }, &clock, &metrics);
    for _ in 0..WAITING * 2 {
        events.record(&record(true));
    }
    assert!(metrics.render().contains(r#"outcome="dropped""#));
}
