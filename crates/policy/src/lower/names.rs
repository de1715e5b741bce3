//! Names and ids as manifests write them: what can be one, and what only looks like it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::source::{At, Span};
use crate::terms::{NameEntry, Names, Texts};
use crate::typed::{Given, Name, Word};

/// What a name can be a name of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// A project's key: a letter, then letters, digits and underscores.
    Project,
    /// A space's key, personal ones too: `~557058:1234`. A text of digits is a key here; only a number is an id.
    Space,
    /// A field's id.
    Field,
    /// An account's id.
    Account,
    /// A media type.
    Media,
    /// A label: a word.
    Label,
    /// What people name as they like: issue types, statuses, roles.
    Thing,
}

/// The longest of them, in bytes.
const LONGEST: usize = 255;

impl Of {
    const fn what(self) -> &'static str {
        match self {
            Self::Project => "the key of a project",
            Self::Space => "the key of a space",
            Self::Field => "the id of a field",
            Self::Account => "the id of an account",
            Self::Media => "a media type",
            Self::Label => "a label",
            Self::Thing => "a name",
        }
    }

    const fn like(self) -> &'static str {
        match self {
            Self::Project => "keys are letters, digits and underscores, a letter first: REL",
            Self::Space => "keys are letters and digits, or begin with ~ for a personal space: DOC",
            Self::Field => {
                "write its id, such as summary or customfield_10010: names differ from site to site"
            }
            Self::Account => "write the account id, such as 5b10a2844c20165700ede21g",
            Self::Media => "write type and subtype, such as image/png, or image/* for all of a type",
            Self::Label => "labels have no spaces",
            Self::Thing => "write one line without spaces around it",
        }
    }

    const fn is_ascii(self) -> bool {
        matches!(self, Self::Project | Self::Space | Self::Field | Self::Account | Self::Media)
    }

    fn fits(self, text: &str) -> bool {
        let rest = |more: &str| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.as_bytes().contains(&byte))
        };
        let letter_first = text.starts_with(|first: char| first.is_ascii_alphabetic());
        let fits = match self {
            Self::Project => letter_first && rest("_"),
            Self::Space => rest("~_.:-"),
            Self::Field => letter_first && rest("_.-"),
            Self::Account => rest(":_.@+-"),
            Self::Media => text.split_once('/').is_some_and(|(kind, sub)| {
                let token = |text: &str| {
                    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
                    !text.is_empty() && text.bytes().all(known)
                };
                token(kind) && (sub == "*" || token(sub))
            }),
            Self::Label => !text.contains(char::is_whitespace) && !text.contains(char::is_control),
            Self::Thing => text.trim() == text && !text.contains(char::is_control),
        };
        fits && !text.is_empty() && text.len() <= LONGEST
    }
}

/// The text, if it can be what it should; else that is said.
pub(super) fn text(of: Of, word: &Word<'_>, findings: &mut Findings<'_, '_>) -> Option<Box<str>> {
    let text = &*word.value;
    if let Some((place, letter)) =
        (1..).zip(text.chars()).find(|(_, letter)| of.is_ascii() && !letter.is_ascii())
    {
        look_alike(of, word, place, letter, findings);
        return None;
    }
    if !of.fits(text) {
        findings.add(DiagnosticCode::BadValue, &word.span, || {
            Note::new(format!("{} cannot be {}", quoted(text), of.what())).suggest(of.like())
        });
        return None;
    }
    Some(text.into())
}

fn look_alike(of: Of, word: &Word<'_>, place: usize, letter: char, findings: &mut Findings<'_, '_>) {
    findings.add(DiagnosticCode::LookAlike, &word.span, || {
        let code = u32::from(letter);
        let seen = plain(letter);
        let like = seen.map(|seen| format!(", which only looks like {seen:?}")).unwrap_or_default();
        let note = Note::new(format!(
            "{} has {letter:?} (U+{code:04X}) as its character {place}{like}: {} has ASCII letters only",
            quoted(&word.value),
            of.what()
        ));
        let all: Option<String> =
            word.value.chars().map(|one| if one.is_ascii() { Some(one) } else { plain(one) }).collect();
        match all {
            Some(all) => note.did_you_mean(Some(&all), |all| format!("{all:?}")),
            None => note.suggest("type it anew"),
        }
    });
}

