//! The table `[operations]`: every entry becomes a choice.

use std::collections::HashSet;
use std::sync::Arc;

use types::{Effect, Product};

use crate::compile::{Products, Vocabulary};
use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::nearest::nearest;
use crate::selection::{By, Choice};
use crate::source::{At, Span};
use crate::typed::{Choices, Operations, Word};

/// The entries understood. Those that were not are among the findings.
pub(super) struct Lists {
    pub(super) allow: Vec<At<Arc<Choice>>>,
    pub(super) deny: Vec<At<Arc<Choice>>>,
    pub(super) products: Option<Span>,
    pub(super) span: Span,
}

pub(super) fn operations(
    typed: Option<&At<Operations<'_>>>,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Lists {
    let Some(At { value, span }) = typed else {
        return Lists { allow: Vec::new(), deny: Vec::new(), products: None, span: 0..0 };
    };
    let products = value.products.as_ref().map_or(Products::ALL, |list| products(&list.value, findings));
    Lists {
        allow: choices(&value.allow, products, vocabulary, findings),
        deny: choices(&value.deny, Products::ALL, vocabulary, findings),
        products: value.products.as_ref().map(|list| list.span.clone()),
        span: span.clone(),
    }
}

fn products(words: &[Word<'_>], findings: &mut Findings<'_, '_>) -> Products {
    let mut products = Products::NONE;
    for word in words {
        match word.value.parse::<Product>() {
            Ok(product) => products = products.with(product),
            Err(_) => findings.add(DiagnosticCode::UnknownProduct, &word.span, || {
                let names = Product::ALL.map(Product::as_str);
                let note = Note::new(format!("there is no product {}", quoted(&word.value)))
                    .suggest(format!("the products are {}", names.join(", ")));
                note.did_you_mean(nearest(&word.value, names), |near| format!("{near:?}"))
            }),
        }
    }
    products
}

/// The choices of the lists, in the order of precedence: ids, paths, tags, effects.
pub(super) fn choices(
    typed: &Choices<'_>,
    products: Products,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Vec<At<Arc<Choice>>> {
    let lists = [
        (By::Id, &typed.ids),
        (By::Path, &typed.paths),
        (By::Tag, &typed.tags),
        (By::Effect, &typed.effects),
    ];
    let mut out = Vec::with_capacity(lists.iter().map(|(_, words)| words.len()).sum());
    for (by, words) in lists {
        let mut seen = HashSet::with_capacity(words.len());
        for word in words {
            let choice = match by {
                By::Id => vocabulary.id(&word.value),
                By::Path => vocabulary.path(&word.value),
                By::Tag => vocabulary.tag(&word.value),
                By::Effect | By::ReadOnly => {
                    let effect: Option<Effect> = word.value.parse().ok();
                    effect.map(|effect| vocabulary.effect(effect, products))
                }
            };
            match choice {
                Some(choice) if seen.insert(choice.number) => {
                    out.push(At { value: choice, span: word.span.clone() });
                }
                Some(_) => repeated(word, findings),
                None => unknown(by, word, vocabulary, findings),
            }
        }
    }
    out
}

pub(super) fn repeated(word: &Word<'_>, findings: &mut Findings<'_, '_>) {
    findings.add(DiagnosticCode::Repeated, &word.span, || {
        Note::new(format!("{} stands in this list already", quoted(&word.value))).suggest("leave it out")
    });
}

fn unknown(by: By, word: &Word<'_>, vocabulary: &Vocabulary<'_>, findings: &mut Findings<'_, '_>) {
    let catalogue = vocabulary.catalogue;
    let name = &*word.value;
    let (code, what) = match by {
        By::Id => (DiagnosticCode::UnknownOperation, "operation"),
        By::Path => (DiagnosticCode::UnknownOperation, "operation with a path like"),
        By::Tag => (DiagnosticCode::UnknownTag, "tag"),
        By::Effect | By::ReadOnly => (DiagnosticCode::UnknownEffect, "effect"),
    };
    findings.add(code, &word.span, || {
        let note = Note::new(format!("there is no {what} {}", quoted(name)));
        if let Some(list) = elsewhere(by, name, vocabulary) {
            return note.suggest(format!("{} belongs in `{list}`", quoted(name)));
        }
        // A product in front is kept: `jira:getIsue` is compared as `getIsue`.
        let (prefix, bare) = match name.split_once(':') {
            Some((product, rest)) if product.parse::<Product>().is_ok() => (format!("{product}:"), rest),
            _ => (String::new(), name),
        };
        let near = match by {
            By::Id => nearest(bare, catalogue.ids()),
            By::Path => None,
            By::Tag => nearest(bare, catalogue.tags()),
            By::Effect | By::ReadOnly => nearest(bare, Effect::ALL.map(Effect::as_str)),
        };
        let near = near.map(|near| format!("{prefix}{near}"));
        match (near, by) {
            (Some(near), _) => note.did_you_mean(Some(&near), |near| format!("{near:?}")),
            (None, By::Effect) => note.suggest("effects are read, write, delete and administer"),
            (None, By::Path) => note.suggest(
                "write it as the catalogue does, such as /rest/api/3/issue/* for one segment or /rest/api/3/issue/** for all \
                 that follows; which project is a matter of [projects]",
            ),
            (None, _) => {
                note.suggest("ticketgate scopes lookup METHOD PATH says what an operation is called")
            }
        }
    });
}

/// The list in which a word would have been understood.
fn elsewhere(by: By, name: &str, vocabulary: &Vocabulary<'_>) -> Option<&'static str> {
    let catalogue = vocabulary.catalogue;
    let understood = |other: By| match other {
        By::Id => catalogue.by_id(name).next().is_some(),
        By::Tag => catalogue.by_tag(name).next().is_some(),
        By::Path => name.contains('*') && crate::compile::Pattern::parse(name).is_some(),
        By::Effect | By::ReadOnly => name.parse::<Effect>().is_ok(),
    };
    [By::Id, By::Path, By::Tag, By::Effect]
        .into_iter()
        .find(|other| *other != by && understood(*other))
        .map(By::key)
        .or_else(|| catalogue.scope(name).map(|_| "scopes"))
}
