//! A manifest as a value tests can change, and a slow evaluator that reads the language's rules off the page.

use std::collections::BTreeSet;

use catalogue::Operation;
use policy::{Edit, ManifestFile};
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
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    pub(crate) effects: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) ids: Vec<String>,
}

impl Lists {
    /// Whether any entry names the operation; `products` narrows effects.
    fn names(&self, operation: &Operation, products: Option<&Vec<String>>) -> bool {
        let product = operation.product().as_str();
        let here = |wanted: &String| wanted == product;
        let by_effect = self.effects.iter().any(|effect| effect == operation.effect().as_str())
            && products.is_none_or(|products| products.iter().any(here));
        let by_tag = self.tags.iter().any(|word| is_called(word, product, operation.tag()));
        let by_id = self.ids.iter().any(|word| is_called(word, product, operation.id()));
        let path = format!("{} {}", operation.verb(), operation.template());
        by_effect || by_tag || by_id || self.ids.iter().any(|word| is_called(word, product, &path))
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

    /// What the manifest says, written out for the client `etl`.
    pub(crate) fn file(&self) -> ManifestFile {
        let grant = if self.as_user { "user" } else { "demo-service-account" };
        let mut text = format!("owner = \"team\"\npurpose = \"testing\"\ngrant = {grant:?}\n");
        if let Some(expires) = &self.expires {
            text += &format!("expires = {expires}\n");
        }
        text += &format!("sites = {:?}\nscopes = {:?}\n\n[operations]\n", self.sites, self.scopes);
        if let Some(products) = &self.products {
            text += &format!("products = {products:?}\n");
        }
        let Lists { effects, tags, ids } = &self.allow;
        text += &format!("effects = {effects:?}\ntags = {tags:?}\nids = {ids:?}\n");
        let Lists { effects, tags, ids } = &self.deny;
        text += &format!("\n[operations.deny]\neffects = {effects:?}\ntags = {tags:?}\nids = {ids:?}\n");
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
        }
    }

    /// The reference: whether a caller with these token scopes may call the operation.
    pub(crate) fn allows(&self, operation: &Operation, token: Option<&BTreeSet<String>>) -> bool {
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
                        _ => &mut self.deny.ids,
                    };
                    list.retain(|entry| entry != word);
                }
                Edit::AddId { word } => self.allow.ids.push(word.clone()),
                Edit::AddScope { scope } => self.scopes.push(scope.clone()),
                other => panic!("no change of a manifest: {other:?}"),
            }
        }
    }
}
