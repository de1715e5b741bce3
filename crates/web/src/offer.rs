//! What a consent would allow, in words.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::Operation;
use oauth::AuthorizationRequest;
use policy::Rulebook;
use types::{Effect, Product, SiteName};

/// So many operations are shown without a click.
const SHORT: usize = 40;

/// What a client would be able to do, as the page shows it.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) effects: Vec<Group>,
    pub(crate) sites: Vec<SiteName>,
    pub(crate) never: Vec<&'static str>,
    /// Whether it is done as the person, and not with an account of the gateway's.
    pub(crate) as_user: bool,
    /// Everything that is shown, so that a form can be bound to it.
    print: String,
}

/// Everything with one effect.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) effect: Effect,
    pub(crate) count: usize,
    pub(crate) products: Vec<Section>,
    /// Whether it is little enough to be shown without a click.
    pub(crate) short: bool,
}

/// Everything with one effect on one product.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) count: usize,
    pub(crate) kinds: Vec<Kind>,
}

/// Operations that belong together.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) title: String,
    pub(crate) operations: Vec<String>,
}

impl Offer {
    /// What `request` comes to under the rulebook in force. `None` when the client has no manifest.
    pub(crate) fn of(rulebook: &Rulebook, request: &AuthorizationRequest) -> Option<Self> {
        let manifest = rulebook.manifest(request.client())?;
        let sites = request.sites().to_vec();
        let at: Vec<_> = manifest.sites().iter().filter(|site| sites.contains(&site.name)).collect();
        let is_there = |operation: &&Arc<Operation>| {
            let face = Some(operation.face());
            at.iter().any(|site| [site.face(false), site.face(true)].contains(&face))
        };
        let operations = rulebook.operations(request.client(), request.scopes());
        let operations: Vec<_> = operations.filter(is_there).collect();
        let effects: Vec<Group> =
            Effect::ALL.into_iter().filter_map(|effect| Group::of(effect, &operations)).collect();
        let absent = |effect: &Effect| !effects.iter().any(|group| group.effect == *effect);
        let never = Effect::ALL.into_iter().filter(absent).map(never).collect();
        let mut print = String::new();
        for name in sites.iter().map(|site| site.as_str()).chain(operations.iter().map(|one| one.label())) {
            print.push_str(name);
            print.push('\n');
        }
        let as_user = manifest.acts_as_user();
        print.push_str(if as_user { "as the user" } else { "as the gateway" });
        Some(Self { effects, sites, never, as_user, print })
    }

    /// What a form about this offer is made for: this request of this client, and all that is shown of it.
    pub(crate) fn purpose(&self, query: &str) -> String {
        format!("decide\n{query}\n{}", self.print)
    }
}

impl Group {
    fn of(effect: Effect, operations: &[&Arc<Operation>]) -> Option<Self> {
        let mut products: BTreeMap<&'static str, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
        for operation in operations.iter().filter(|operation| operation.effect() == effect) {
            let kinds = products.entry(product(operation.product())).or_default();
            let (names, name) = (kinds.entry(operation.tag()).or_default(), sentence(operation.id()));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let products: Vec<Section> = products.into_iter().map(Section::of).collect();
        let count = products.iter().map(|section| section.count).sum();
        let short = count <= SHORT;
        (count > 0).then(|| Self { title: title(effect), effect, count, products, short })
    }
}

impl Section {
    fn of((title, kinds): (&'static str, BTreeMap<&str, Vec<String>>)) -> Self {
        let kind = |(title, operations): (&str, Vec<String>)| Kind { title: title.to_owned(), operations };
        let kinds: Vec<Kind> = kinds.into_iter().map(kind).collect();
        Self { title, count: kinds.iter().map(|kind| kind.operations.len()).sum(), kinds }
    }
}

const fn title(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "Look at",
        Effect::Write => "Create and change",
        Effect::Delete => "Delete",
        Effect::Administer => "Change how the site works",
    }
}

const fn never(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "look at anything",
        Effect::Write => "create or change anything",
        Effect::Delete => "delete anything",
        Effect::Administer => "change settings, permissions or people of the site",
    }
}

const fn product(product: Product) -> &'static str {
    match product {
        Product::Jira | Product::JiraDataCenter => "Jira",
        Product::JiraSoftware => "Jira boards",
        Product::ServiceManagement => "Service desk",
        Product::Confluence | Product::ConfluenceDataCenter => "Confluence",
        Product::Assets => "Assets",
    }
}

/// `getIssueLinkTypes` as words: `Get issue link types`. Atlassian's names say what an operation does, run together.
fn sentence(id: &str) -> String {
    let mut words = String::with_capacity(id.len() + 8);
    let mut before = '_';
    for c in id.chars() {
        if matches!(c, '_' | '-' | '.') {
            words.push(' ');
        } else if words.is_empty() {
            words.extend(c.to_uppercase());
        } else if c.is_uppercase() && !before.is_uppercase() {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_operations_become_words() {
        for (id, words) in [
            ("getIssue", "Get issue"),
            ("searchAndReconsileIssuesUsingJql", "Search and reconsile issues using jql"),
            ("getAllJQLFields", "Get all jqlfields"),
            (
                "AddonPropertiesResource.getAddonProperty_get",
                "Addon properties resource get addon property get",
            ),
            ("", ""),
        ] {
            assert_eq!(sentence(id).split_whitespace().collect::<Vec<_>>().join(" "), words);
        }
    }
}
