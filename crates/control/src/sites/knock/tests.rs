use super::*;

fn standing(status: u16, body: &str) -> Standing {
    read(StatusCode::from_u16(status).unwrap(), body.as_bytes()).0
}

#[test]
fn only_a_site_that_says_so_is_running() {
    assert_eq!(standing(200, r#"{"state":"RUNNING"}"#), Standing::Running);
    assert_eq!(standing(503, r#"{"state":"RUNNING"}"#), Standing::Troubled);
    for state in ["STARTING", "MAINTENANCE", "ERROR", "FIRST_RUN"] {
        let (standing, words) = read(StatusCode::OK, format!(r#"{{"state":"{state}"}}"#).as_bytes());
        assert_eq!(standing, Standing::Troubled);
        assert!(words.contains(state), "{words}");
    }
    assert_eq!(standing(502, "<html>Bad Gateway</html>"), Standing::Troubled);
}

#[test]
fn a_login_page_or_a_hidden_status_is_no_proof_of_trouble() {
    for status in [200, 302, 401, 404] {
        assert_eq!(standing(status, "<html>Log in</html>"), Standing::Unsaid, "{status}");
    }
}

#[test]
fn a_state_from_outside_cannot_steer_a_terminal() {
    let (_, words) = read(StatusCode::OK, b"{\"state\":\"\\u001b[2J\"}");
    assert!(!words.contains('\u{1b}'), "{words:?}");
}
