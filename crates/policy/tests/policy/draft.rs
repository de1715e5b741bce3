//! A manifest as a value tests can change, and a slow evaluator that reads the language's rules off the page.

use std::collections::BTreeSet;

use catalogue::Operation;
use jiff::Timestamp;
use policy::{Edit, ManifestFile, ManifestSet};
use types::{GrantName, Product};

use crate::world::CATALOGUE;

/// The parts of a manifest that decide.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) expires: Option<String>,
    pub(crate) as_user: bool,
    pub(crate) sites: Vec<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) products: Option<Vec<String>>,
    pub(crate) allow: Lists,
    pub(crate) deny: Lists,
    /// What the guardrails deny; nothing: there are none.
    pub(crate) guard: Lists,
    /// Whether half of it is said in a fragment. It must not matter.
    pub(crate) split: bool,
    pub(crate) read_only: bool,
    pub(crate) starts: Option<Timestamp>,
    pub(crate) hours: Option<Hours>,
    pub(crate) on_behalf_of: Option<Vec<String>>,
}

/// Hours in UTC: days from Monday, and minutes of a day.
#[derive(Clone, Debug)]
pub(crate) struct Hours {
    pub(crate) days: [bool; 7],
    pub(crate) from: u16,
    pub(crate) to: u16,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Hours {
    fn text(&self) -> String {
        let days: Vec<_> = DAYS.iter().zip(self.days).filter(|(_, on)| *on).map(|(day, _)| day).collect();
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        format!("[hours]\ndays = {days:?}\nfrom = {:?}\nto = {:?}\n", clock(self.from), clock(self.to))
    }

    /// Whether one of the stretches they mean has the instant in it, week by week, without a calendar.
    fn hold(&self, now: Timestamp) -> bool {
        // The first of January 1970 was a Thursday.
        let minute = now.as_second().div_euclid(60) + 3 * 1440;
        let end = if self.to > self.from { self.to } else { self.to + 1440 };
        (0..7).filter(|day| self.days[*day]).any(|day| {
            let start = i64::try_from(day).unwrap() * 1440 + i64::from(self.from);
            (minute - start).rem_euclid(7 * 1440) < i64::from(end - self.from)
        })
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    pub(crate) effects: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) ids: Vec<String>,
    pub(crate) paths: Vec<String>,
}

/// Whether a pattern means an operation, segment by segment.
fn is_like(pattern: &str, operation: &Operation) -> bool {
    let path = match pattern.split_once(' ') {
        Some((verb, _)) if verb != operation.verb().to_string() => return false,
        Some((_, path)) => path,
        None => pattern,
    };
    let (wanted, found): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), operation.template().split('/').collect());
    let (wanted, rest) = match wanted.split_last() {
        Some((&"**", before)) => (before.to_vec(), true),
        _ => (wanted, false),
    };
    let long = if rest { found.len() > wanted.len() } else { found.len() == wanted.len() };
    long && wanted.iter().zip(&found).all(|(wanted, found)| *wanted == "*" || wanted == found)
}

impl Lists {
    fn text(&self) -> String {
        let Self { effects, tags, ids, paths } = self;
        format!("effects = {effects:?}\ntags = {tags:?}\nids = {ids:?}\npaths = {paths:?}\n")
    }

    fn halves(&self) -> [Self; 2] {
        let half = |list: &Vec<String>, second: bool| {
            let (one, other) = list.split_at(list.len() / 2);
            if second { other.to_vec() } else { one.to_vec() }
        };
        [false, true].map(|second| Self {
            effects: half(&self.effects, second),
            tags: half(&self.tags, second),
            ids: half(&self.ids, second),
            paths: half(&self.paths, second),
        })
    }

    fn is_empty(&self) -> bool {
        [&self.effects, &self.tags, &self.ids, &self.paths].iter().all(|list| list.is_empty())
    }

    /// Whether any entry names the operation; `products` narrows effects.
    fn names(&self, operation: &Operation, products: Option<&Vec<String>>) -> bool {
        let product = operation.product().as_str();
        let here = |wanted: &String| wanted == product;
        let by_effect = self.effects.iter().any(|effect| effect == operation.effect().as_str())
            && products.is_none_or(|products| products.iter().any(here));
        let by_tag = self.tags.iter().any(|word| is_called(word, product, operation.tag()));
        let by_id = self.ids.iter().any(|word| is_called(word, product, operation.id()));
        let path = format!("{} {}", operation.verb(), operation.template());
        let by_path = self.paths.iter().any(|pattern| is_like(pattern, operation));
        by_effect || by_tag || by_id || by_path || self.ids.iter().any(|word| is_called(word, product, &path))
    }
}

