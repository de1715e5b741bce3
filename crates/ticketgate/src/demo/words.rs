//! What the demo says.

use std::fmt::Write as _;

use super::calls::{ISSUE, Said, Seen};
use super::{Data, Story};

/// How wide an answer's words are shown.
const WIDTH: usize = 100;

/// The whole page: where everything is, what just happened, what to try next.
pub(super) fn page(story: &Story<'_>, seen: &Seen) -> String {
    let (gateway, data) = (&story.url, story.data.path());
    let end = match story.data {
        Data::Named(_) => "stays there",
        Data::Temporary(_) => "removed at the end",
    };
    let mut page = format!(
        "ticketgate demo\n\n  \
         gateway             {gateway}\n  \
         stand-in Atlassian  {}   (an imitation in this process; nothing leaves this machine)\n  \
         data                {} ({end})\n\n\
         Three programs share one Jira. Each has a credential and a manifest of its own:\n\n",
        story.standin.origin(),
        data.display()
    );
    for ((client, secret), (_, purpose)) in story.secrets.iter().zip(super::CLIENTS) {
        let _ = writeln!(page, "  {:<21} {}   {purpose}", client.as_str(), secret.open());
    }
    page.push_str("\nWhat just happened:\n\n");
    happened(&mut page, "permitted", &seen.permitted);
    happened(&mut page, "refused", &seen.refused);
    next(&mut page, story);
    page.push_str(
        "\nFor partner-integrations there is the project REL and nothing else: an issue of another project answers as if there\n\
         were none. Look at its manifest.\n\nCtrl-C ends the demo.",
    );
    page
}

fn happened(page: &mut String, what: &str, said: &Said) {
    let (client, method, status) = (said.client.as_str(), said.method.as_str(), said.status.as_u16());
    let _ = writeln!(page, "  {what:<10} {client:<19} {method:<6} {ISSUE}  ->  {status}");
    for line in wrapped(&said.words, WIDTH) {
        let _ = writeln!(page, "             {line}");
    }
    let _ = writeln!(page, "             request {}", said.request_id);
}

/// Lines of whole words, each at most `width` characters unless one word is longer.
fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Lines to paste into another terminal.
fn next(page: &mut String, story: &Story<'_>) {
    let gateway = &story.url;
    let [(release, release_secret), (analytics, analytics_secret), ..] = story.secrets.as_slice() else {
        return;
    };
    let _ = write!(
        page,
        "\nTry next, in another terminal:\n\n  \
         # read an issue\n  \
         curl -u {analytics}:{0} {gateway}/rest/api/3/issue/REL-2\n  \
         # be refused, and told why\n  \
         curl -u {analytics}:{0} -X DELETE {gateway}/rest/api/3/issue/REL-2\n  \
         # look at what happened\n  \
         {3} audit tail --data-dir {2}\n\n  \
         # Python: pip install jira\n  \
         from jira import JIRA\n  \
         jira = JIRA(\"{gateway}\", basic_auth=(\"{release}\", \"{1}\"))\n  \
         print(jira.issue(\"REL-1\").fields.summary)\n  \
         jira.add_comment(\"REL-1\", \"Shipped.\")\n",
        analytics_secret.open(),
        release_secret.open(),
        story.data.path().display(),
        this_program()
    );
}

/// How this program is called: by its path, because whoever runs the demo has not installed it.
fn this_program() -> String {
    std::env::current_exe().map_or_else(|_| "ticketgate".to_owned(), |path| path.display().to_string())
}
