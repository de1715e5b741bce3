//! A record's JSON, written by hand.
//!
//! Every call writes one, and a general serialiser spends most of its time on what is the same in all of them: names of
//! fields, quotes, commas. The result is what `serde_json` makes of the same record, byte for byte; a property test
//! compares them, and reading is serde's.

use std::io::Write as _;
use std::net::IpAddr;

use jiff::fmt::temporal::DateTimePrinter;

use super::{Change, GrantChange, Micros, Notice, Record, Summary, Text, WouldRefuse};

impl Record {
    /// Appends the record as one line of JSON, without a line feed.
    pub(crate) fn write_json(&self, to: &mut Vec<u8>) {
        let mut line = Line(to);
        line.raw(b"{\"v\":");
        line.number(u64::from(self.v));
        line.word(b",\"kind\":\"", Some(self.kind.as_str()));
        line.id(b",\"id\":\"", self.id);
        line.time(b",\"at\":\"", self.at);
        line.word(b",\"client\":\"", self.client.as_ref().map(|name| name.as_str()));
        line.text(b",\"user\":\"", self.user.as_ref());
        line.text(b",\"credential\":\"", self.credential.as_ref());
        line.address(b",\"peer\":\"", self.peer);
        line.text(b",\"issued\":\"", self.issued.as_ref());
        line.word(b",\"site\":\"", self.site.as_ref().map(|name| name.as_str()));
        line.word(b",\"grant\":\"", self.grant.as_ref().map(|name| name.as_str()));
        line.word(b",\"product\":\"", self.product.map(|product| product.as_str()));
        line.text(b",\"operation\":\"", self.operation.as_ref());
        line.word(b",\"effect\":\"", self.effect.map(|effect| effect.as_str()));
        line.text(b",\"method\":\"", self.method.as_ref());
        line.text(b",\"path\":\"", self.path.as_ref());
        line.text(b",\"issue\":\"", self.issue.as_ref());
        line.text(b",\"project\":\"", self.project.as_ref());
        line.text(b",\"space\":\"", self.space.as_ref());
        line.texts(b",\"scopes\":[", &self.scopes);
        line.word(b",\"decision\":\"", self.decision.map(|decision| decision.as_str()));
        line.text(b",\"rule\":\"", self.rule.as_ref());
        line.text(b",\"elevation\":\"", self.elevation.as_ref());
        line.text(b",\"refusal\":\"", self.refusal.as_ref());
        if let Some(would) = &self.would_refuse {
            line.would_refuse(would);
        }
        line.count(b",\"upstream_status\":", self.upstream_status.map(u64::from));
        line.count(b",\"status\":", self.status.map(u64::from));
        line.count(b",\"bytes_in\":", Some(self.bytes_in).filter(|bytes| *bytes != 0));
        line.count(b",\"bytes_out\":", Some(self.bytes_out).filter(|bytes| *bytes != 0));
        line.micros(&self.micros);
        line.text(b",\"trace\":\"", self.trace.as_ref());
        line.word(b",\"ended\":\"", self.ended.map(|ended| ended.as_str()));
        if let Some(change) = &self.change {
            line.change(change);
        }
        if let Some(summary) = &self.summary {
            line.summary(summary);
        }
        if let Some(notice) = &self.notice {
            line.notice(notice);
        }
        if let Some(change) = &self.grant_change {
            line.grant_change(change);
        }
        line.raw(b"}");
    }
}

/// What is being written. Each `name` carries the comma before it and the quote behind it.
struct Line<'a>(&'a mut Vec<u8>);

