//! What was typed: values by key, each with the place it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::Fault;
use super::keys::{self, KEYS, Key, Kind};

/// What every variable of ours begins with.
pub(super) const PREFIX: &str = "TICKETGATE_";

/// The largest settings file, in bytes. The largest sensible one has a few hundred sites.
const LARGEST: usize = 1 << 20;

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Line and column of the file, counted from one, columns in characters.
    File(PathBuf, usize, usize),
    /// An environment variable.
    Variable(String),
    /// It is missing.
    Nowhere,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file, line, column) => write!(f, "{}:{line}:{column}", file.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Nowhere => f.write_str("settings"),
        }
    }
}

/// A value of the form its key asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Text(String),
    List(Vec<String>),
    Number(u64),
    Flag(bool),
}

/// Values by full key (`sites.acme.url`).
#[derive(Debug, Default)]
pub(crate) struct Typed {
    values: BTreeMap<String, (Written, Place)>,
}

impl Typed {
    /// What the file says. Keys nobody knows and values of the wrong form become faults.
    pub(super) fn from_file(file: Option<&Path>, text: &str, faults: &mut Vec<Fault>) -> Self {
        let mut reader =
            Reader { file: file.unwrap_or(Path::new(super::FILE)), text, typed: Self::default(), faults };
        if text.len() > LARGEST {
            reader.fault(0, format!("the file is larger than {LARGEST} bytes"));
            return reader.typed;
        }
        match DeTable::parse(text) {
            Ok(table) => reader.table("", table.get_ref()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                reader.fault(at, format!("not TOML: {}", error.message()));
            }
        }
        reader.typed
    }

    /// Lets environment variables override; returns the names of those that did.
    ///
    /// Variables that belong to no key are left alone: `TICKETGATE_URL` and `TICKETGATE_TOKEN` are the command line's,
    /// and Kubernetes sets `TICKETGATE_SERVICE_HOST` and more beside any service of that name.
    pub(super) fn override_from(
        &mut self,
        environment: impl IntoIterator<Item = (String, String)>,
        faults: &mut Vec<Fault>,
    ) -> Vec<String> {
        let mut overridden = Vec::new();
        for (variable, text) in environment {
            let Some((path, key)) = meant_by(&variable) else { continue };
            let place = Place::Variable(variable.clone());
            match from_text(key.kind, &text) {
                Some(written) => {
                    self.values.insert(path, (written, place));
                    overridden.push(variable);
                }
                None => faults.push(Fault { place, words: format!("must be {}", key.kind.words()) }),
            }
        }
        overridden
    }

    /// Puts a text there that came with a variable of another name; it has the form its key asks for, or stays away.
    pub(super) fn put(&mut self, path: &str, variable: &str, text: &str) -> bool {
        let written = keys::find(path).and_then(|key| from_text(key.kind, text));
        let Some(written) = written else { return false };
        self.values.insert(path.to_owned(), (written, Place::Variable(variable.to_owned())));
        true
    }

    /// The value of a key, with its place; the default of the table when nobody typed one.
    pub(super) fn value(&self, path: &str) -> Option<(Written, Place)> {
        if let Some((written, place)) = self.values.get(path) {
            return Some((written.clone(), place.clone()));
        }
        let key = keys::find(path)?;
        if key.default.is_empty() {
            return None;
        }
        let list = key.default.trim_matches(['[', ']']);
        let default = if key.kind.is_list() { list } else { key.default };
        from_text(key.kind, default).map(|written| (written, Place::Nowhere))
    }

    /// Names of the sections of this family that have at least one key, each with a place to point at.
    pub(super) fn named(&self, family: &str) -> BTreeMap<String, Place> {
        let named = self.values.iter().filter_map(|(path, (_, place))| {
            let (name, _) = path.strip_prefix(family)?.strip_prefix('.')?.split_once('.')?;
            Some((name.to_owned(), place.clone()))
        });
        named.collect()
    }
}

/// Walks the parsed file.
struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    typed: Typed,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let (at, typed) = (name.span().start, name.get_ref().as_ref());
            let path = if prefix.is_empty() { typed.to_owned() } else { format!("{prefix}.{typed}") };
            match (value.get_ref(), keys::find(&path)) {
                (DeValue::Table(inner), None) if is_section(&path) => self.section(&path, at, inner),
                (_, None) => self.unknown(prefix, typed, at),
                (value_read, Some(key)) => match from_toml(key.kind, value_read) {
                    Some(written) => {
                        let place = self.place(at);
                        self.typed.values.insert(path, (written, place));
                    }
                    None => self.fault(value.span().start, format!("`{path}` must be {}", key.kind.words())),
                },
            }
        }
    }

    fn section(&mut self, path: &str, at: usize, inner: &DeTable<'_>) {
        if let Some(Err(words)) = NAMED.iter().find_map(|family| family.name_of(path)) {
            self.fault(at, words);
            return;
        }
        self.table(path, inner);
    }

    fn unknown(&mut self, prefix: &str, typed: &str, at: usize) {
        let known = names_in(prefix);
        let suggestion = match keys::nearest(typed, known.iter().map(String::as_str)) {
            Some(name) => format!("did you mean `{name}`?"),
            None if known.is_empty() => "nothing may stand here".to_owned(),
            None => format!("known here: {}", known.join(", ")),
        };
        let place = if prefix.is_empty() { String::new() } else { format!(" in [{prefix}]") };
        self.fault(at, format!("unknown key `{typed}`{place}; {suggestion}"));
    }

    fn fault(&mut self, at: usize, words: String) {
        let place = self.place(at);
        self.faults.push(Fault { place, words });
    }

    fn place(&self, at: usize) -> Place {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Place::File(self.file.to_owned(), line, column)
    }
}

