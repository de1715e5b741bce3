use super::*;

#[test]
fn letters_that_only_look_like_ascii_are_known_for_what_they_are() {
    for (letter, like) in [
        ('Е', Some('E')),
        ('а', Some('a')),
        ('Ο', Some('O')),
        ('Ｒ', Some('R')),
        ('７', Some('7')),
        ('é', None),
    ] {
        assert_eq!(plain(letter), like, "{letter}");
    }
}

#[test]
fn a_space_may_be_somebodys_own() {
    for key in ["DOC", "~557058:12-ab", "7", "ds.x_y"] {
        assert!(Of::Space.fits(key), "{key}");
    }
    for key in ["", "a b", "a/b", "\"", &"x".repeat(256)] {
        assert!(!Of::Space.fits(key), "{key}");
    }
}
