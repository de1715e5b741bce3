use super::*;
use crate::family::end::End;

fn journal() -> (Journal, Metrics) {
    let metrics = Metrics::new();
    (Journal::new(metrics.clone(), None, "one"), metrics)
}

fn lines(metrics: &Metrics, start: &str) -> Vec<String> {
    let all = metrics.render();
    let mut lines: Vec<_> = all.lines().filter(|line| line.starts_with(start)).map(str::to_owned).collect();
    lines.sort();
    lines
}

fn ended() -> Health {
    let cause = End::RevokedUpstream;
    Health::ReconnectRequired { cause, words: cause.words().to_owned() }
}

fn tell(journal: &Journal, grant: &str, health: Health) {
    journal.tell(&grant.parse().unwrap(), || Some(health), Whose::default, false);
}

#[test]
fn a_grant_is_in_one_state_at_a_time_and_its_lines_go_with_it() {
    let (journal, metrics) = journal();
    tell(&journal, "rel", Health::Fresh);
    tell(&journal, "rel", Health::Fresh);
    tell(&journal, "rel", ended());
    let on: Vec<_> =
        lines(&metrics, "ticketgate_grant_state{").into_iter().filter(|line| line.ends_with(" 1")).collect();
    assert_eq!(on, [r#"ticketgate_grant_state{grant="rel",state="reconnect-required"} 1"#]);
    let changes = [r#"ticketgate_grant_state_changes_total{grant="rel",state="reconnect-required"} 1"#];
    assert_eq!(
        lines(&metrics, "ticketgate_grant_state_changes_total"),
        changes,
        "the first state is no change"
    );
    journal.forget(&"rel".parse().unwrap());
    assert_eq!(lines(&metrics, "ticketgate_grant_state{"), Vec::<String>::new());
}

#[test]
fn people_are_counted_together_by_state() {
    let (journal, metrics) = journal();
    for person in ["person-1", "person-2", "person-3"] {
        tell(&journal, person, Health::Fresh);
    }
    tell(&journal, "person-2", ended());
    journal.forget(&"person-3".parse().unwrap());
    assert_eq!(
        lines(&metrics, "ticketgate_grant_state{"),
        [
            r#"ticketgate_grant_state{grant="people",state="fresh"} 1"#,
            r#"ticketgate_grant_state{grant="people",state="reconnect-required"} 1"#
        ]
    );
}