/// Sections of which the operator makes one per thing, each with a name of the operator's choice.
struct Family {
    path: &'static str,
    /// What is wrong with a name.
    check: fn(&str) -> Result<(), String>,
}

const NAMED: [Family; 3] = [
    Family { path: "apps", check: |name| checked::<types::AppName>(name) },
    Family { path: "sites", check: |name| checked::<types::SiteName>(name) },
    Family { path: "oauth.issuers", check: |name| checked::<types::IssuerName>(name) },
];

fn checked<T: std::str::FromStr<Err = types::NameError>>(name: &str) -> Result<(), String> {
    name.parse::<T>().map(drop).map_err(|error| error.to_string())
}

impl Family {
    /// The name in a section's path, if that is one of this family, or what is wrong with the name.
    fn name_of<'p>(&self, path: &'p str) -> Option<Result<&'p str, String>> {
        let name = path.strip_prefix(self.path)?.strip_prefix('.')?;
        Some((self.check)(name).map(|()| name))
    }

    /// The section as the table of keys has it.
    fn section(&self) -> String {
        format!("{}.*", self.path)
    }
}

/// Whether keys stand below this path.
fn is_section(path: &str) -> bool {
    let named = |family: &Family| {
        let below = path.strip_prefix(family.path).and_then(|rest| rest.strip_prefix('.'));
        path == family.path || below.is_some_and(|name| !name.contains('.'))
    };
    NAMED.iter().any(named) || (!path.is_empty() && KEYS.iter().any(|key| key.section() == path))
}

/// What may stand directly below a path.
fn names_in(prefix: &str) -> Vec<String> {
    let named = NAMED.iter().find(|family| family.name_of(prefix).is_some());
    let pattern = named.map_or_else(|| prefix.to_owned(), Family::section);
    let mut names: Vec<String> =
        KEYS.iter().filter(|key| key.section() == pattern).map(|key| key.name().to_owned()).collect();
    if prefix.is_empty() {
        let sections = keys::SECTIONS.iter().filter_map(|(name, _)| name.split('.').next());
        names.extend(sections.filter(|name| !name.is_empty()).map(str::to_owned));
    }
    names
}

fn from_toml(kind: Kind, value: &DeValue<'_>) -> Option<Written> {
    match (kind, value) {
        (Kind::Flag, DeValue::Boolean(flag)) => Some(Written::Flag(*flag)),
        (Kind::Count | Kind::Bytes, DeValue::Integer(number)) => {
            u64::from_str_radix(number.as_str(), number.radix()).ok().map(Written::Number)
        }
        (kind, DeValue::Array(items)) if kind.is_list() => {
            let items: Option<Vec<_>> =
                items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
            items.map(Written::List)
        }
        (Kind::Count | Kind::Flag, _) => None,
        (kind, _) if kind.is_list() => None,
        (kind, DeValue::String(text)) => from_text(kind, text),
        _ => None,
    }
}

/// A value written without TOML's marks: in a variable, or as a default of the table. Lists are separated by commas.
fn from_text(kind: Kind, text: &str) -> Option<Written> {
    let text = text.trim();
    match kind {
        Kind::Flag => text.parse().ok().map(Written::Flag),
        Kind::Count => text.parse().ok().map(Written::Number),
        Kind::Bytes => super::quantity::bytes(text).map(Written::Number),
        Kind::Duration => super::quantity::duration(text).map(|_| Written::Text(text.to_owned())),
        Kind::Word(words) => words.contains(&text).then(|| Written::Text(text.to_owned())),
        Kind::Paths | Kind::Texts | Kind::Networks => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Written::List(items.map(str::to_owned).collect()))
        }
        Kind::Address | Kind::Url | Kind::Path | Kind::Text => {
            (!text.is_empty()).then(|| Written::Text(text.to_owned()))
        }
    }
}

/// The key a variable stands for. `TICKETGATE_SITES_BIG_CO_URL` is `sites.big-co.url`.
fn meant_by(variable: &str) -> Option<(String, &'static Key)> {
    let rest = variable.strip_prefix(PREFIX)?.to_ascii_lowercase();
    let family = NAMED.iter().find_map(|family| {
        let rest = rest.strip_prefix(&family.path.replace('.', "_"))?.strip_prefix('_')?;
        Some((family, rest))
    });
    let Some((family, rest)) = family else {
        let named = |key: &&Key| !key.path.contains('*') && key.variable() == variable;
        return KEYS.iter().find(named).map(|key| (key.path.to_owned(), key));
    };
    KEYS.iter().filter(|key| key.section() == family.section()).find_map(|key| {
        let name = rest.strip_suffix(key.name())?.strip_suffix('_')?.replace('_', "-");
        (family.check)(&name).ok()?;
        Some((format!("{}.{name}.{}", family.path, key.name()), key))
    })
}
