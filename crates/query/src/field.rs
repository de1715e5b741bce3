//! The name of a field, and when two names may mean the same field.

use std::fmt;

use crate::literal;

/// A field as a query names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    name: String,
    property: Option<Property>,
}

/// What follows a field's name in brackets: `[key].path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The property's key.
    pub key: String,
    /// The path within its value, without the first dot.
    pub path: Option<String>,
}

impl Field {
    pub(crate) const fn new(name: String, property: Option<Property>) -> Self {
        Self { name, property }
    }

    /// The name as written, escapes undone: `project`, `Story Points[Number]`, `cf[10010]`, `issue.property`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The entity property: of `issue.property[key].path` what follows the name.
    #[must_use]
    pub const fn property(&self) -> Option<&Property> {
        self.property.as_ref()
    }

    /// The number of a custom field: of `cf[10010]`, in quotation marks or not and with the blanks Jira allows, and of
    /// `customfield_10010`.
    #[must_use]
    pub fn custom_id(&self) -> Option<u64> {
        let folded = fold(&self.name);
        if let Some(number) = folded.strip_prefix("customfield_") {
            return number.parse().ok();
        }
        let inner = folded.strip_prefix("cf")?.trim_start().strip_prefix('[')?.strip_suffix(']')?;
        inner.trim().parse().ok()
    }

    /// Whether Jira or Confluence may take this name for `name`. Wide rather than narrow: case does not count, nor do
    /// blanks at the ends, nor a type in brackets (`Story Points[Number]`), and letters beyond ASCII are folded as
    /// Java folds them, where the Kelvin sign is a k and a dotless i is an i. Meant for refusing, not for permitting.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        let (own, asked) = (fold(&self.name), fold(name));
        own == asked || without_type(&own) == asked
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_canonical_custom(&self.name) {
            f.write_str(&self.name)?
        } else {
            literal::write(f, &self.name)?
        }
        let Some(Property { key, path }) = &self.property else { return Ok(()) };
        f.write_str("[")?;
        literal::write(f, key)?;
        f.write_str("]")?;
        match path {
            // Quoted as a whole where it has to be: the dot belongs to the word.
            Some(path) if path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)) => {
                write!(f, ".{path}")
            }
            Some(path) => literal::write(f, &format!(".{path}")),
            None => Ok(()),
        }
    }
}

/// `cf[10010]`, exactly as Jira itself would write it.
fn is_canonical_custom(name: &str) -> bool {
    let inner = name.strip_prefix("cf[").and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| {
        inner.parse::<i64>().is_ok_and(|number| number >= 0 && number.to_string() == inner)
    })
}

fn without_type(name: &str) -> &str {
    let inner = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    inner.map_or(name, |(name, _)| name.trim_end())
}

/// Lower case after upper case, one character for one, as Java compares without regard to case.
pub(crate) fn fold(name: &str) -> String {
    name.trim().chars().map(fold_one).collect()
}

fn fold_one(one: char) -> char {
    if one.is_ascii() {
        return one.to_ascii_lowercase();
    }
    let mut upper = one.to_uppercase();
    let upper = match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => one,
    };
    upper.to_lowercase().next().unwrap_or(upper)
}
