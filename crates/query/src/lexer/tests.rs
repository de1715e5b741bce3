use super::*;
use crate::jql::Jql;

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut lexer = Lexer::new(text);
    let mut tokens = Vec::new();
    loop {
        match lexer.next::<Jql>()?.token {
            Token::End => return Ok(tokens),
            token => tokens.push(token),
        }
    }
}

fn text(text: &str) -> Token<'_> {
    Token::Text(Cow::Borrowed(text))
}

#[test]
fn signs_need_no_blanks_around_them() {
    let read = tokens("a!=1&b!~'x'||!c<=-2d").unwrap();
    let expected = [
        Token::Word("a"),
        Token::Sign(Operator::NotEquals),
        Token::Word("1"),
        Token::And,
        Token::Word("b"),
        Token::Sign(Operator::NotContains),
        text("x"),
        Token::Or,
        Token::Bang,
        Token::Word("c"),
        Token::Sign(Operator::LessOrEqual),
        Token::Word("-2d"),
    ];
    assert_eq!(read, expected);
}

#[test]
fn escapes_are_undone_with_and_without_quotation_marks() {
    assert_eq!(tokens(r#""a\"b\\c\nd\u0041""#).unwrap(), [text("a\"b\\c\ndA")]);
    assert_eq!(tokens(r"two\ words\u0021").unwrap(), [text("two words!")]);
    assert_eq!(tokens(r"'\ud83d\ude00'").unwrap(), [text("\u{1f600}")]);
    assert_eq!(tokens("'a\nb'").unwrap(), [text("a\nb")]);
}

#[test]
fn what_is_no_escape_is_refused_where_it_stands() {
    for (query, at) in [
        (r#""a\qb""#, 2),
        (r#""\u12""#, 1),
        (r#""\ud83d""#, 1),
        (r#""\ud83d\u0041""#, 1),
        (r#""\ude00\ud83d""#, 1),
        ("abc\\", 3),
        ("\"open", 0),
        ("\"tab\there\"", 4),
        ("a \u{7} b", 2),
        ("a = b@c", 5),
        ("a /* b */", 2),
        ("a # b", 2),
    ] {
        assert_eq!(tokens(query).unwrap_err().at, at, "{query}");
    }
}

#[test]
fn an_escape_does_not_hide_a_keyword() {
    assert!(tokens(r"\u0061nd").unwrap_err().sentence.contains("'and' is a reserved word"));
}

#[test]
fn what_looks_like_a_sign_is_a_letter() {
    for letters in
        ["\u{201c}REL\u{201d}", "\u{ff08}a\u{ff09}", "a\u{a0}b", "\u{2019}", "prоject", "a\u{ff1d}b"]
    {
        assert_eq!(tokens(letters).unwrap(), [Token::Word(letters)]);
    }
}
