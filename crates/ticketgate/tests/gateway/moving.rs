//! Grants that move from one installation to another.

use super::harness::{Running, printed, run};
use super::served::Served;

/// Two installations in front of the same stand-in; the first holds its service account.
async fn two() -> ((Served, Running), (Served, Running)) {
    let (here, gateway) = Served::start().await;
    let mut there = Served::prepare().await;
    let settings = std::fs::read(here.dir.path().join("ticketgate.toml")).unwrap();
    std::fs::write(there.dir.path().join("ticketgate.toml"), settings).unwrap();
    let mut other = there.serve();
    there.until_alive(&mut other).await;
    ((here, gateway), (there, other))
}

fn public(served: &Served) -> String {
    served.command(&["keys", "public"]).trim().to_owned()
}

fn records(served: &Served, action: &str) -> usize {
    served.command(&["audit", "export"]).lines().filter(|line| line.contains(action)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_moves_to_the_installation_it_was_sealed_to_and_works_there() {
    let ((here, _gateway), (there, _other)) = two().await;
    let file = there.dir.path().join("grants.txt");
    let (name, to) = (file.to_str().unwrap(), public(&there));
    let said = here.command(&["grant", "export", "standin", "--to", &to, "--out", name]);
    assert!(said.contains("must be removed here"), "{said}");
    let text = std::fs::read_to_string(&file).unwrap();
    let secret = std::fs::read_to_string(here.dir.path().join("upstream-secret")).unwrap();
    assert!(text.contains("standin") && !text.contains(&secret), "{text}");

    let said = there.command(&["grant", "import", name]);
    assert!(said.starts_with("Added standin"), "{said}");
    there.command(&["grant", "check", "standin"]);
    let said = there.command(&["grant", "import", name]);
    assert!(said.starts_with("Replaced the credential of standin"), "{said}");
    assert_eq!((records(&here, "grant export"), records(&there, "grant import")), (1, 2));

    // The file is for a key: it opens after a rotation, and not once that key is dropped.
    let old: serde_json::Value = serde_json::from_str(&there.command(&["keys", "list", "--json"])).unwrap();
    there.command(&["keys", "rotate"]);
    assert_ne!(public(&there), to);
    there.command(&["grant", "import", name]);
    there.command(&["keys", "drop", old["keys"][0]["key"].as_str().unwrap(), "--yes"]);
    let refused = run(&["grant", "import", name], there.dir.path());
    assert_eq!(refused.status.code(), Some(5), "{}", printed(&refused));
    there.command(&["grant", "check", "standin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_wrong_in_part_is_refused_as_a_whole() {
    let ((here, _gateway), (there, _other)) = two().await;
    let token = here.dir.path().join("token");
    std::fs::write(&token, "abc").unwrap();
    let add =
        ["grant", "add", "another", "--kind", "api-token", "--email", "a@example.com", "--site", "demo"];
    here.command(&[add.as_slice(), &["--secret-file", token.to_str().unwrap()]].concat());
    let text = here.command(&["grant", "export", "another", "standin", "--to", &public(&there)]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    let wrong = [
        text.replace("\"standin\"", "\"renamed\""),
        text.replace("/oauth/token", "/elsewhere"),
        text.replace("[\"demo\"]", "[\"other\"]"),
        text.replace(&public(&there), &public(&here)),
        format!("{}\n{}\n", lines[0].replace(" 2", " 1"), lines[1]),
        format!("{}\n{}\n", lines[0], lines[1]),
        text.trim_end().to_owned(),
        String::new(),
    ];
    let file = there.dir.path().join("wrong.txt");
    for text in wrong {
        std::fs::write(&file, &text).unwrap();
        let output = run(&["grant", "import", file.to_str().unwrap()], there.dir.path());
        assert_eq!(output.status.code(), Some(5), "{text}{}", printed(&output));
    }
    // Sealed to somebody else.
    let own = here.command(&["grant", "export", "standin", "--to", &public(&here)]);
    std::fs::write(&file, own).unwrap();
    let output = run(&["grant", "import", file.to_str().unwrap()], there.dir.path());
    assert_eq!(output.status.code(), Some(5), "{}", printed(&output));
    assert!(there.command(&["grant", "list"]).starts_with("No grants yet"));
    assert_eq!(records(&there, "grant import"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_for_a_site_there_is_not_is_refused_and_one_that_moves_for_good_is_removed() {
    let ((here, _gateway), (mut there, mut other)) = two().await;
    let file = there.dir.path().join("grants.txt");
    let name = file.to_str().unwrap();
    let to = public(&there);
    let nowhere = run(&["grant", "export", "standin", "--to", &to, "--remove"], here.dir.path());
    assert_eq!(nowhere.status.code(), Some(2), "not without a file: {}", printed(&nowhere));
    here.command(&["grant", "export", "standin", "--to", &to, "--out", name, "--remove"]);
    assert!(here.command(&["grant", "list"]).starts_with("No grants yet"));
    let again = run(&["grant", "export", "standin", "--to", &to, "--out", name], here.dir.path());
    assert!(printed(&again).contains("exists"), "{}", printed(&again));

    other.stop();
    let settings = there.dir.path().join("ticketgate.toml");
    let with_demo = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, with_demo.replace("[sites.demo]", "[sites.elsewhere]")).unwrap();
    let manifest = there.dir.path().join("manifests/robot.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("site = \"demo\"", "site = \"elsewhere\"")).unwrap();
    let mut other = there.serve();
    there.until_alive(&mut other).await;
    let refused = run(&["grant", "import", name], there.dir.path());
    assert!(printed(&refused).contains("no site demo"), "{}", printed(&refused));
    other.stop();
    std::fs::write(&settings, with_demo).unwrap();
    std::fs::write(&manifest, text).unwrap();
    let mut other = there.serve();
    there.until_alive(&mut other).await;
    there.command(&["grant", "import", name]);
    there.command(&["grant", "check", "standin"]);
}