impl Line<'_> {
    fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn number(&mut self, number: u64) {
        self.raw(itoa::Buffer::new().format(number).as_bytes());
    }

    /// A word of this program or an operator's name: nothing in it needs escaping.
    fn word(&mut self, name: &[u8], word: Option<&str>) {
        if let Some(word) = word {
            self.raw(name);
            self.raw(word.as_bytes());
            self.raw(b"\"");
        }
    }

    fn text(&mut self, name: &[u8], text: Option<&Text>) {
        if let Some(text) = text {
            self.raw(name);
            self.escaped(text.as_str());
            self.raw(b"\"");
        }
    }

    fn texts(&mut self, name: &[u8], texts: &[Text]) {
        let Some((first, others)) = texts.split_first() else { return };
        self.raw(name);
        self.text(b"\"", Some(first));
        for other in others {
            self.text(b",\"", Some(other));
        }
        self.raw(b"]");
    }

    fn count(&mut self, name: &[u8], count: Option<u64>) {
        if let Some(count) = count {
            self.raw(name);
            self.number(count);
        }
    }

    fn id(&mut self, name: &[u8], id: types::RequestId) {
        self.raw(name);
        let mut digits = [0; uuid::fmt::Hyphenated::LENGTH];
        self.raw(id.uuid().as_hyphenated().encode_lower(&mut digits).as_bytes());
        self.raw(b"\"");
    }

    fn time(&mut self, name: &[u8], at: jiff::Timestamp) {
        self.raw(name);
        // Writing to a vector cannot fail.
        let _ = DateTimePrinter::new().print_timestamp(&at, &mut *self.0);
        self.raw(b"\"");
    }

    fn address(&mut self, name: &[u8], address: Option<IpAddr>) {
        let Some(address) = address else { return };
        self.raw(name);
        if let IpAddr::V4(address) = address {
            for (at, byte) in address.octets().into_iter().enumerate() {
                if at > 0 {
                    self.raw(b".");
                }
                self.number(u64::from(byte));
            }
        } else {
            // Writing to a vector cannot fail.
            let _ = write!(self.0, "{address}");
        }
        self.raw(b"\"");
    }

    fn micros(&mut self, micros: &Micros) {
        if micros.is_empty() {
            return;
        }
        self.raw(b",\"micros\":{");
        let mut comma: &[u8] = b"";
        let mut stage = |name: &[u8], took: u32| {
            if took != 0 {
                self.raw(comma);
                self.raw(name);
                self.number(u64::from(took));
                comma = b",";
            }
        };
        stage(b"\"arrive\":", micros.arrive);
        stage(b"\"authenticate\":", micros.authenticate);
        stage(b"\"recognise\":", micros.recognise);
        stage(b"\"decide\":", micros.decide);
        stage(b"\"admit\":", micros.admit);
        stage(b"\"acquire\":", micros.acquire);
        stage(b"\"intend\":", micros.intend);
        stage(b"\"forward\":", micros.forward);
        stage(b"\"respond\":", micros.respond);
        stage(b"\"total\":", micros.total);
        self.raw(b"}");
    }

    fn change(&mut self, change: &Change) {
        self.raw(b",\"change\":{");
        self.word(b"\"operator\":\"", Some(change.operator.as_str()));
        self.text(b",\"action\":\"", Some(&change.action));
        self.text(b",\"target\":\"", Some(&change.target));
        self.text(b",\"before\":\"", change.before.as_ref());
        self.text(b",\"after\":\"", change.after.as_ref());
        self.raw(b"}");
    }

    fn summary(&mut self, summary: &Summary) {
        self.raw(b",\"summary\":{");
        self.word(b"\"of\":\"", Some(summary.of.as_str()));
        self.count(b",\"calls\":", Some(summary.calls));
        self.time(b",\"until\":\"", summary.until);
        self.raw(b"}");
    }

    fn would_refuse(&mut self, would: &WouldRefuse) {
        self.raw(b",\"would_refuse\":{");
        self.text(b"\"code\":\"", Some(&would.code));
        self.text(b",\"rule\":\"", would.rule.as_ref());
        self.raw(b"}");
    }

    fn notice(&mut self, notice: &Notice) {
        self.raw(b",\"notice\":{");
        self.word(b"\"about\":\"", Some(notice.about.as_str()));
        self.time(b",\"when\":\"", notice.when);
        self.text(b",\"secret\":\"", notice.secret.as_ref());
        self.text(b",\"owner\":\"", Some(&notice.owner));
        self.text(b",\"contact\":\"", Some(&notice.contact));
        self.raw(b"}");
    }

    fn grant_change(&mut self, change: &GrantChange) {
        self.raw(b",\"grant_change\":{");
        self.word(b"\"about\":\"", Some(change.about.as_str()));
        self.text(b",\"from\":\"", change.from.as_ref());
        self.text(b",\"to\":\"", Some(&change.to));
        self.text(b",\"cause\":\"", change.cause.as_ref());
        self.text(b",\"words\":\"", change.words.as_ref());
        self.text(b",\"advice\":\"", change.advice.as_ref());
        self.text(b",\"reconnect_at\":\"", change.reconnect_at.as_ref());
        if let Some(when) = change.when {
            self.time(b",\"when\":\"", when);
        }
        if let Some((first, others)) = change.clients.split_first() {
            self.raw(b",\"clients\":[");
            self.word(b"\"", Some(first.as_str()));
            for other in others {
                self.word(b",\"", Some(other.as_str()));
            }
            self.raw(b"]");
        }
        self.text(b",\"instance\":\"", change.instance.as_ref());
        if change.heard {
            self.raw(b",\"heard\":true");
        }
        if change.loud {
            self.raw(b",\"loud\":true");
        }
        self.raw(b"}");
    }

    /// Nearly no text needs escaping, so what stands between is copied whole.
    fn escaped(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        // Without stopping at the first, so that many bytes are looked at in one step.
        while rest.iter().fold(false, |found, byte| found | needs_escape(*byte)) {
            let at = rest.iter().take_while(|byte| !needs_escape(**byte)).count();
            let Some((clean, [byte, behind @ ..])) = rest.split_at_checked(at) else { break };
            self.raw(clean);
            self.escape(*byte);
            rest = behind;
        }
        self.raw(rest);
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'"' => self.raw(b"\\\""),
            b'\\' => self.raw(b"\\\\"),
            b'\n' => self.raw(b"\\n"),
            b'\r' => self.raw(b"\\r"),
            b'\t' => self.raw(b"\\t"),
            0x08 => self.raw(b"\\b"),
            0x0c => self.raw(b"\\f"),
            // Writing to a vector cannot fail.
            _ => drop(write!(self.0, "\\u{byte:04x}")),
        }
    }
}

/// Whether JSON wants it written in another way (RFC 8259 §7).
const fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests;
