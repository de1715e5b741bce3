use clock::Hands;
use proptest::prelude::*;

use super::*;

const HOUR: Duration = Duration::from_secs(3_600);

struct World {
    clock: Clock,
    hands: Hands,
    life: Life,
}

impl World {
    fn new() -> Self {
        let (clock, hands) = Clock::manual(Timestamp::UNIX_EPOCH);
        Self { clock, hands, life: Life::default() }
    }

    fn now(&self) -> Moment {
        Moment::now(&self.clock)
    }

    fn pass(&self, seconds: u64) {
        self.hands.advance(Duration::from_secs(seconds));
    }

    fn ask(&mut self) -> Ask {
        let now = self.now();
        self.life.ask(now)
    }

    fn succeed(&mut self, token: &'static str, life: Duration) {
        let now = self.now();
        self.life.succeeded(now, HeaderValue::from_static(token), Lifetime::new(life), 0);
    }

    fn fail(&mut self, cause: Cause) {
        let now = self.now();
        self.life.failed(now, cause, 0);
    }

    fn reject(&mut self, generation: Generation) -> Rejection {
        let now = self.now();
        self.life.rejected(now, generation)
    }

    fn used(&mut self) -> (HeaderValue, Generation, bool) {
        match self.ask() {
            Ask::Use { authorization, generation, refresh } => (authorization, generation, refresh),
            other => panic!("expected a token, got {other:?}"),
        }
    }

    fn pause(&mut self) -> Duration {
        match self.ask() {
            Ask::No(trouble) => trouble.remaining,
            other => panic!("expected no, got {other:?}"),
        }
    }
}

fn down() -> Cause {
    Cause::Unavailable { why: "it is down".to_owned(), after: None }
}

#[test]
fn only_the_first_who_asks_begins_an_attempt() {
    let mut world = World::new();
    assert!(matches!(world.ask(), Ask::Begin));
    assert!(matches!(world.ask(), Ask::Wait));
    assert!(!world.life.begin());
    world.succeed("one", HOUR);
    assert_eq!(world.used().0, "one");
}

#[test]
fn a_token_is_renewed_once_at_four_fifths_of_its_life_while_it_stays_in_use() {
    let mut world = World::new();
    world.ask();
    world.succeed("one", HOUR);
    world.pass(2_879);
    assert!(!world.used().2);
    world.pass(1);
    assert!(world.used().2);
    assert!(!world.used().2, "one refresh at a time");
    world.succeed("two", HOUR);
    assert_eq!(world.used().0, "two");
}

#[test]
fn an_expired_token_is_never_sent_even_when_the_endpoint_is_down() {
    let mut world = World::new();
    world.ask();
    world.succeed("one", HOUR);
    world.pass(3_000);
    assert!(world.used().2);
    world.fail(down());
    assert_eq!(world.used().0, "one", "degraded: it still lives");
    world.pass(3_600 - 3_000 - 30);
    assert!(matches!(world.ask(), Ask::Begin), "its last seconds are not used");
    world.fail(down());
    assert!(matches!(world.ask(), Ask::No(_)));
}

#[test]
fn a_rejected_credential_is_left_alone_for_growing_times() {
    let mut world = World::new();
    let mut pauses = Vec::new();
    for _ in 0..10 {
        assert!(matches!(world.ask(), Ask::Begin));
        world.fail(Cause::Rejected("invalid_client"));
        let pause = world.pause();
        pauses.push(pause.as_secs());
        world.hands.advance(pause.saturating_sub(Duration::from_millis(1)));
        assert!(matches!(world.ask(), Ask::No(_)));
        world.hands.advance(Duration::from_millis(1));
    }
    assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
}

#[test]
fn an_endpoint_in_trouble_is_asked_again_soon_and_a_success_forgets_the_trouble() {
    let mut world = World::new();
    for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert!(matches!(world.ask(), Ask::Begin));
        world.fail(down());
        let pause = world.pause();
        assert_eq!(pause, Duration::from_secs(expected));
        world.hands.advance(pause);
    }
    world.ask();
    world.succeed("one", HOUR);
    world.pass(3_600);
    assert!(matches!(world.ask(), Ask::Begin));
    world.fail(down());
    assert_eq!(world.pause(), Duration::from_secs(1));
}

#[test]
fn a_retry_after_is_believed_within_reason() {
    for (asked, expected) in [(0, 1), (20, 20), (u64::MAX, 300)] {
        let mut world = World::new();
        world.ask();
        world.fail(Cause::Unavailable { why: String::new(), after: Some(Duration::from_secs(asked)) });
        assert_eq!(world.pause(), Duration::from_secs(expected));
    }
}

#[test]
fn a_token_atlassian_refuses_is_dropped_once() {
    let mut world = World::new();
    world.ask();
    world.succeed("one", HOUR);
    let (_, first, _) = world.used();
    world.pass(60);
    assert_eq!(world.reject(first), Rejection::Ended);
    assert_eq!(world.reject(first), Rejection::Known, "another call with the same token");
    assert!(matches!(world.ask(), Ask::Begin));
    world.succeed("two", HOUR);
    assert_eq!(world.reject(first), Rejection::Known, "the old token's late echo does not touch the new one");
    assert_eq!(world.used().0, "two");
}

