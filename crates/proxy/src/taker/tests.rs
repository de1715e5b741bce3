use super::*;

#[test]
fn a_client_is_only_held_to_what_there_is_to_take() {
    let taker = Taker::connection();
    let turn = |asked: Option<bool>| {
        taker.begin_turn();
        if let Some(had_some) = asked {
            taker.asked(had_some);
        }
        taker.end_turn()
    };
    assert_eq!(turn(None), Turn::Ours, "there is no answer yet");
    taker.offered();
    assert_eq!(turn(None), Turn::TookNothing, "an answer that nobody asks for");
    assert_eq!(turn(Some(true)), Turn::Took);
    assert_eq!(turn(None), Turn::TookNothing, "it took the piece before, and this one not");
    assert_eq!(turn(Some(false)), Turn::Ours, "Atlassian is waited for");
    assert_eq!(turn(None), Turn::TookNothing, "Atlassian has more, and nobody asks for it");
}

#[test]
fn a_stream_is_given_up_alone_or_with_its_connection() {
    let connection = Taker::connection();
    let (first, second) = (connection.stream(), connection.stream());
    first.give_up();
    assert!(first.is_given_up() && !second.is_given_up() && !connection.is_given_up());
    connection.give_up();
    assert!(second.is_given_up());
}
