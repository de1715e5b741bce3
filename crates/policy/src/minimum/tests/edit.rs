use super::*;

#[test]
fn a_list_on_one_line_stays_on_one_line() {
    for (before, scopes, after) in [
        ("scopes = [\"a\", \"b\", \"c\"] # why\n", vec!["a", "c"], "scopes = [\"a\", \"c\"] # why\n"),
        ("scopes = [\"a\", \"b\", \"c\"]\n", vec!["b", "c"], "scopes = [\"b\", \"c\"]\n"),
        ("scopes = [\"a\", \"b\"]\n", vec!["a"], "scopes = [\"a\"]\n"),
        ("scopes = [ \"a\", \"b\" ]\n", vec!["b", "x"], "scopes = [ \"b\", \"x\" ]\n"),
        ("scopes = [\"a\"]\n", vec![], "scopes = []\n"),
        ("scopes = []\n", vec!["a", "b"], "scopes = [\"a\", \"b\"]\n"),
        ("scopes = ['a', \"a\"]\n", vec!["a"], "scopes = ['a']\n"),
    ] {
        assert_eq!(with_scopes(before, scopes).as_deref(), Ok(after), "{before}");
    }
}

#[test]
fn comments_stay_with_what_they_are_about() {
    let text = "# The release robot.\nowner = \"team\"   # ask them first\n\nscopes = [\n  # Jira\n  \"read:jira-work\", # reads issues\n  \"write:jira-work\", # moves them\n  # Confluence\n  \"read:page:confluence\", # the notes\n]\n\n[operations]\neffects = [\"read\"] # all of them\n";
    let of_b = "scopes = [\n  \"a\", # first\n  \"b\" # last\n]\n";
    let edits: [(&str, &[&str]); 6] = [
        (text, &["read:jira-work", "read:page:confluence"]),
        (text, &["write:jira-work", "read:jira-user", "read:me"]),
        (text, &["read:me"]),
        (text, &[]),
        (of_b, &["a"]),
        (of_b, &["a", "c"]),
    ];
    let mut told = String::new();
    for (text, scopes) in edits {
        let after = with_scopes(text, scopes.iter().copied()).unwrap();
        told += &format!("--- {}\n{after}\n", scopes.join(" "));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_cannot_be_changed_is_said() {
    assert_eq!(with_scopes("owner = \"team\"\n", ["a"]), Err(NotEdited::NoList));
    assert_eq!(with_scopes("scopes = \"a\"\n", ["a"]), Err(NotEdited::NoList));
    assert!(matches!(with_scopes("scopes = [\n", ["a"]), Err(NotEdited::Syntax(_))));
}

#[test]
fn lines_that_end_as_on_windows_still_do() {
    let text = "owner = \"team\"\r\nscopes = [\r\n  \"a\", # first\r\n  \"b\",\r\n]\r\n";
    let after = with_scopes(text, ["a"]).unwrap();
    assert_eq!(after, "owner = \"team\"\r\nscopes = [\r\n  \"a\", # first\r\n]\r\n");
    // Lines that end both ways stay as they are outside of the list.
    let mixed = "owner = \"team\"\r\nscopes = [\n  \"a\",\n  \"b\",\n]\nsite = \"demo\"\r\n";
    let after = with_scopes(mixed, ["a"]).unwrap();
    assert_eq!(after, "owner = \"team\"\r\nscopes = [\n  \"a\",\n]\nsite = \"demo\"\r\n");
}

proptest::proptest! {
    #[test]
    fn any_text_is_changed_or_refused(text in "(scopes = \\[)?([\\[\\]a\"',#\n =]{0,40})", scopes in proptest::collection::vec("[a-c]", 0..3)) {
        if let Ok(after) = with_scopes(&text, scopes.iter().map(String::as_str)) {
            let read: toml::Table = after.parse().unwrap_or_else(|error| panic!("{error}\n{text}\n{after}"));
            let all = read["scopes"].as_array().unwrap();
            proptest::prop_assert!(all.iter().all(|one| scopes.iter().any(|name| one.as_str() == Some(name))), "{}", after);
        }
    }

    #[test]
    fn whatever_is_written_says_what_was_asked_and_nothing_else_changes(
        lines in proptest::collection::vec(("[ -~]{0,12}", "[a-e]", "[ -~]{0,12}"), 0..6),
        many in proptest::bool::ANY,
        comma in proptest::bool::ANY,
        wanted in proptest::collection::btree_set("[a-h]", 0..6),
    ) {
        let mut text = String::from("owner = \"team\" # who\nscopes = [");
        for (index, (above, name, behind)) in lines.iter().enumerate() {
            let end = if index + 1 == lines.len() && !comma { "" } else { "," };
            if many {
                text.push_str(&format!("\n  # {above}\n  {name:?}{end} # {behind}"));
            } else {
                text.push_str(&format!("{name:?}{end} "));
            }
        }
        text.push_str(if many { "\n] # end\n[operations]\nids = [ \"x\" ]\n" } else { "] # end\n[operations]\nids = [ \"x\" ]\n" });
        let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let after = with_scopes(&text, names).unwrap();
        let read: toml::Table = after.parse().unwrap_or_else(|error| panic!("{error}\n{text}\n{after}"));
        let list: std::collections::BTreeSet<String> =
            read["scopes"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
        proptest::prop_assert_eq!(list, wanted);
        proptest::prop_assert!(after.starts_with("owner = \"team\" # who\nscopes = ["), "{}", after);
        proptest::prop_assert!(after.ends_with("] # end\n[operations]\nids = [ \"x\" ]\n"), "{}", after);
        if many {
            for (above, _, _) in &lines {
                let own_line = format!("  # {above}\n");
                let own_line = own_line.as_str();
                proptest::prop_assert!(after.contains(own_line), "{:?}\n{}\n{}", own_line, text, after);
            }
        }
    }
}