#[test]
fn a_young_token_refused_is_replaced_at_once_and_the_next_ones_after_growing_pauses() {
    let mut world = World::new();
    let mut pauses = Vec::new();
    for number in 0..11 {
        assert!(matches!(world.ask(), Ask::Begin), "{number}");
        world.succeed("young", HOUR);
        let generation = world.used().1;
        if number == 0 {
            assert_eq!(world.reject(generation), Rejection::Young);
            continue;
        }
        assert_eq!(world.reject(generation), Rejection::YoungAgain);
        assert_eq!(world.reject(generation), Rejection::Known, "counted once");
        let pause = world.pause();
        pauses.push(pause.as_secs());
        world.hands.advance(pause);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
}

#[test]
fn a_token_that_was_good_for_a_while_ends_the_row_of_refusals() {
    let mut world = World::new();
    for _ in 0..3 {
        for expected in [Rejection::Young, Rejection::YoungAgain] {
            assert!(matches!(world.ask(), Ask::Begin));
            world.succeed("young", HOUR);
            let generation = world.used().1;
            assert_eq!(world.reject(generation), expected);
        }
        world.pass(1);
        assert!(matches!(world.ask(), Ask::Begin));
        world.succeed("good", HOUR);
        world.pass(30);
        let generation = world.used().1;
        assert_eq!(world.reject(generation), Rejection::Ended);
    }
}

#[test]
fn a_calendar_that_jumps_ahead_ends_a_life_and_one_set_back_does_not_prolong_it() {
    let at =
        |tick: &Clock, second: i64| Moment { tick: tick.tick(), at: Timestamp::from_second(second).unwrap() };
    let (clock, hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let mut life = Life::default();
    life.succeeded(at(&clock, 10_000), HeaderValue::from_static("one"), Lifetime::new(HOUR), 0);
    assert!(matches!(life.ask(at(&clock, 10_000 + 3_590)), Ask::Begin), "the machine slept");
    life.succeeded(at(&clock, 10_000), HeaderValue::from_static("two"), Lifetime::new(HOUR), 0);
    hands.advance(Duration::from_secs(3_590));
    assert!(matches!(life.ask(at(&clock, 0)), Ask::Begin), "the calendar was set back");
}

#[derive(Clone, Debug)]
enum Event {
    Ask,
    Pass(u64),
    Succeed(u64),
    Reject,
    Fail(bool),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => Just(Event::Ask),
        3 => (0..2_000u64).prop_map(Event::Pass),
        2 => (1..7_200u64).prop_map(Event::Succeed),
        1 => Just(Event::Reject),
        2 => any::<bool>().prop_map(Event::Fail),
    ];
    prop::collection::vec(event, 0..120)
}

proptest! {
    #[test]
    fn whatever_happens_one_attempt_at_a_time_and_no_token_after_its_end(events in events()) {
        let mut world = World::new();
        let (mut attempts, mut expires) = (0u32, Duration::ZERO);
        let start = world.now();
        for event in events {
            let age = world.now().since(start);
            match event {
                Event::Pass(seconds) => world.pass(seconds),
                Event::Ask => match world.ask() {
                    Ask::Use { refresh, .. } => {
                        prop_assert!(age < expires);
                        attempts += u32::from(refresh);
                    }
                    Ask::Begin => attempts += 1,
                    Ask::Wait => prop_assert_eq!(attempts, 1),
                    Ask::No(trouble) => {
                        prop_assert_eq!(attempts, 0);
                        prop_assert!(!trouble.remaining.is_zero());
                    }
                },
                Event::Succeed(life) if attempts > 0 => {
                    attempts -= 1;
                    expires = age + Duration::from_secs(life);
                    world.succeed("token", Duration::from_secs(life));
                }
                Event::Fail(rejected) if attempts > 0 => {
                    attempts -= 1;
                    world.fail(if rejected { Cause::Rejected("invalid_client") } else { down() });
                }
                Event::Reject => {
                    let generation = world.life.generation;
                    world.reject(generation);
                }
                Event::Succeed(_) | Event::Fail(_) => {}
            }
            prop_assert!(attempts <= 1);
        }
    }
}

#[test]
fn a_token_taken_over_late_in_its_life_is_given_up_as_early_as_any() {
    let (clock, hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let mut life = Life::default();
    let rest = Lifetime { left: Duration::from_secs(60), whole: HOUR };
    life.succeeded(Moment::now(&clock), HeaderValue::from_static("adopted"), rest, 0);
    hands.advance(Duration::from_secs(29));
    assert!(matches!(life.ask(Moment::now(&clock)), Ask::Use { .. }));
    hands.advance(Duration::from_secs(1));
    assert!(!matches!(life.ask(Moment::now(&clock)), Ask::Use { .. }), "it is in its last half minute");
}
