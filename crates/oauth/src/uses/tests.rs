use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn uses_are_counted_once_and_the_last_one_is_remembered() {
    let uses = Uses::default();
    assert_eq!((uses.take(), uses.last_at()), (None, None));
    let (near, far) = ("192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap());
    uses.note(at(10), near);
    uses.note(at(12), far);
    let noted = uses.take().unwrap();
    assert_eq!(noted, Noted { times: 2, last_at: at(12), last_from: Some(far) });
    assert_eq!(uses.take(), None);
    assert_eq!(uses.last_at(), Some(at(12)));
}

#[test]
fn what_could_not_be_written_down_is_counted_again() {
    let uses = Uses::default();
    uses.note(at(10), "192.0.2.1".parse().unwrap());
    let noted = uses.take().unwrap();
    uses.give_back(noted);
    uses.note(at(11), "192.0.2.1".parse().unwrap());
    assert_eq!(uses.take().unwrap().times, 2);
}
