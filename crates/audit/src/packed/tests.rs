use proptest::prelude::*;

use super::*;

/// Lines as they come, and as a block.
fn pack(lines: &[u8]) -> Vec<u8> {
    let mut packing = Packing::default();
    packed_with(&mut packing, lines)
}

fn packed_with(packing: &mut Packing, lines: &[u8]) -> Vec<u8> {
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        packing.line(|open| open.extend_from_slice(line));
    }
    assert_eq!(packing.lines(), lines);
    let block = packing.block();
    assert_eq!(packing.lines(), lines, "making a block changes nothing");
    block
}

/// As versions before pieces did it.
fn packed_whole(lines: &[u8]) -> Vec<u8> {
    let length = u32::try_from(lines.len()).unwrap().to_le_bytes();
    [&[WHOLE], &length[..], &lz4_flex::block::compress(lines)].concat()
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
fn a_block_that_an_older_version_packed_as_a_whole_is_read() {
    let lines = alike(1000);
    assert_eq!(unpack(&packed_whole(&lines)).unwrap(), lines);
}

#[test]
fn lines_that_cannot_be_packed_take_hardly_more_than_they_are() {
    let mut state = 1_u64;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let lines: Vec<u8> =
        std::iter::once(b'{').chain(std::iter::repeat_with(&mut noise).take(20_000).flatten()).collect();
    let packed = pack(&lines);
    assert!(packed.len() < lines.len() + lines.len() / 100, "{} of {}", packed.len(), lines.len());
    assert_eq!(unpack(&packed).unwrap(), lines);
}

#[test]
fn one_packing_makes_long_blocks_and_short_ones_in_any_order_and_keeps_little_room() {
    let mut packing = Packing::default();
    for count in [1000, 40, 100_000, 2, 1000] {
        let lines = alike(count);
        assert_eq!(unpack(&packed_with(&mut packing, &lines)).unwrap(), lines, "{count}");
        packing.clear();
        let kept = packing.open.capacity() + packing.pieces.capacity() + packing.room.capacity();
        assert!(kept <= MOST_KEPT + 5 * PIECE, "{kept}");
    }
}

#[test]
fn a_block_that_is_made_before_the_last_line_has_come_holds_what_had_come() {
    let mut packing = Packing::default();
    let (first, second) = (alike(100), alike(700));
    assert_eq!(unpack(&packed_with(&mut packing, &first)).unwrap(), first);
    packing.line(|open| open.extend_from_slice(&second));
    assert_eq!(unpack(&packing.block()).unwrap(), [first, second].concat());
}

#[test]
fn a_cut_block_cannot_be_unpacked() {
    let lines = alike(1000);
    let (whole, pieces) = (packed_whole(&lines), pack(&lines));
    for end in 5..whole.len() {
        assert!(unpack(&whole[..end]).is_none(), "{end}");
    }
    for end in 1..pieces.len() {
        assert!(unpack(&pieces[..end]).is_none(), "{end}");
    }
}

#[test]
fn no_flipped_bit_goes_unnoticed_even_where_the_lines_would_be_the_same() {
    let packed = pack(&alike(300));
    for at in 1..packed.len() {
        let mut flipped = packed.clone();
        flipped[at] ^= 4;
        assert!(unpack(&flipped).is_none(), "byte {at}");
    }
}

#[test]
fn a_block_that_claims_to_be_huge_is_not_believed() {
    let mut packed = packed_whole(&alike(1000));
    packed[1..5].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(unpack(&packed).is_none());
    let with_checksum =
        |pieces: &[u8]| [&[PIECES], &crc32fast::hash(pieces).to_le_bytes()[..], pieces].concat();
    let mut pieces = pack(&alike(1000)).split_off(5);
    assert!(unpack(&with_checksum(&pieces)).is_some());
    pieces[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(unpack(&with_checksum(&pieces)).is_none());
    assert!(unpack(&with_checksum(&[0; 4096])).unwrap().is_empty(), "pieces of nothing");
}

proptest! {
    #[test]
    fn whatever_is_packed_comes_back(lines in prop::collection::vec(any::<u8>(), 0..6000).prop_filter("lines begin with a brace", |lines| !lines.first().is_some_and(|first| [WHOLE, PIECES].contains(first)))) {
        prop_assert_eq!(unpack(&pack(&lines)).unwrap().into_owned(), lines);
    }

    #[test]
    fn no_bytes_make_unpacking_fail_otherwise_than_by_saying_so(kept in prop::collection::vec(any::<u8>(), 0..400)) {
        for mark in [WHOLE, PIECES] {
            let marked: Vec<u8> = [&[mark], kept.as_slice()].concat();
            let _ = unpack(&marked);
        }
        let _ = unpack_pieces(&kept);
        let _ = unpack(&kept);
    }
}
