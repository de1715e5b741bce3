use super::*;

#[test]
fn an_answer_to_a_token_sent_before_counts_from_then_but_for_no_longer_than_the_leeway() {
    let at = |second: i64| Timestamp::from_second(second).unwrap();
    let (leeway, life) = (Duration::from_secs(600), Duration::from_secs(3_600));
    let secret = || Secret::new("tgx".to_owned());
    let left = |first: i64| {
        let pair = Pair { access: Some(secret()), life, ..Pair::of_refresh_token(secret(), at(10_000)) };
        pair.counted_from(at(first), leeway).remaining(at(10_000)).as_secs()
    };
    assert_eq!(left(9_900), 3_500, "as old as the first request");
    assert_eq!(left(1_000), 3_000, "a provider that was away for hours gives a new one");
    assert_eq!(left(20_000), 3_600, "the clock was set back in between");
}
