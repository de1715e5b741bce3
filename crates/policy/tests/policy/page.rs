//! `docs/manifest.md` is true: every example goes through the real parser, every table is made from the code.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use policy::{
    DIAGNOSTICS, Diagnostic, DiagnosticCode, ManifestFile, ManifestSet, Severity, Verdict, compile, limits,
    render_human,
};
use serde_json::Value;

use crate::world::{CATALOGUE, demo, known};

const PAGE: &str = include_str!("../../../../docs/manifest.md");

/// The fenced blocks of the page: what stands after the fence, and the text.
fn blocks() -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language, text.join("\n") + "\n"));
        }
    }
    blocks
}

/// The examples: manifests, fragments by name, and guardrails.
struct Examples {
    manifests: Vec<String>,
    fragments: Vec<ManifestFile>,
    guardrails: Vec<String>,
}

fn examples() -> Examples {
    let mut examples = Examples { manifests: Vec::new(), fragments: Vec::new(), guardrails: Vec::new() };
    for (language, text) in blocks() {
        match language.split_once(',') {
            _ if language == "toml" => examples.manifests.push(text),
            Some(("toml", "guardrails")) => examples.guardrails.push(text),
            Some(("toml", kind)) => {
                let Some(name) = kind.strip_prefix("fragment=") else { continue };
                examples.fragments.push(ManifestFile::new(format!("shared/{name}.toml"), text));
            }
            _ => {}
        }
    }
    examples
}

fn set(manifest: &str, guardrails: Option<&str>) -> ManifestSet {
    ManifestSet {
        manifests: vec![ManifestFile::new("manifests/example.toml", manifest)],
        fragments: examples().fragments,
        guardrails: guardrails.map(|text| ManifestFile::new("guardrails.toml", text)),
    }
}

fn said(set: &ManifestSet) -> Vec<Diagnostic> {
    match compile(set, &CATALOGUE, &known()) {
        Ok(compiled) => compiled.warnings,
        Err(all) => all,
    }
}

#[test]
fn every_example_of_the_page_is_a_manifest_without_a_single_remark() {
    let Examples { manifests, fragments, guardrails } = examples();
    assert!(manifests.len() >= 20 && fragments.len() == 2 && guardrails.len() == 1);
    for text in manifests {
        let set = set(&text, None);
        // To be observed is meant, and warned of all the same.
        let mut said = said(&set);
        let observed = text.contains("observe = true");
        said.retain(|one| !(observed && one.code == DiagnosticCode::Observes));
        assert_eq!(Verdict::of(&said), Verdict::Clean, "{}", render_human(&said, set.files()));
    }
}

#[test]
fn the_guardrails_of_the_page_hold_for_its_examples() {
    let Examples { manifests, guardrails, .. } = examples();
    let (mut held, mut broken) = (0, 0);
    for text in manifests {
        let set = set(&text, Some(&guardrails[0]));
        let said = said(&set);
        if text.contains("\nexpires = ") {
            assert!(Verdict::of(&said).publishable(), "{}", render_human(&said, set.files()));
            held += 1;
        } else {
            let guardrail = said.iter().filter(|one| one.code == DiagnosticCode::Guardrail).count();
            assert_eq!(guardrail, 1, "{}", render_human(&said, set.files()));
            broken += 1;
        }
    }
    assert!(held >= 2 && broken >= 15, "{held} {broken}");
}

/// Every path of keys a schema knows: `operations.deny.ids`.
fn keys_of(schema: &Value, above: &str, out: &mut BTreeSet<String>) {
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        out.insert(format!("{above}{name}"));
        keys_of(inner, &format!("{above}{name}."), out);
        keys_of(&inner["items"], &format!("{above}{name}."), out);
    }
}

/// Every path of keys a file has.
fn written(value: &toml::Value, above: &str, out: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (name, inner) in table {
                out.insert(format!("{above}{name}"));
                written(inner, &format!("{above}{name}."), out);
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| written(item, above, out)),
        _ => {}
    }
}

fn schemas() -> [Value; 3] {
    [policy::manifest_schema(), policy::fragment_schema(), policy::guardrails_schema()]
        .map(|text| serde_json::from_str(&text).unwrap())
}

fn parsed(text: &str) -> toml::Value {
    toml::Value::Table(text.parse().unwrap())
}

#[test]
fn every_key_of_the_language_stands_in_an_example() {
    let Examples { manifests, guardrails, .. } = examples();
    let [manifest, _, guardrail] = schemas();
    for (schema, texts) in [(manifest, manifests), (guardrail, guardrails)] {
        let (mut known, mut shown) = (BTreeSet::new(), BTreeSet::new());
        keys_of(&schema, "", &mut known);
        texts.iter().for_each(|text| written(&parsed(text), "", &mut shown));
        assert!(known.len() > 20, "{known:?}");
        let missing: Vec<_> = known.difference(&shown).collect();
        assert!(missing.is_empty(), "no example has {missing:?}");
    }
}

