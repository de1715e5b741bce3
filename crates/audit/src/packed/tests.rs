use proptest::prelude::*;

use super::*;

fn pack(lines: &[u8]) -> Vec<u8> {
    Packer::default().pack(lines)
}

fn alike(lines: usize) -> Vec<u8> {
    let line = |n| {
        format!("{{\"seq\":{n},\"record\":{{\"client\":\"release-automation\",\"path\":\"/rest/{n}\"}}}}\n")
    };
    (0..lines).map(line).collect::<String>().into_bytes()
}

#[test]
fn lines_that_are_alike_take_less_than_half() {
    let lines = alike(1000);
    let packed = pack(&lines);
    assert!(packed.len() * 2 < lines.len(), "{} of {}", packed.len(), lines.len());
    assert_eq!(unpack(&packed).unwrap(), lines);
}

#[test]
fn short_blocks_and_those_of_older_versions_are_lines_as_they_are() {
    let lines = alike(3);
    assert_eq!(pack(&lines), lines);
    assert_eq!(unpack(&lines).unwrap(), lines);
    let old = alike(1000);
    assert_eq!(unpack(&old).unwrap(), old);
}

#[test]
fn one_packer_packs_long_blocks_and_short_ones_in_any_order() {
    let mut packer = Packer::default();
    for count in [1000, 40, 20_000, 1000] {
        let lines = alike(count);
        assert_eq!(unpack(&packer.pack(&lines)).unwrap(), lines, "{count}");
    }
}

#[test]
fn a_cut_block_cannot_be_unpacked() {
    let packed = pack(&alike(1000));
    for end in HEAD..packed.len() {
        assert!(unpack(&packed[..end]).is_none(), "{end}");
    }
}

#[test]
fn a_block_that_claims_to_be_huge_is_not_believed() {
    let mut packed = pack(&alike(1000));
    packed[1..HEAD].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(unpack(&packed).is_none());
}

proptest! {
    #[test]
    fn whatever_is_packed_comes_back(lines in prop::collection::vec(any::<u8>(), 0..6000).prop_filter("lines begin with a brace", |lines| lines.first() != Some(&PACKED))) {
        prop_assert_eq!(unpack(&pack(&lines)).unwrap().into_owned(), lines);
    }

    #[test]
    fn no_bytes_make_unpacking_fail_otherwise_than_by_saying_so(kept in prop::collection::vec(any::<u8>(), 0..400)) {
        let marked: Vec<u8> = [&[PACKED], kept.as_slice()].concat();
        let _ = unpack(&marked);
        let _ = unpack(&kept);
    }
}
