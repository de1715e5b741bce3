use std::fmt;
use std::str::FromStr;

/// The key of a Jira issue, as Jira itself writes it: `REL-1`.
///
/// A project's key, which begins with a capital letter and goes on with capitals, digits and underscores
/// ([Atlassian](https://support.atlassian.com/jira-cloud-administration/docs/change-the-project-key-format/); Data Center
/// may allow other forms, which are no keys here), a hyphen, and a number from 1. What a client writes may be another
/// spelling of it, or the key an issue had before it was moved; then it is a name, and not this.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IssueKey {
    text: Box<str>,
    /// Where the hyphen is.
    hyphen: usize,
}

/// The longest key of a project Jira can be told to allow.
const LONGEST_PROJECT: usize = 255;

/// More issues than a project can have.
const MOST_DIGITS: usize = 19;

impl IssueKey {
    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The key of its project.
    #[must_use]
    pub fn project(&self) -> &str {
        self.text.get(..self.hyphen).unwrap_or_default()
    }
}

impl fmt::Display for IssueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is no key of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an issue's key is the key of its project, a hyphen and a number: REL-1")]
pub struct NotAnIssueKey;

impl FromStr for IssueKey {
    type Err = NotAnIssueKey;

    fn from_str(text: &str) -> Result<Self, NotAnIssueKey> {
        let (project, number) = text.split_once('-').ok_or(NotAnIssueKey)?;
        let of_a_project = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let is_project = project.len() <= LONGEST_PROJECT
            && project.starts_with(|first: char| first.is_ascii_uppercase())
            && project.bytes().all(of_a_project);
        let is_number = number.len() <= MOST_DIGITS
            && number.starts_with(|first: char| matches!(first, '1'..='9'))
            && number.bytes().all(|byte| byte.is_ascii_digit());
        if is_project && is_number {
            Ok(Self { text: text.into(), hyphen: project.len() })
        } else {
            Err(NotAnIssueKey)
        }
    }
}

#[cfg(test)]
mod tests;
