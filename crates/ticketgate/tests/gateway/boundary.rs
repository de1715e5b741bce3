//! What clients with boundaries may see and do: a table written by hand, tried line by line at a running demo.
//!
//! `boundary/manifests/` holds one client a file, `boundary/cases/` the table, one topic a file; how a line is written stands in
//! `boundary/case.rs`. Beside what its line expects, *every* answer is searched for whatever lies outside the client's boundary:
//! keys, ids, summaries, names, as the stand-in's own data have them.

mod case;
mod outside;
mod stage;

use std::time::Duration;

use case::Case;
use stage::Stage;

/// How many cases there are at least. Only ever more.
const LEAST: usize = 300;

const TABLE: [(&str, &str); 8] = [
    ("read", include_str!("boundary/cases/read.txt")),
    ("queries", include_str!("boundary/cases/queries.txt")),
    ("lists", include_str!("boundary/cases/lists.txt")),
    ("write", include_str!("boundary/cases/write.txt")),
    ("agile", include_str!("boundary/cases/agile.txt")),
    ("service_desk", include_str!("boundary/cases/service_desk.txt")),
    ("confluence", include_str!("boundary/cases/confluence.txt")),
    ("rules", include_str!("boundary/cases/rules.txt")),
];

/// Every file has a world of its own, so that what one changes is no other's matter.
async fn hold(file: &str) {
    let (_, text) = TABLE.iter().find(|(name, _)| *name == file).unwrap();
    let cases = Case::read(file, text);
    let mut stage = Stage::set().await;
    let mut wrong = Vec::new();
    for case in &cases {
        for complaint in stage.play(case).await {
            wrong.push(format!("{}\n    {}\n    {complaint}", case.at, case.text));
        }
    }
    let list = wrong.join("\n\n");
    assert!(wrong.is_empty(), "{} of {} cases of {file}:\n\n{list}\n", wrong.len(), cases.len());
}

macro_rules! files {
    ($($test:ident = $file:literal;)+) => {
        $(#[tokio::test]
        async fn $test() {
            hold($file).await;
        })+
    };
}

files! {
    what_is_read_lies_inside = "read";
    queries_find_what_lies_inside = "queries";
    lists_tell_and_count_what_lies_inside = "lists";
    what_is_changed_lies_inside_before_and_after = "write";
    boards_and_sprints_reach_no_further = "agile";
    the_service_desk_reaches_no_further = "service_desk";
    confluence_reaches_no_further = "confluence";
    what_a_manifest_says_about_fields_and_the_like_holds = "rules";
}

/// The longest time for which an issue that was moved past the gateway is taken for what it was, and some more for a slow machine.
const STALE: Duration = Duration::from_secs(8);

#[tokio::test]
async fn what_moves_past_the_gateway_is_moved_for_the_client_within_seconds() {
    let mut stage = Stage::set().await;
    let text = "[bugs]\nGET /rest/api/3/issue/REL-4 => 200\n\
                direct PUT /rest/api/3/issue/REL-4 {\"fields\":{\"issuetype\":{\"name\":\"Task\"}}} => lacks error\n\
                GET /rest/api/3/issue/REL-4 => 404\n";
    let cases = Case::read("moved", text);
    let (before, after) = cases.split_at(2);
    for case in before {
        assert!(stage.play(case).await.is_empty(), "{case:?}");
    }
    let gone = async {
        while !stage.play(&after[0]).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(STALE, gone).await.expect("it is still seen");
}

#[tokio::test]
async fn a_token_that_ended_early_is_replaced_when_a_question_about_where_something_lies_learns_of_it_first()
{
    let ended = "[rel]\nGET /rest/api/3/issue/REL-4 => 200\n\
                 direct POST /standin/revoke-access-tokens {} => lacks error\n";
    let upload = "POST /rest/api/3/issue/REL-6/attachments <X-Atlassian-Token: no-check> \
                  <Content-Type: multipart/form-data; boundary=b> --b\\r\\nContent-Disposition: form-data; \
                  name=\"file\"; filename=\"a.txt\"\\r\\n\\r\\n$(long 300000)\\r\\n--b-- => 200\n";
    // The first is named, and so looked up; of the second the body passes, and could not be sent again; of the third nothing is
    // looked up before its answer is there.
    let search = "GET /rest/api/3/project/search => has REL\n";
    for after in ["GET /rest/api/3/issue/REL-5 => 200\n", upload, search] {
        let mut stage = Stage::set().await;
        for case in Case::read("ended", &format!("{ended}{after}")) {
            let wrong = stage.play(&case).await;
            assert!(wrong.is_empty(), "{}: {wrong:?}", case.text);
        }
    }
}

#[test]
fn the_table_is_large() {
    let count: usize = TABLE.iter().map(|(file, text)| Case::read(file, text).len()).sum();
    assert!(count >= LEAST, "{count} cases");
}
