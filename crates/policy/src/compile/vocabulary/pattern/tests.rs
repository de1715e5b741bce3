use super::*;

#[test]
fn a_star_is_one_segment_and_two_are_one_or_more_at_the_end() {
    let all = [
        "/rest/api/3/issue",
        "/rest/api/3/issue/{id}",
        "/rest/api/3/issue/{id}/comment",
        "/rest/api/3/issue/bulk",
        "/rest/api/3/issuetype/{id}",
    ];
    let like = |word: &str| -> Vec<usize> {
        let pattern = Pattern::parse(word).unwrap();
        (0..)
            .zip(all)
            .filter(|(_, path)| pattern.matches(Verb::Get, path))
            .map(|(number, _)| number)
            .collect()
    };
    assert_eq!(like("/rest/api/3/issue"), [0]);
    assert_eq!(like("/rest/api/3/issue/*"), [1, 3]);
    assert_eq!(like("/rest/api/3/issue/**"), [1, 2, 3]);
    assert_eq!(like("GET /rest/api/3/issue/{id}"), [1]);
    assert_eq!(like("/rest/api/*/issue/*/comment"), [2]);
    assert_eq!(like("POST /rest/api/3/issue/**"), [] as [usize; 0]);
    assert_eq!(like("/rest/api/3/issue/REL-1"), [] as [usize; 0]);
    assert_eq!(like("/**").len(), all.len());
}

#[test]
fn what_could_be_read_in_two_ways_is_no_pattern() {
    for word in
        ["", "rest/api", "/rest/**/issue", "/rest/iss*", "/rest//issue", "/rest/", "FETCH /rest", "/a/***"]
    {
        assert!(Pattern::parse(word).is_none(), "{word}");
    }
}
