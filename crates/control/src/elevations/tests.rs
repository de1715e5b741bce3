use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn client(name: &str) -> ClientId {
    name.parse().unwrap()
}

/// One that waits from 0 to 100.
fn waiting() -> ElevationRow {
    ElevationRow {
        plan: [1; 32],
        client: client("robot"),
        account: None,
        adds: "[operations]".to_owned(),
        reason: "stuck".to_owned(),
        seconds: 50,
        asked_by: r#"{"by":"client"}"#.to_owned(),
        asked_at: at(0),
        waits_until: at(100),
        base: [2; 32],
        difference: r#"{"direction":"wider","clients":[],"unchanged":0}"#.to_owned(),
        approvals: "[]".to_owned(),
        begun_at: None,
        until: None,
        ended_at: None,
        ended_why: None,
    }
}

/// From 10 to 60.
fn begun() -> ElevationRow {
    ElevationRow { begun_at: Some(at(10)), until: Some(at(60)), ..waiting() }
}

#[test]
fn it_holds_from_the_yes_up_to_its_end_or_to_an_earlier_one() {
    let cut = ElevationRow { ended_at: Some(at(30)), ended_why: Some("ada ended it".to_owned()), ..begun() };
    for (second, whole, short) in
        [(10, true, true), (29, true, true), (30, true, false), (59, true, false), (60, false, false)]
    {
        assert_eq!((holds(&begun(), at(second)), holds(&cut, at(second))), (whole, short), "{second}");
    }
    assert!(!holds(&waiting(), at(10)));
    // What held then is asked about long after.
    assert!(held(&cut, at(29)) && !held(&cut, at(30)) && !held(&cut, at(9)));
}

#[test]
fn what_is_shown_of_it_is_how_far_it_has_come() {
    let state = |row: &ElevationRow, second| {
        let view = view(row, at(second)).unwrap();
        (view.state, view.ended_at, view.ended_why)
    };
    assert_eq!(state(&waiting(), 5), (ElevationState::Waits, None, None));
    assert_eq!(state(&begun(), 20), (ElevationState::Holds, None, None));
    // Over by its time, whether or not anybody has noted it.
    assert_eq!(state(&begun(), 60), (ElevationState::Ended, Some(at(60)), Some(ends::TIME.to_owned())));
    assert!(is_forgotten(&waiting(), at(100)) && !is_forgotten(&waiting(), at(99)));
    assert!(!is_forgotten(&begun(), at(1_000)));
    let damaged = ElevationRow { asked_by: "?".to_owned(), ..begun() };
    assert_eq!(view(&damaged, at(20)).unwrap_err().kind(), Kind::Failed);
}

#[test]
fn a_user_sees_what_concerns_their_calls_and_the_client_itself_everything() {
    let of_ada = ElevationRow { account: Some("ada".to_owned()), ..waiting() };
    for (account, of_all, own) in [(None, true, true), (Some("ada"), true, true), (Some("ben"), true, false)]
    {
        assert_eq!((is_for(&waiting(), account), is_for(&of_ada, account)), (of_all, own), "{account:?}");
    }
}

#[test]
fn each_caller_asks_for_one_thing_at_a_time_and_keeps_nobody_else_from_asking() {
    let under_way = UnderWay::default();
    let robot = client("robot");
    let place = under_way.begin(&robot, None).unwrap();
    assert_eq!(under_way.begin(&robot, None).map(drop).unwrap_err().kind(), Kind::Conflict);
    let _others =
        (under_way.begin(&robot, Some("ada")).unwrap(), under_way.begin(&client("other"), None).unwrap());
    drop(place);
    assert!(under_way.begin(&robot, None).is_ok());
}

#[test]
fn an_end_that_is_on_record_counts_until_the_store_has_it() {
    let under_way = UnderWay::default();
    let end = |why: &str| Unnoted { plan: [7; 32], at: at(1), why: why.to_owned() };
    under_way.remember(end("first"));
    under_way.remember(end("again"));
    assert!(under_way.has_ended(&[7; 32]) && !under_way.has_ended(&[8; 32]));
    let all: Vec<_> = under_way.unnoted().into_iter().map(|one| one.why).collect();
    assert_eq!(all, ["again"]);
    under_way.forget(&[7; 32]);
    assert!(!under_way.has_ended(&[7; 32]));
}
