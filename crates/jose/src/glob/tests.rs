use proptest::prelude::*;

use super::*;

fn matches(pattern: &str, text: &str) -> bool {
    Glob::parse(pattern).unwrap().matches(text)
}

#[test]
fn a_pattern_without_stars_is_the_text_itself() {
    assert!(matches("repo:acme/app:ref:refs/heads/main", "repo:acme/app:ref:refs/heads/main"));
    assert!(!matches("repo:acme/app", "repo:acme/apps"));
    assert!(!matches("repo:acme/app", "xrepo:acme/app"));
    assert!(!matches("repo:acme/app", "repo:Acme/app"));
}

#[test]
fn one_star_stays_within_its_segment() {
    assert!(matches("repo:acme/*:ref:refs/heads/main", "repo:acme/app:ref:refs/heads/main"));
    assert!(matches("repo:acme/*", "repo:acme/"));
    assert!(!matches("repo:acme/*", "repo:acme/app:environment:prod"));
    assert!(!matches("repo:acme/*", "repo:acme/app/more"));
    assert!(!matches("repo:*:ref", "repo:acme/app:ref"));
}

#[test]
fn two_stars_go_across_segments() {
    assert!(matches("repo:acme/**", "repo:acme/app:environment:prod"));
    assert!(matches("**:prod", "repo:acme/app:environment:prod"));
    assert!(matches("repo:acme/**:prod", "repo:acme/app:prod:prod"));
    assert!(!matches("repo:acme/**:prod", "repo:acme/app:prod:preprod"));
}

#[test]
fn both_ends_are_anchored() {
    // The classic: a repository whose name begins or ends like the trusted one.
    assert!(!matches("repo:acme/*", "repo:acme-evil/app"));
    assert!(!matches("repo:acme/app:*", "repo:evil/repo:acme/app:x"));
    assert!(!matches("*main", "main\n"));
    assert!(!matches("main", "main "));
}

#[test]
fn no_other_character_is_special() {
    assert!(matches("a.c?[x]\\+(y|z)^$", "a.c?[x]\\+(y|z)^$"));
    assert!(!matches("a.c", "abc"));
    assert!(!matches("a?c", "abc"));
}

#[test]
fn what_is_no_pattern_is_refused() {
    assert_eq!(Glob::parse(""), Err(NotAPattern::Empty));
    assert_eq!(Glob::parse("a***"), Err(NotAPattern::Stars));
    assert_eq!(Glob::parse("****"), Err(NotAPattern::Stars));
    assert_eq!(Glob::parse("a\nb"), Err(NotAPattern::Control));
    assert!(Glob::parse(&"a".repeat(Glob::MAX_PATTERN)).is_ok());
    assert_eq!(Glob::parse(&"a".repeat(Glob::MAX_PATTERN + 1)), Err(NotAPattern::TooLong));
}

#[test]
fn a_text_beyond_the_limit_matches_nothing() {
    assert!(matches("**", &"a".repeat(Glob::MAX_TEXT)));
    assert!(!matches("**", &"a".repeat(Glob::MAX_TEXT + 1)));
}

/// The definition, as slow as it is plain.
fn reference(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', '*', rest @ ..] => (0..=text.len()).any(|taken| reference(rest, &text[taken..])),
        ['*', rest @ ..] => (0..=text.len())
            .take_while(|taken| !text[..*taken].iter().any(|c| SEPARATORS.contains(c)))
            .any(|taken| reference(rest, &text[taken..])),
        [one, rest @ ..] => text.first() == Some(one) && reference(rest, &text[1..]),
    }
}

proptest! {
    #[test]
    fn matching_agrees_with_the_definition(pattern in "[ab/:*]{1,8}", text in "[ab/:]{0,10}") {
        prop_assume!(!pattern.contains("***"));
        let (p, t): (Vec<_>, Vec<_>) = (pattern.chars().collect(), text.chars().collect());
        prop_assert_eq!(matches(&pattern, &text), reference(&p, &t), "{} on {}", pattern, text);
    }

    #[test]
    fn any_text_is_a_pattern_or_refused(pattern in ".{0,40}", text in ".{0,40}") {
        if let Ok(glob) = Glob::parse(&pattern) {
            glob.matches(&text);
        }
    }
}
