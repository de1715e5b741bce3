use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn limits(gateway: usize, client: usize, grant: usize) -> Limits {
    Limits {
        gateway_in_flight: gateway,
        client_in_flight: client,
        grant_in_flight: grant,
        waiting_per_client: 8,
        waiting: 20,
        wait: Duration::from_secs(1),
    }
}

fn line(client: usize, grant: usize) -> Line {
    Line {
        client: format!("client-{client}").parse().unwrap(),
        grant: format!("grant-{grant}").parse().unwrap(),
    }
}

fn waits(entrance: Entrance) -> Ticket {
    match entrance {
        Entrance::Wait(ticket) => ticket,
        other => panic!("expected to wait, got {other:?}"),
    }
}

#[test]
fn clients_that_share_a_grant_take_turns() {
    let mut room = Room::new(limits(100, 5, 1));
    let (noisy, quiet) = (line(1, 1), line(2, 1));
    assert_eq!(room.enter(&noisy, Manner::USUAL), Entrance::Go);
    let noisy_first = waits(room.enter(&noisy, Manner::USUAL));
    let noisy_second = waits(room.enter(&noisy, Manner::USUAL));
    let quiet_first = waits(room.enter(&quiet, Manner::USUAL));
    assert_eq!(room.leave(&noisy), [noisy_first]);
    assert_eq!(room.leave(&noisy), [quiet_first], "the neighbour waits for one call, not for two");
    assert_eq!(room.leave(&quiet), [noisy_second]);
}

#[test]
fn a_client_at_its_limit_does_not_hold_up_others_behind_it() {
    let mut room = Room::new(limits(100, 1, 2));
    assert_eq!(room.enter(&line(1, 1), Manner::USUAL), Entrance::Go);
    let parked = waits(room.enter(&line(1, 1), Manner::USUAL));
    assert_eq!(room.enter(&line(2, 1), Manner::USUAL), Entrance::Go);
    let third = waits(room.enter(&line(3, 1), Manner::USUAL));
    assert_eq!(room.leave(&line(2, 1)), [third]);
    assert_eq!(room.leave(&line(1, 1)), [parked]);
}

#[test]
fn a_client_waiting_for_one_grant_goes_on_with_another() {
    let mut room = Room::new(limits(100, 5, 1));
    assert_eq!(room.enter(&line(1, 1), Manner::USUAL), Entrance::Go);
    waits(room.enter(&line(1, 1), Manner::USUAL));
    assert_eq!(room.enter(&line(1, 2), Manner::USUAL), Entrance::Go);
}

#[test]
fn grants_take_turns_when_only_the_gateway_is_full() {
    let mut room = Room::new(limits(1, 5, 5));
    assert_eq!(room.enter(&line(1, 1), Manner::USUAL), Entrance::Go);
    let first = waits(room.enter(&line(1, 1), Manner::USUAL));
    let second = waits(room.enter(&line(1, 1), Manner::USUAL));
    let other = waits(room.enter(&line(2, 2), Manner::USUAL));
    assert_eq!(room.leave(&line(1, 1)), [first]);
    assert_eq!(room.leave(&line(1, 1)), [other]);
    assert_eq!(room.leave(&line(2, 2)), [second]);
}

#[test]
fn the_refusal_names_the_limit_that_stands_in_the_way() {
    let mut room = Room::new(Limits { waiting_per_client: 0, ..limits(3, 1, 2) });
    assert_eq!(room.enter(&line(1, 1), Manner::USUAL), Entrance::Go);
    assert_eq!(room.enter(&line(1, 1), Manner::USUAL), Entrance::Full(Code::ClientBusy));
    assert_eq!(room.enter(&line(2, 1), Manner::USUAL), Entrance::Go);
    assert_eq!(room.enter(&line(3, 1), Manner::USUAL), Entrance::Full(Code::GrantBusy));
    assert_eq!(room.enter(&line(3, 2), Manner::USUAL), Entrance::Go);
    assert_eq!(room.enter(&line(4, 3), Manner::USUAL), Entrance::Full(Code::GatewayBusy));
}

#[test]
fn a_limit_of_zero_refuses_at_once() {
    for limits in [limits(0, 1, 1), limits(1, 0, 1), limits(1, 1, 0)] {
        let mut room = Room::new(limits);
        assert!(matches!(room.enter(&line(1, 1), Manner::USUAL), Entrance::Full(_)));
        assert_eq!(room.remembered(), (0, 0, 0));
    }
}

fn manner(concurrent: usize, priority: Priority) -> Manner {
    Manner { concurrent, priority }
}

#[test]
fn of_those_who_wait_a_higher_priority_goes_first_and_equals_take_turns() {
    let mut room = Room::new(limits(100, 5, 1));
    assert_eq!(room.enter(&line(9, 1), Manner::USUAL), Entrance::Go);
    let low = waits(room.enter(&line(1, 1), manner(9, Priority::Low)));
    let normal = waits(room.enter(&line(2, 1), manner(9, Priority::Normal)));
    let high = waits(room.enter(&line(3, 1), manner(9, Priority::High)));
    let second = waits(room.enter(&line(3, 1), manner(9, Priority::High)));
    assert_eq!(room.leave(&line(9, 1)), [high]);
    assert_eq!(room.leave(&line(3, 1)), [second]);
    assert_eq!(room.leave(&line(3, 1)), [normal]);
    assert_eq!(room.leave(&line(2, 1)), [low]);
}

