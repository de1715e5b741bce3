//! A distinguished name as text, so written that no two names give the same text (RFC 4514).

/// `CN=nightly,OU=Jobs,O=Acme`: the last part first, as `openssl x509 -noout -subject -nameopt RFC2253,-esc_msb` shows it.
///
/// Takes the content of a `Name` (RFC 5280 §4.1.2.4) without the head of its sequence. `None` when it is empty, or has an
/// attribute other than those of RFC 4514 §3, the serial number and the mail address, or a value that is no plain text.
pub(super) fn text(name: &[u8]) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let (attributes, after) = element(rest, SET)?;
        parts.push(part(attributes)?);
        rest = after;
    }
    parts.reverse();
    (!parts.is_empty()).then(|| parts.join(","))
}

const SET: u8 = 0x31;
const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
/// UTF8String, PrintableString and IA5String: all are UTF-8 as they stand.
const TEXTS: [u8; 3] = [0x0c, 0x13, 0x16];

/// Below 2.5.4, X.520.
const X520: [(u8, &str); 8] =
    [(3, "CN"), (5, "serialNumber"), (6, "C"), (7, "L"), (8, "ST"), (9, "street"), (10, "O"), (11, "OU")];

/// 0.9.2342.19200300.100.1, RFC 4519; and the mail address of PKCS #9.
const OTHERS: [(&[u8], &str); 3] = [
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01], "UID"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19], "DC"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01], "emailAddress"),
];

/// The attributes that stand together, normally one.
fn part(attributes: &[u8]) -> Option<String> {
    let mut written = Vec::new();
    let mut rest = attributes;
    while !rest.is_empty() {
        let (attribute, after) = element(rest, SEQUENCE)?;
        let (kind, value) = element(attribute, OBJECT_IDENTIFIER)?;
        let (value, nothing) = TEXTS.iter().find_map(|tag| element(value, *tag))?;
        if !nothing.is_empty() {
            return None;
        }
        written.push(format!("{}={}", short(kind)?, escaped(std::str::from_utf8(value).ok()?)?));
        rest = after;
    }
    (!written.is_empty()).then(|| written.join("+"))
}

fn short(kind: &[u8]) -> Option<&'static str> {
    match kind {
        [0x55, 0x04, own] => X520.iter().find(|(known, _)| known == own).map(|(_, name)| *name),
        other => OTHERS.iter().find(|(known, _)| *known == other).map(|(_, name)| *name),
    }
}

/// RFC 4514 §2.4.
fn escaped(value: &str) -> Option<String> {
    if value.is_empty() || value.contains(char::is_control) {
        return None;
    }
    let last = value.chars().count() - 1;
    let mut text = String::with_capacity(value.len());
    for (place, character) in value.chars().enumerate() {
        let special = match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => true,
            '#' => place == 0,
            ' ' => place == 0 || place == last,
            _ => false,
        };
        if special {
            text.push('\\');
        }
        text.push(character);
    }
    Some(text)
}

/// The content of the element at the start, if it has this tag, and what follows it (X.690 §8.1, definite lengths below
/// 64 KiB).
fn element(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match input {
        [first, 0x81, length, rest @ ..] if *first == tag => (usize::from(*length), rest),
        [first, 0x82, high, low, rest @ ..] if *first == tag => {
            (usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        [first, length @ 0..=0x7f, rest @ ..] if *first == tag => (usize::from(*length), rest),
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![tag, 0x82];
        out.extend_from_slice(&u16::try_from(content.len()).unwrap().to_be_bytes());
        out.extend_from_slice(content);
        out
    }

    fn attribute(kind: &[u8], value: &str) -> Vec<u8> {
        tlv(SEQUENCE, &[tlv(OBJECT_IDENTIFIER, kind), tlv(0x0c, value.as_bytes())].concat())
    }

    fn name(parts: &[(&[u8], &str)]) -> Vec<u8> {
        parts.iter().flat_map(|(kind, value)| tlv(SET, &attribute(kind, value))).collect()
    }

    const CN: &[u8] = &[0x55, 4, 3];
    const O: &[u8] = &[0x55, 4, 10];

    #[test]
    fn the_last_part_comes_first_and_nothing_in_a_value_looks_like_another_part() {
        assert_eq!(text(&name(&[(O, "Acme"), (CN, "nightly")])).unwrap(), "CN=nightly,O=Acme");
        assert_eq!(text(&name(&[(CN, "nightly,O=Acme")])).unwrap(), "CN=nightly\\,O=Acme");
        assert_eq!(text(&name(&[(CN, " #a+b=\"c\\ ")])).unwrap(), "CN=\\ #a\\+b=\\\"c\\\\\\ ");
        assert_eq!(text(&name(&[(CN, "#1")])).unwrap(), "CN=\\#1");
        assert_eq!(text(&name(&[(CN, "Zoë")])).unwrap(), "CN=Zoë");
        let both = tlv(SET, &[attribute(CN, "a"), attribute(OTHERS[0].0, "b")].concat());
        assert_eq!(text(&both).unwrap(), "CN=a+UID=b");
    }

    #[test]
    fn what_cannot_be_written_is_no_name() {
        for bad in [
            Vec::new(),
            name(&[(CN, "")]),
            name(&[(CN, "a\nb")]),
            name(&[(&[0x55, 4, 97], "x")]),
            tlv(SET, &[]),
            tlv(SET, &tlv(SEQUENCE, &[tlv(OBJECT_IDENTIFIER, CN), tlv(0x1e, b"\0a")].concat())),
            name(&[(CN, "a")])[..10].to_vec(),
            vec![SET, 0x80],
            vec![SET, 0x84, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(text(&bad), None, "{bad:x?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_stumble(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _name_or_none = text(&bytes);
        }

        #[test]
        fn different_names_are_written_differently(
            one in prop::collection::vec("[a,=+ \\\\\"#]{1,4}", 1..4),
            two in prop::collection::vec("[a,=+ \\\\\"#]{1,4}", 1..4),
        ) {
            let written = |values: &[String]| text(&name(&values.iter().map(|v| (CN, v.as_str())).collect::<Vec<_>>()));
            prop_assert_eq!(one == two, written(&one) == written(&two));
        }
    }
}
