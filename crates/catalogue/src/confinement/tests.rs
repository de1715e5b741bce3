use super::*;

#[test]
fn a_cell_says_it_all_in_one_order() {
    for cell in [
        "named",
        "queried",
        "nothing",
        "refused:filters",
        "named bulk issue:create-many",
        "listed values[]=project@location.projectId;total",
        "listed bulk issue:edit []=project@scope.project.id? .=space@spaceId",
    ] {
        assert_eq!(cell.parse::<Confined>().map(|confined| confined.to_string()), Ok(cell.to_owned()));
    }
}

#[test]
fn what_is_no_cell_is_refused() {
    for cell in [
        "",
        "allowed",
        "refused",
        "refused:",
        "refused:because",
        "named issue:",
        "named  bulk",
        "named issue:edit bulk",
    ] {
        assert_eq!(cell.parse::<Confined>(), Err(UnknownWord), "{cell}");
    }
}

#[test]
fn every_reason_is_one_sentence_for_the_caller() {
    for why in Why::ALL {
        let sentence = why.sentence();
        assert!(sentence.ends_with('.') && sentence.matches('.').count() == 1, "{sentence}");
        assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
        assert_eq!(why.as_str().parse(), Ok(*why));
    }
}
