use super::*;

#[test]
fn a_day_is_printed_as_it_was_written() {
    for text in ["2025-05-01", "2024-02-29", "0001-12-31"] {
        assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_no_day_is_refused() {
    for text in
        ["", "2025-5-1", "2025-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "+025-04-01", "2025-04-01x"]
    {
        assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
    }
}

#[test]
fn days_are_in_the_order_of_the_calendar() {
    let day = |text: &str| text.parse::<Date>().unwrap();
    assert!(day("2024-12-31") < day("2025-01-01") && day("2025-01-31") < day("2025-02-01"));
}
