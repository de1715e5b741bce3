//! Every command of docs/changes.md, run in order as the operator it names.

use super::{Gateway, WIDENING};

/// The blocks of a page that are in this language.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let begin = format!("```{language}\n");
    page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_page_ends_as_the_page_says() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/changes.md");
    let page = std::fs::read_to_string(page).unwrap();
    let written: Vec<_> =
        blocks(&page, "toml").into_iter().filter(|block| block.contains("[operations]")).collect();
    let [manifest, more] = written[..] else { panic!("{written:?}") };
    let gateway = Gateway::start(WIDENING).await;
    gateway.write(manifest);
    std::fs::write(gateway.dir().join("more.toml"), more).unwrap();
    let (mut digest, mut run) = (String::new(), 0);
    for line in blocks(&page, "sh").iter().flat_map(|block| block.lines()) {
        let (command, expected) = line.split_once('#').unwrap_or_else(|| panic!("who runs {line:?}?"));
        let (who, code) = expected.trim().split_once(", ").unwrap();
        let command = command.replace("DIGEST", &digest);
        let args: Vec<_> = command.split_whitespace().skip(1).collect();
        let (ended, said) = gateway.run_as(who, &args);
        assert_eq!(ended.to_string(), code, "{line}: {said}");
        if ["plan", "elevate"].contains(&args[0]) {
            digest = super::digest(&said);
        }
        run += 1;
    }
    assert!(run > 10, "only {run} commands were found");
    // The settings of the page are settings.
    for block in blocks(&page, "toml").into_iter().filter(|block| block.starts_with("[approval")) {
        let file = gateway.dir().join("page.toml");
        let account = "[sites.acme]\nurl = \"https://acme.atlassian.net\"\n";
        std::fs::write(&file, format!("{account}{block}")).unwrap();
        // Whatever it says of this folder, it does not say that the settings cannot be used.
        let output = super::run(&["manifest", "check", "manifests", "--config", "page.toml"], gateway.dir());
        assert_ne!(output.status.code(), Some(6), "{block}: {}", super::printed(&output));
    }
}
