use super::*;

fn version(number: u64, digest: u8, cause: Cause) -> VersionRow {
    VersionRow {
        number,
        digest: [digest; 32],
        sources: Vec::new(),
        author: "ada".parse().unwrap(),
        activated_by: "ada".parse().unwrap(),
        activated_at: Timestamp::UNIX_EPOCH,
        cause: cause.as_str().to_owned(),
        direction: "wider".to_owned(),
        plan: None,
        approvals: "[]".to_owned(),
    }
}

#[test]
fn what_a_step_back_has_left_behind_is_not_looked_after_and_what_it_went_back_to_is() {
    let versions = [
        version(5, 4, Cause::Apply),
        version(4, 1, Cause::Rollback),
        version(3, 3, Cause::Apply),
        version(2, 1, Cause::Apply),
        version(1, 0, Cause::First),
    ];
    let numbers: Vec<_> = in_force(&versions).iter().map(|row| row.number).collect();
    assert_eq!(numbers, [5, 4, 2, 1]);
    assert!(in_force(&[]).is_empty());
}