fn is_called(word: &str, product: &str, name: &str) -> bool {
    let bare = match word.split_once(':') {
        Some((before, rest)) if before.parse::<Product>().is_ok() => {
            if before != product {
                return false;
            }
            rest
        }
        _ => word,
    };
    bare == name && !name.is_empty()
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self { sites: vec!["demo".into()], ..Self::default() }
    }

    /// The files that say it: the manifest of `etl`, a fragment if it is split, guardrails if there are any.
    pub(crate) fn set(&self) -> ManifestSet {
        let guardrails = (!self.guard.is_empty()).then(|| {
            ManifestFile::new("guardrails.toml", format!("[operations.deny]\n{}", self.guard.text()))
        });
        if !self.split {
            return ManifestSet { manifests: vec![self.file()], fragments: Vec::new(), guardrails };
        }
        let ([own, shared], [own_deny, shared_deny]) = (self.allow.halves(), self.deny.halves());
        let mine = Self {
            allow: own,
            deny: own_deny,
            products: None,
            read_only: false,
            scopes: Vec::new(),
            ..self.clone()
        };
        let mut manifest = mine.file();
        manifest.text.insert_str(0, "extends = [\"base\"]\n");
        let mut base = format!("scopes = {:?}\nread_only = {}\n[operations]\n", self.scopes, self.read_only);
        if let Some(products) = &self.products {
            base += &format!("products = {products:?}\n");
        }
        base += &format!("{}[operations.deny]\n{}", shared.text(), shared_deny.text());
        ManifestSet {
            manifests: vec![manifest],
            fragments: vec![ManifestFile::new("shared/base.toml", base)],
            guardrails,
        }
    }

    /// What the manifest says, written out for the client `etl`, without guardrails.
    pub(crate) fn file(&self) -> ManifestFile {
        let grant = if self.as_user { "user" } else { "demo-service-account" };
        let mut text = format!("owner = \"team\"\npurpose = \"testing\"\ngrant = {grant:?}\n");
        if let Some(expires) = &self.expires {
            text += &format!("expires = {expires}\n");
        }
        if let Some(starts) = &self.starts {
            text += &format!("starts = {starts}\n");
        }
        if let Some(users) = &self.on_behalf_of {
            text += &format!("on_behalf_of = {users:?}\n");
        }
        if self.read_only {
            text += "read_only = true\n";
        }
        text += &format!("sites = {:?}\nscopes = {:?}\n\n[operations]\n", self.sites, self.scopes);
        if let Some(products) = &self.products {
            text += &format!("products = {products:?}\n");
        }
        text += &format!("{}\n[operations.deny]\n{}", self.allow.text(), self.deny.text());
        text += &self.hours.as_ref().map(Hours::text).unwrap_or_default();
        ManifestFile::new("manifests/etl.toml", text)
    }

    /// The draft of a manifest in a file, read without the crate's help.
    pub(crate) fn read(file: &ManifestFile) -> Self {
        let table: toml::Table = file.text.parse().unwrap();
        let list = |table: &toml::Table, key: &str| -> Vec<String> {
            let items = table.get(key).and_then(|list| list.as_array()).cloned().unwrap_or_default();
            items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
        };
        let lists = |table: &toml::Table| Lists {
            effects: list(table, "effects"),
            tags: list(table, "tags"),
            ids: list(table, "ids"),
            paths: list(table, "paths"),
        };
        let operations = table["operations"].as_table().unwrap();
        Self {
            expires: table.get("expires").map(ToString::to_string),
            as_user: table["grant"].as_str() == Some("user"),
            sites: table.get("site").map(|site| site.as_str().unwrap().to_owned()).into_iter().collect(),
            scopes: list(&table, "scopes"),
            products: operations.contains_key("products").then(|| list(operations, "products")),
            allow: lists(operations),
            deny: operations.get("deny").and_then(|deny| deny.as_table()).map(lists).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The reference: whether a caller with these token scopes may call the operation.
    pub(crate) fn allows(&self, operation: &Operation, token: Option<&BTreeSet<String>>) -> bool {
        if self.read_only && operation.effect().changes_something() || self.guard.names(operation, None) {
            return false;
        }
        if self.deny.names(operation, None) || !self.allow.names(operation, self.products.as_ref()) {
            return false;
        }
        let held = |name: &str| {
            self.scopes.iter().any(|scope| scope == name) && token.is_none_or(|token| token.contains(name))
        };
        [operation.classic(), operation.granular()]
            .into_iter()
            .flatten()
            .any(|needed| needed.iter().all(|scope| held(CATALOGUE.scope_name(scope))))
    }

    /// Whether the guardrails deny an operation.
    pub(crate) fn guards(&self, operation: &Operation) -> bool {
        self.guard.names(operation, None)
    }

    /// The reference for when, and for whom: whether a call for this account may be made at an instant at all.
    pub(crate) fn permits_at(&self, now: Timestamp, account: Option<&str>) -> bool {
        let listed =
            |users: &Vec<String>| account.is_none_or(|account| users.iter().any(|user| user == account));
        self.starts.is_none_or(|starts| starts <= now)
            && self.hours.as_ref().is_none_or(|hours| hours.hold(now))
            && self.on_behalf_of.as_ref().is_none_or(listed)
    }

    /// The reference for whom it goes out as: the one grant, or the user's own.
    pub(crate) fn acts_as(&self, user: Option<&GrantName>) -> Option<GrantName> {
        if self.as_user { user.cloned() } else { "demo-service-account".parse().ok() }
    }

    /// Follows the steps of a denial.
    pub(crate) fn follow(&mut self, edits: &[Edit]) {
        for edit in edits {
            match edit {
                Edit::Renew { .. } => self.expires = None,
                Edit::AddSite { site } => self.sites.push(site.to_string()),
                Edit::RemoveDeny { list, word, .. } => {
                    let list = match *list {
                        "effects" => &mut self.deny.effects,
                        "tags" => &mut self.deny.tags,
                        "paths" => &mut self.deny.paths,
                        _ => &mut self.deny.ids,
                    };
                    list.retain(|entry| entry != word);
                }
                Edit::AddId { word } => self.allow.ids.push(word.clone()),
                Edit::AddScope { scope } => self.scopes.push(scope.clone()),
                Edit::StartEarlier { .. } => self.starts = None,
                Edit::AllowChanges { .. } => self.read_only = false,
                Edit::WidenHours { .. } => self.hours = None,
                Edit::AddTo { list: "on_behalf_of", word, .. } => {
                    self.on_behalf_of.as_mut().unwrap().push(word.clone());
                }
                other => panic!("no change of a manifest: {other:?}"),
            }
        }
    }
}