#[test]
fn a_grant_moves_ahead_when_somebody_of_a_higher_priority_waits_for_it() {
    let mut room = Room::new(limits(1, 5, 5));
    assert_eq!(room.enter(&line(9, 9), Manner::USUAL), Entrance::Go);
    let low = waits(room.enter(&line(1, 1), manner(9, Priority::Low)));
    let normal = waits(room.enter(&line(2, 2), manner(9, Priority::Normal)));
    let high = waits(room.enter(&line(3, 1), manner(9, Priority::High)));
    assert_eq!(room.leave(&line(9, 9)), [high]);
    assert_eq!(room.leave(&line(3, 1)), [normal]);
    assert_eq!(room.leave(&line(2, 2)), [low]);
}

#[test]
fn a_manifest_may_have_fewer_calls_under_way_and_another_number_holds_from_then_on() {
    let mut room = Room::new(limits(100, 3, 100));
    let one = manner(1, Priority::Normal);
    assert_eq!(room.enter(&line(1, 1), one), Entrance::Go);
    let waiting = waits(room.enter(&line(1, 1), one));
    // Raised: whoever waited still goes before the newcomer.
    let newcomer = waits(room.enter(&line(1, 1), Manner::USUAL));
    assert_eq!(room.leave(&line(1, 1)), [waiting, newcomer]);
    assert_eq!(room.enter(&line(1, 1), Manner::USUAL), Entrance::Go);
    assert!(matches!(room.enter(&line(1, 1), one), Entrance::Wait(_)), "lowered at once");
}

#[derive(Clone, Debug)]
enum Event {
    Enter(usize, usize),
    /// Index into those under way.
    Leave(usize),
    /// Index into those waiting.
    Withdraw(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => (0..4usize, 0..3usize).prop_map(|(client, grant)| Event::Enter(client, grant)),
        3 => (0..64usize).prop_map(Event::Leave),
        1 => (0..64usize).prop_map(Event::Withdraw),
    ];
    prop::collection::vec(event, 0..200)
}

/// How many calls a client's manifest lets it have under way.
fn asks(client: usize) -> usize {
    if client == 0 { 1 } else { client + 1 }
}

/// What is true, kept the slow way.
#[derive(Default)]
struct Truth {
    going: Vec<Line>,
    waiting: Vec<(Ticket, Line)>,
}

impl Truth {
    fn admit(&mut self, tickets: Vec<Ticket>) {
        for ticket in tickets {
            let at = self.waiting.iter().position(|(waiting, _)| *waiting == ticket).expect("admitted once");
            let (_, line) = self.waiting.remove(at);
            assert!(
                !self.waiting.iter().any(|(earlier, same)| *same == line && *earlier < ticket),
                "first come, first served"
            );
            self.going.push(line);
        }
    }

    fn check(&self, room: &Room) {
        let limits = room.limits;
        let mut clients: BTreeMap<&str, usize> = BTreeMap::new();
        let mut grants: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &self.going {
            *clients.entry(line.client.as_str()).or_default() += 1;
            *grants.entry(line.grant.as_str()).or_default() += 1;
        }
        assert_eq!((room.in_flight(), room.waiting()), (self.going.len(), self.waiting.len()));
        assert!(self.going.len() <= limits.gateway_in_flight);
        let most = |client: &str| {
            limits.client_in_flight.min(asks(client.strip_prefix("client-").unwrap().parse().unwrap()))
        };
        assert!(clients.iter().all(|(client, count)| *count <= most(client)));
        assert!(grants.values().all(|count| *count <= limits.grant_in_flight));
        assert!(self.waiting.len() <= limits.waiting);
        for (_, line) in &self.waiting {
            let could_go = self.going.len() < limits.gateway_in_flight
                && clients.get(line.client.as_str()).is_none_or(|count| *count < most(line.client.as_str()))
                && grants.get(line.grant.as_str()).is_none_or(|count| *count < limits.grant_in_flight);
            assert!(!could_go, "nobody waits who could go: {line:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_limits_hold_nobody_waits_in_vain_and_nothing_is_left_behind(
        gateway in 1..6usize, client in 1..4usize, grant in 1..4usize, events in events(),
    ) {
        let mut room = Room::new(limits(gateway, client, grant));
        let mut truth = Truth::default();
        for event in events {
            match event {
                Event::Enter(client, grant) => {
                    // Each client asks something else, and always the same.
                    let asked = manner(asks(client), [Priority::Low, Priority::Normal, Priority::High][client % 3]);
                    let line = line(client, grant);
                    match room.enter(&line, asked) {
                        Entrance::Go => truth.going.push(line),
                        Entrance::Wait(ticket) => truth.waiting.push((ticket, line)),
                        Entrance::Full(_) => {}
                    }
                }
                Event::Leave(index) if !truth.going.is_empty() => {
                    let line = truth.going.remove(index % truth.going.len());
                    truth.admit(room.leave(&line));
                }
                Event::Withdraw(index) if !truth.waiting.is_empty() => {
                    let (ticket, line) = truth.waiting.remove(index % truth.waiting.len());
                    assert!(room.withdraw(&line, ticket));
                    assert!(!room.withdraw(&line, ticket));
                }
                Event::Leave(_) | Event::Withdraw(_) => {}
            }
            truth.check(&room);
        }
        while let Some(line) = truth.going.pop() {
            truth.admit(room.leave(&line));
            truth.check(&room);
        }
        prop_assert!(truth.waiting.is_empty());
        prop_assert_eq!(room.remembered(), (0, 0, 0));
    }
}
