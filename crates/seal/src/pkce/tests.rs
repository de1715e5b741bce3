use super::*;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const OF_IT: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[test]
fn the_example_of_the_standard_holds() {
    assert!(is_challenge(OF_IT) && answers(VERIFIER, OF_IT));
}

#[test]
fn another_verifier_or_the_challenge_itself_does_not_answer() {
    let other = VERIFIER.replace('d', "e");
    for verifier in ["", "short", &other, OF_IT, &format!("{VERIFIER}="), &format!("{VERIFIER} ")] {
        assert!(!answers(verifier, OF_IT), "{verifier}");
    }
    assert!(!answers(VERIFIER, VERIFIER), "plain");
}

#[test]
fn verifiers_and_challenges_have_their_lengths_and_alphabets() {
    assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
    assert!(!is_verifier(&"a".repeat(42)) && !is_verifier(&"a".repeat(129)) && !is_verifier(&"ä".repeat(30)));
    let odd = OF_IT.replace('E', "+");
    for text in ["", OF_IT.trim_start_matches('E'), &format!("{OF_IT}="), &odd] {
        assert!(!is_challenge(text), "{text}");
    }
}
