use jiff::Timestamp;

/// A time as people and as programs read it.
pub(crate) struct Moment {
    pub(crate) words: String,
    pub(crate) exact: String,
}

impl Moment {
    pub(crate) fn of(time: Timestamp) -> Self {
        Self { words: time.strftime("%-d %B %Y, %H:%M UTC").to_string(), exact: format!("{time:.0}") }
    }
}
