use super::*;
use proptest::prelude::*;

#[test]
fn names_and_values_are_read_with_their_escapes_undone() {
    let read = Parameters::read("jql=project+%3D+REL&%6aql=b&empty&=nameless&x=a=b;c").unwrap();
    assert_eq!(read.values("jql").collect::<Vec<_>>(), ["project = REL", "b"]);
    assert_eq!(read.values("x").collect::<Vec<_>>(), ["a=b;c"]);
    assert!(read.has("empty"));
    assert_eq!(Parameters::read("jql=%FF"), None);
}

#[test]
fn what_is_set_is_there_once() {
    let mut read = Parameters::read("a=1&jql=x&b=2&jql=y").unwrap();
    read.set("jql", "project = \"A&B\" + 1");
    read.set("new", "\u{e9}");
    assert_eq!(read.write(), "a=1&jql=project%20%3D%20%22A%26B%22%20%2B%201&b=2&new=%C3%A9");
    read.remove("jql");
    assert_eq!(read.write(), "a=1&b=2&new=%C3%A9");
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(pairs in proptest::collection::vec((any::<String>(), any::<String>()), 0..8)) {
        let pairs: Vec<_> = pairs.into_iter().filter(|(name, value)| !(name.is_empty() && value.is_empty())).collect();
        let query = Parameters(pairs.iter().map(|(name, value)| (name.into(), value.into())).collect());
        let written = query.write();
        prop_assert_eq!(Parameters::read(&written).unwrap(), query);
    }
}
