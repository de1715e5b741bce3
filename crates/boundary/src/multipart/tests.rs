use super::*;
use proptest::prelude::*;

const KIND: &str = "multipart/form-data; boundary=XX";

fn upload(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (head, content) in parts {
        body.push_str(&format!("--XX\r\n{head}\r\n\r\n{content}\r\n"));
    }
    body.push_str("--XX--\r\n");
    body.into_bytes()
}

#[test]
fn each_part_says_what_it_is_and_how_large() {
    let body = upload(&[
        (
            "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png",
            "12345",
        ),
        ("Content-Disposition: form-data; name=\"file\"", ""),
    ]);
    let found = parts(KIND, &body).unwrap();
    assert_eq!(found, [Part { media: Some("image/png".into()), bytes: 5 }, Part { media: None, bytes: 0 }]);
}

#[test]
fn what_two_readers_could_read_differently_is_not_read() {
    let one = ("Content-Type: image/png\r\nContent-Type: text/html", "x");
    assert_eq!(parts(KIND, &upload(&[one])), None);
    assert_eq!(parts(KIND, &upload(&[("X: a\r\n Content-Type: text/html", "x")])), None);
    let fine = upload(&[("Content-Type: image/png", "x")]);
    assert_eq!(parts("multipart/form-data; boundary=XX; boundary=YY", &fine), None);
    assert_eq!(parts("application/json", &fine), None);
    let with_preamble = [b"hello\r\n".as_slice(), &fine].concat();
    assert_eq!(parts(KIND, &with_preamble), None);
    assert_eq!(parts(KIND, fine.strip_suffix(b"--\r\n").unwrap()), None);
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(kind in any::<String>(), body in any::<Vec<u8>>()) {
        let _ = parts(&kind, &body);
        let _ = parts(KIND, &body);
    }
}
