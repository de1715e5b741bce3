//! `docs/boundary.md`: its tables are made from the code. `TICKETGATE_BLESS=1` writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use catalogue::{Confinement, Operation, Why};
use types::Product;

use crate::operations;

const CLASSES: [&str; 5] = ["named", "queried", "listed", "nothing", "refused"];

fn count(of: impl Fn(&Operation) -> bool) -> usize {
    operations().filter(|operation| of(operation)).count()
}

fn counts() -> String {
    let mut out =
        format!("| product | {} | together | bulk |\n|---|{}\n", CLASSES.join(" | "), "--:|".repeat(7));
    let mut row = |name: &str, within: &dyn Fn(&Operation) -> bool| {
        let classes =
            CLASSES.map(|class| count(|o| within(o) && o.confinement().as_str() == class).to_string());
        let (all, bulk) = (count(within), count(|o| within(o) && o.is_bulk()));
        let _ = writeln!(out, "| {name} | {} | {all} | {bulk} |", classes.join(" | "));
    };
    for product in Product::ALL {
        row(product.as_str(), &|operation| operation.product() == product);
    }
    row("**all**", &|_| true);
    out
}

/// The first segment of the path that is not the API's own address.
fn family(operation: &Operation) -> &str {
    let api = ["", "rest", "wiki", "api", "jsm", "latest", "internal", "agile", "2", "3", "v2", "1", "1.0"];
    let mut segments = operation.template().split('/').filter(|segment| !api.contains(segment));
    segments.next().unwrap_or_default()
}

fn refused() -> String {
    let mut out = String::from("| word | said to the caller | operations | among |\n|---|---|--:|---|\n");
    let mut families: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for operation in operations() {
        if let Confinement::Refused(why) = operation.confinement() {
            let (count, names) = families.entry(why.as_str()).or_default();
            *count += 1;
            names.insert(family(operation));
        }
    }
    for why in Why::ALL {
        if let Some((count, names)) = families.get(why.as_str()) {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let _ =
                writeln!(out, "| `{}` | {} | {count} | {} |", why.as_str(), why.sentence(), names.join(", "));
        }
    }
    out
}

/// `page` with the part between the two marks called `name` replaced.
fn with(page: &str, name: &str, made: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: made from the code -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = page.split_once(&begin).expect("the mark where a table begins");
    let (_, after) = rest.split_once(&end).expect("the mark where a table ends");
    format!("{before}{begin}{made}{end}{after}")
}

#[test]
fn the_page_about_the_boundary_says_what_the_table_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/boundary.md");
    let page = fs::read_to_string(&file).expect("docs/boundary.md");
    let made = with(&with(&page, "counts", &counts()), "refused", &refused());
    if std::env::var_os("TICKETGATE_BLESS").is_some() {
        fs::write(&file, made).expect("docs/boundary.md can be written");
        return;
    }
    assert!(
        catalogue::RENDERED_BODIES.iter().all(|form| page.contains(form)),
        "every form that renders is told"
    );
    assert!(
        page == made,
        "docs/boundary.md is not what the table says; run the test again with TICKETGATE_BLESS=1"
    );
}