/// TOML as editors check it: dates are texts.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(name, value)| (name.clone(), as_json(value))).collect())
        }
        other => serde_json::to_value(other).unwrap(),
    }
}

#[test]
fn the_schemas_take_every_example_and_the_demo_and_refuse_the_mistakes() {
    let [manifest, fragment, guardrail] = schemas();
    let validator = |schema: &Value| {
        assert!(jsonschema::meta::is_valid(schema));
        jsonschema::validator_for(schema).unwrap()
    };
    let (manifest, fragment, guardrail) = (validator(&manifest), validator(&fragment), validator(&guardrail));
    let takes = |validator: &jsonschema::Validator, text: &str| {
        let value = as_json(&parsed(text));
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in\n{text}");
    };
    let Examples { manifests, fragments, guardrails } = examples();
    manifests.iter().for_each(|text| takes(&manifest, text));
    fragments.iter().for_each(|file| takes(&fragment, &file.text));
    guardrails.iter().for_each(|text| takes(&guardrail, text));
    demo().iter().for_each(|file| takes(&manifest, &file.text));

    let mistakes: Vec<_> = blocks().into_iter().filter(|(language, _)| *language == "toml,fails").collect();
    assert!(!mistakes.is_empty());
    for (_, text) in mistakes {
        assert!(!manifest.is_valid(&as_json(&parsed(&text))), "{text}");
    }
    // What the parser has no key for, the schema has none for, in every table.
    for (validator, texts) in [(&manifest, &manifests), (&guardrail, &guardrails)] {
        for text in texts {
            let good = as_json(&parsed(text));
            for table in good.as_object().unwrap().iter().filter(|(_, value)| value.is_object()) {
                let mut bad = good.clone();
                bad[table.0]["nonsense"] = Value::Bool(true);
                assert!(!validator.is_valid(&bad), "{} in {text}", table.0);
            }
        }
    }
}

#[test]
fn every_mistake_of_the_page_sounds_as_the_page_says() {
    let blocks = blocks();
    let mut seen = 0;
    for pair in blocks.windows(2).filter(|pair| pair[0].0 == "toml,fails") {
        let set = set(&pair[0].1, None);
        let said = said(&set);
        assert_eq!(Verdict::of(&said), Verdict::Errors);
        assert_eq!(pair[1].0, "text");
        assert_eq!(pair[1].1.trim(), render_human(&said, set.files()).trim());
        seen += 1;
    }
    assert_eq!(seen, 1);
}

/// The parts of the page that are made from the code, by their marks.
fn made() -> Vec<(String, String)> {
    let table = |severity: Severity| {
        let mut table = String::from("| code | means |\n|---|---|\n");
        for entry in DIAGNOSTICS.iter().filter(|entry| entry.severity == severity) {
            writeln!(table, "| `{}` | {} |", entry.name, entry.meaning).unwrap();
        }
        table
    };
    let mut limits = String::from("| what | at most |\n|---|---|\n");
    for (what, most) in [
        ("manifests", limits::MANIFESTS),
        ("fragments", limits::FRAGMENTS),
        ("bytes in a manifest", limits::FILE_BYTES),
        ("entries in a list, with those of fragments", limits::LIST_ENTRIES),
        ("sites of a manifest", limits::SITES),
        ("`[[transitions]]` of a manifest", limits::TRANSITIONS),
        ("fragments a manifest builds on", limits::EXTENDS),
        ("steps from a manifest to a fragment", limits::DEPTH),
        ("bytes in a text", limits::TEXT_BYTES),
        ("bytes in `jql`", limits::JQL_BYTES),
        ("diagnostics shown for a file", limits::DIAGNOSTICS_PER_FILE),
        ("diagnostics shown for all files", limits::DIAGNOSTICS),
    ] {
        writeln!(limits, "| {what} | {most} |").unwrap();
    }
    let fixed =
        [("errors", table(Severity::Error)), ("warnings", table(Severity::Warning)), ("limits", limits)];
    let tables = [
        "manifest",
        "operations",
        "hours",
        "projects",
        "issues",
        "fields",
        "transitions",
        "comments",
        "attachments",
        "limits",
        "guardrails",
    ];
    let keys = tables.map(|name| (format!("keys of {name}"), policy::key_table(name).unwrap()));
    fixed.map(|(name, text)| (name.to_owned(), text)).into_iter().chain(keys).collect()
}

/// `TICKETGATE_BLESS=1` writes them instead.
#[test]
fn the_pages_tables_are_the_code() {
    let mut page = PAGE.to_owned();
    for (name, expected) in made() {
        let start = format!("<!-- {name}: made from the code, compared by a test -->\n");
        let (before, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no mark for {name}"));
        let (found, after) = rest.split_once("<!-- end -->").unwrap();
        let blessed = std::env::var_os("TICKETGATE_BLESS").is_some();
        assert!(
            blessed || found == expected,
            "docs/manifest.md, {name}: put this between the marks:\n{expected}"
        );
        page = format!("{before}{start}{expected}<!-- end -->{after}");
    }
    if page != PAGE {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/manifest.md"), page).unwrap();
    }
}
