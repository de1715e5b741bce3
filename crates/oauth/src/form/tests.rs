use super::*;

#[test]
fn parameters_are_decoded_once() {
    let form =
        Form::parse(b"grant_type=client_credentials&scope=read%3Ajira-work+read%3Ame&x=%2525").unwrap();
    assert_eq!(form.get("grant_type"), Some("client_credentials"));
    assert_eq!(form.get("scope"), Some("read:jira-work read:me"));
    assert_eq!(form.get("x"), Some("%25"));
    assert_eq!(form.get("y"), None);
}

#[test]
fn a_parameter_without_a_value_counts_as_not_given() {
    let form = Form::parse(b"scope=&grant_type&&").unwrap();
    assert_eq!((form.get("scope"), form.get("grant_type")), (None, None));
}

#[test]
fn a_parameter_given_twice_is_refused_however_it_is_written() {
    assert_eq!(Form::parse(b"scope=a&scope=a").unwrap_err(), FormError::Twice);
    assert_eq!(Form::parse(b"scope=a&s%63ope=b").unwrap_err(), FormError::Twice);
}

#[test]
fn a_body_is_bounded_and_text() {
    assert_eq!(Form::parse(&vec![b'a'; LONGEST + 1]).unwrap_err(), FormError::TooLong);
    let many: String = (0..=MOST).map(|n| format!("p{n}=1&")).collect();
    assert_eq!(Form::parse(many.as_bytes()).unwrap_err(), FormError::TooMany);
    assert_eq!(Form::parse(b"a=%ff").unwrap_err(), FormError::NotText);
}

#[test]
fn a_form_prints_names_and_no_values() {
    let printed = format!("{:?}", Form::parse(b"client_secret=hidden-word").unwrap());
    assert!(printed.contains("client_secret") && !printed.contains("hidden-word"));
}
