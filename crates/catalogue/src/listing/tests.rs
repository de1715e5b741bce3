use proptest::prelude::*;

use super::*;

#[test]
fn a_listing_says_where_what_by_which_name_and_what_counts() {
    let listing: Listing = "values[]=project@location.projectId?;total,size".parse().unwrap();
    assert_eq!(&*listing.way, "values[]");
    assert_eq!(listing.kind, Kind::Project);
    assert_eq!(&*listing.names, "location.projectId");
    assert!(listing.optional);
    assert_eq!(listing.totals, ["total".into(), "size".into()].into());
}

#[test]
fn the_whole_answer_has_an_empty_way() {
    let listing: Listing = ".=space@spaceId".parse().unwrap();
    assert_eq!((&*listing.way, listing.optional, listing.totals.len()), ("", false, 0));
    assert_eq!(listing.to_string(), ".=space@spaceId");
}

#[test]
fn what_is_no_listing_is_refused() {
    for text in [
        "",
        "values[]",
        "values[]=",
        "values[]=thing",
        "=project",
        "values[]=project@",
        "a..b=project",
        "a=project;",
        "a=project;total,",
        "a b=project",
        "a=project@b@c",
        "a=project@b??",
    ] {
        assert_eq!(text.parse::<Listing>(), Err(UnknownWord), "{text}");
    }
}

fn a_way() -> impl Strategy<Value = String> {
    prop::collection::vec("([a-zA-Z_-]{1,6}|\\*)(\\[\\]){0,2}", 1..4).prop_map(|steps| steps.join("."))
}

proptest! {
    #[test]
    fn reading_never_panics_and_what_is_read_is_written_the_same(text in "\\PC{0,40}") {
        if let Ok(listing) = text.parse::<Listing>() {
            prop_assert_eq!(listing.to_string(), text);
        }
    }

    #[test]
    fn what_is_written_reads_the_same(
        way in a_way(), kind in prop::sample::select(Kind::ALL), names in prop::option::of(a_way()),
        optional: bool, totals in prop::collection::vec(a_way(), 0..3),
    ) {
        let totals = totals.into_iter().map(String::into_boxed_str).collect();
        let names = names.unwrap_or_default().into();
        let listing = Listing { way: way.into(), kind, names, optional, totals };
        prop_assert_eq!(listing.to_string().parse(), Ok(listing));
    }
}
