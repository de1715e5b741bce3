use super::*;
use crate::WouldRefuse;
use crate::record::{Decision, Ended};

fn call() -> Record {
    Record {
        client: Some("a".parse().unwrap()),
        effect: Some(types::Effect::Read),
        site: Some("demo".parse().unwrap()),
        upstream_status: Some(200),
        status: Some(200),
        ended: Some(Ended::Complete),
        bytes_out: 7,
        ..Record::default()
    }
}

fn lines(metrics: &Metrics, start: &str) -> Vec<String> {
    metrics.render().lines().filter(|line| line.starts_with(start)).map(str::to_owned).collect()
}

#[test]
fn a_call_is_counted_by_client_effect_and_outcome() {
    let metrics = Metrics::new();
    metrics.call(&call());
    metrics.call(&call());
    assert_eq!(
        lines(&metrics, "ticketgate_requests_total"),
        [r#"ticketgate_requests_total{client="a",effect="read",outcome="ok"} 2"#]
    );
    assert_eq!(
        lines(&metrics, "ticketgate_upstream_answers_total"),
        [r#"ticketgate_upstream_answers_total{site="demo",class="2xx"} 2"#]
    );
    assert_eq!(
        lines(&metrics, "ticketgate_answer_body_bytes_total"),
        ["ticketgate_answer_body_bytes_total 14"]
    );
}

#[test]
fn every_outcome_can_come_out() {
    let refused = |decision| Record {
        ended: Some(Ended::Refused),
        decision: Some(decision),
        upstream_status: None,
        ..call()
    };
    let cases = [
        (call(), Outcome::Ok),
        (Record { upstream_status: Some(404), ..call() }, Outcome::UpstreamRefused),
        (Record { upstream_status: Some(503), ..call() }, Outcome::UpstreamFailed),
        (Record { ended: Some(Ended::UpstreamBrokeOff), ..call() }, Outcome::UpstreamFailed),
        (refused(Decision::Refused), Outcome::Denied),
        (refused(Decision::Permitted), Outcome::Refused),
        (Record { ended: Some(Ended::ClientLeft), ..call() }, Outcome::Broken),
    ];
    for (record, outcome) in &cases {
        assert_eq!(Outcome::of(record), *outcome);
    }
    for outcome in Outcome::ALL {
        assert!(cases.iter().any(|(_, seen)| *seen == outcome), "{outcome:?}");
    }
}

#[test]
fn a_refusals_label_comes_from_the_table_whatever_the_record_says() {
    let metrics = Metrics::new();
    let with = |refusal: &'static str| Record { refusal: Some(refusal.into()), ..call() };
    metrics.call(&with("scope-missing"));
    metrics.call(&with("made-up-by-someone"));
    let mut found = lines(&metrics, "ticketgate_refusals_total");
    found.sort();
    assert_eq!(
        found,
        [
            r#"ticketgate_refusals_total{code="internal"} 1"#,
            r#"ticketgate_refusals_total{code="scope-missing"} 1"#
        ]
    );
}

fn would_be_refused() -> Record {
    let would = WouldRefuse::new(Code::ScopeMissing, None);
    Record { would_refuse: Some(Box::new(would)), ..call() }
}

#[test]
fn what_is_let_through_although_it_would_be_refused_has_a_counter_of_its_own() {
    let metrics = Metrics::new();
    metrics.call(&would_be_refused());
    assert_eq!(
        lines(&metrics, "ticketgate_would_refuse_total"),
        [r#"ticketgate_would_refuse_total{code="scope-missing"} 1"#]
    );
    assert!(lines(&metrics, "ticketgate_refusals_total").is_empty());
}

#[test]
fn the_reference_names_every_metric_and_nothing_else() {
    let metrics = Metrics::new();
    metrics.call(&Record { refusal: Some("internal".into()), ..call() });
    metrics.call(&would_be_refused());
    metrics.grant_token(&"g".parse().unwrap(), Outcome::Ok);
    metrics.client_expires(&"a".parse().unwrap(), Some(Timestamp::UNIX_EPOCH));
    metrics.grant_state(&"g".parse().unwrap(), &["fresh"], "fresh");
    metrics.grant_state_changed(None, "fresh");
    metrics.event("webhook", Delivery::Delivered);
    let rendered = metrics.render();
    let types: Vec<_> = rendered.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    let reference: Vec<_> =
        metrics.reference().iter().map(|line| format!("{} {}", line.name, line.kind.as_str())).collect();
    assert_eq!(types, reference);
    for line in metrics.reference() {
        assert!(line.help.ends_with('.'), "{}: help is a sentence", line.name);
        for label in line.labels {
            assert!(
                rendered
                    .lines()
                    .any(|shown| shown.starts_with(line.name) && shown.contains(&format!("{label}=\"")))
            );
        }
    }
}

#[test]
fn gauges_go_up_and_down() {
    let metrics = Metrics::new();
    metrics.request_began();
    metrics.request_began();
    metrics.request_ended();
    metrics.connection_opened();
    metrics.connection_closed();
    assert_eq!(lines(&metrics, "ticketgate_requests_in_flight"), ["ticketgate_requests_in_flight 1"]);
    assert_eq!(lines(&metrics, "ticketgate_connections "), ["ticketgate_connections 0"]);
}

#[test]
fn a_client_without_an_end_has_no_line_of_its_expiry() {
    let metrics = Metrics::new();
    let client = "a".parse().unwrap();
    metrics.client_expires(&client, Timestamp::from_second(90).ok());
    let name = "ticketgate_client_expiry_timestamp_seconds{";
    assert_eq!(lines(&metrics, name), [r#"ticketgate_client_expiry_timestamp_seconds{client="a"} 90"#]);
    metrics.client_expires(&client, None);
    assert_eq!(lines(&metrics, name), Vec::<String>::new());
}
