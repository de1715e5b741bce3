use proptest::prelude::*;

use super::*;

/// Where a chain may be.
const START: Head = Head { seq: 41, hash: [7; 32] };

/// Records as they come, as a block.
fn pack(records: &[u8]) -> Vec<u8> {
    packed_with(&mut Packing::behind(START), records)
}

fn packed_with(packing: &mut Packing, records: &[u8]) -> Vec<u8> {
    for record in records.split_inclusive(|byte| *byte == b'\n') {
        packing.record(|open| open.extend_from_slice(record.strip_suffix(b"\n").unwrap_or(record)));
    }
    let lines = lines_of(records);
    assert_eq!(packing.lines(), lines);
    let block = packing.block();
    assert_eq!(packing.lines(), lines, "making a block changes nothing");
    block
}

/// What the lines of these records are.
fn lines_of(records: &[u8]) -> Vec<u8> {
    let (mut lines, mut head) = (Vec::new(), START);
    for record in records.split_inclusive(|byte| *byte == b'\n') {
        head = lines::push(&mut lines, head, record.strip_suffix(b"\n").unwrap_or(record));
    }
    lines
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
    let lines = lines_of(&lines);
    assert!(packed.len() * 5 < lines.len(), "{} of {}, hashes and all", packed.len(), lines.len());
    assert_eq!(unpack(&packed).unwrap(), lines);
}

#[test]
fn short_blocks_and_those_of_older_versions_are_lines_as_they_are() {
    let lines = lines_of(&alike(3));
    assert_eq!(pack(&alike(3)), lines);
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
    // No line feeds: JSON has none.
    let record = std::iter::repeat_with(&mut noise).take(2_000).flatten().filter(|byte| *byte != b'\n');
    let records: Vec<u8> = record.chain([b'\n']).collect();
    let packed = pack(&records);
    assert!(packed.len() < records.len() + 100, "{} of {}", packed.len(), records.len());
    assert_eq!(unpack(&packed).unwrap(), lines_of(&records));
}

#[test]
fn one_packing_makes_long_blocks_and_short_ones_in_any_order_and_keeps_little_room() {
    let mut packing = Packing::behind(START);
    for count in [1000, 40, 100_000, 2, 1000] {
        let records = alike(count);
        assert_eq!(unpack(&packed_with(&mut packing, &records)).unwrap(), lines_of(&records), "{count}");
        packing.begin(START);
        let kept = packing.open.capacity() + packing.pieces.capacity() + packing.room.capacity();
        assert!(kept <= MOST_KEPT + 5 * PIECE, "{kept}");
    }
}

#[test]
fn a_block_that_is_made_before_the_last_line_has_come_holds_what_had_come() {
    let mut packing = Packing::behind(START);
    let first = alike(100);
    assert_eq!(unpack(&packed_with(&mut packing, &first)).unwrap(), lines_of(&first));
    packing.record(|open| open.extend_from_slice(b"{}"));
    assert_eq!(unpack(&packing.block()).unwrap(), lines_of(&[&first[..], b"{}\n"].concat()));
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
fn no_flipped_bit_goes_unnoticed_even_where_the_records_would_be_the_same() {
    let packed = pack(&alike(300));
    for at in 1..packed.len() {
        let mut flipped = packed.clone();
        flipped[at] ^= 4;
        assert!(unpack(&flipped).is_none(), "byte {at}");
    }
}

/// What somebody writes who knows the form.
fn with_checksum(rest: &[u8]) -> Vec<u8> {
    [&[PIECES], &crc32fast::hash(rest).to_le_bytes()[..], rest].concat()
}

#[test]
fn what_was_changed_cleverly_comes_to_another_hash() {
    let mut packing = Packing::behind(START);
    let mut rest = packed_with(&mut packing, &alike(1000)).split_off(5);
    let head = |block: &[u8]| {
        let lines = unpack(block).unwrap().into_owned();
        lines::split(&lines).next_back().and_then(lines::Line::parse).unwrap().hash
    };
    assert_eq!(head(&with_checksum(&rest)), packing.end().hash);
    let word = rest.windows(7).position(|bytes| bytes == b"release").unwrap();
    rest[word] = b'R';
    assert_ne!(head(&with_checksum(&rest)), packing.end().hash);
}

#[test]
fn a_block_that_claims_to_be_huge_is_not_believed() {
    let mut packed = packed_whole(&alike(1000));
    packed[1..5].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(unpack(&packed).is_none());
    let mut pieces = pack(&alike(1000)).split_off(5);
    assert!(unpack(&with_checksum(&pieces)).is_some());
    pieces[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(unpack(&with_checksum(&pieces)).is_none());
    assert!(unpack(&with_checksum(&[0; 4096])).unwrap().is_empty(), "pieces of nothing");
    let nothing = vec![b'\n'; LARGEST - 1];
    let piece = lz4_flex::block::compress(&nothing);
    let lengths = [nothing.len(), piece.len()].map(|length| u32::try_from(length).unwrap().to_le_bytes());
    let many = with_checksum(&[&[0; 40][..], &lengths.concat(), &piece].concat());
    assert!(unpack(&many).is_none(), "millions of records of nothing");
}

proptest! {
    #[test]
    fn whatever_is_packed_comes_back(records in prop::collection::vec("[^\n]{0,200}", 0..60)) {
        let records: String = records.iter().map(|record| format!("{record}\n")).collect();
        prop_assert_eq!(unpack(&pack(records.as_bytes())).unwrap().into_owned(), lines_of(records.as_bytes()));
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