/// The ASCII character a letter of another script looks like.
fn plain(letter: char) -> Option<char> {
    const LOOK: [(&str, &str); 4] = [
        ("АВЕКМНОРСТУХЅІЈ", "ABEKMHOPCTYXSIJ"),
        ("аеорсухіѕј", "aeopcyxisj"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
        ("οιν", "oiv"),
    ];
    if let Some(narrow) =
        u32::from(letter).checked_sub(0xFEE0).and_then(char::from_u32).filter(char::is_ascii_graphic)
    {
        return Some(narrow);
    }
    let mut pairs = LOOK.into_iter().flat_map(|(like, plain)| like.chars().zip(plain.chars()));
    pairs.find(|(like, _)| *like == letter).map(|(_, plain)| plain)
}

/// A name or an id. A text of digits is an id too, but for spaces.
pub(super) fn name(of: Of, name: &At<Name<'_>>, findings: &mut Findings<'_, '_>) -> Option<NameEntry> {
    let text = match &name.value {
        Name::Number(id) => return Some(NameEntry::Id(*id)),
        Name::Text(text) => text,
    };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && of != Of::Space {
        let id = text.parse::<u64>().ok().filter(|id| *id > 0 && !text.starts_with('0'));
        if id.is_none() {
            findings.add(DiagnosticCode::BadValue, &name.span, || {
                Note::new(format!(
                    "{} is no id: ids are whole numbers from 1 to {}, without zeros in front",
                    quoted(text),
                    u64::MAX
                ))
            });
        }
        return id.map(NameEntry::Id);
    }
    let word = At { value: Cow::Borrowed(&**text), span: name.span.clone() };
    self::text(of, &word, findings).map(NameEntry::Text)
}

fn label(span: &Span, findings: &Findings<'_, '_>) -> Arc<str> {
    findings.label(span).into()
}

/// Names and ids with their labels; wrong ones are left out and said.
pub(super) fn names(of: Of, typed: &Given<At<Vec<At<Name<'_>>>>>, findings: &mut Findings<'_, '_>) -> Names {
    let mut names = Names::NONE;
    for entry in typed.value().into_iter().flat_map(|list| &list.value) {
        let Some(found) = name(of, entry, findings) else { continue };
        if names.entries.iter().any(|(known, _)| *known == found) {
            let value = match &entry.value {
                Name::Text(text) => text.clone(),
                Name::Number(number) => number.to_string().into(),
            };
            super::operations::repeated(&At { value, span: entry.span.clone() }, findings);
        } else {
            names.entries.push((found, label(&entry.span, findings)));
        }
    }
    names
}

/// The same; `None` when the key is absent.
pub(super) fn some_names(
    of: Of,
    typed: &Given<At<Vec<At<Name<'_>>>>>,
    findings: &mut Findings<'_, '_>,
) -> Option<(Names, Arc<str>)> {
    let at = label(&typed.value()?.span, findings);
    Some((names(of, typed, findings), at))
}

/// Texts with their labels.
pub(super) fn texts(of: Of, typed: &Given<At<Vec<Word<'_>>>>, findings: &mut Findings<'_, '_>) -> Texts {
    let mut texts = Texts::new();
    for word in typed.value().into_iter().flat_map(|list| &list.value) {
        let Some(found) = text(of, word, findings) else { continue };
        if texts.iter().any(|(known, _)| *known == found) {
            super::operations::repeated(word, findings);
        } else {
            texts.push((found, label(&word.span, findings)));
        }
    }
    texts
}

/// The same; `None` when the key is absent.
pub(super) fn some_texts(
    of: Of,
    typed: &Given<At<Vec<Word<'_>>>>,
    findings: &mut Findings<'_, '_>,
) -> Option<(Texts, Arc<str>)> {
    let at = label(&typed.value()?.span, findings);
    Some((texts(of, typed, findings), at))
}

#[cfg(test)]
mod tests;
