use super::*;
use crate::record::{Kind, Record};

fn entry(n: u128, waiting: Option<oneshot::Sender<Durable>>) -> Entry {
    let id = types::RequestId::new(uuid::Uuid::from_u128(n));
    let at = Timestamp::from_second(i64::try_from(n).unwrap()).unwrap();
    Entry { record: Box::new(Record::new(Kind::Call, id, at)), waiting }
}

fn ids(batch: &Batch) -> Vec<u128> {
    let record = |line| lines::Line::parse(line).unwrap().record().unwrap();
    lines::split(&batch.lines()).map(|line| record(line).id.uuid().as_u128()).collect()
}

/// The lines make an unbroken chain behind `from`, and end where the batch says.
fn is_chained(batch: &Batch, from: Head) -> bool {
    let end = lines::split(&batch.lines()).fold(from, |head, line| {
        let line = lines::Line::parse(line).unwrap();
        let next = head.extend(line.payload);
        assert_eq!((line.seq, line.hash), (next.seq, next.hash));
        next
    });
    (end.seq, end.hash) == (batch.end().seq, batch.end().hash)
}

#[test]
fn what_is_left_when_some_are_refused_is_chained_as_if_they_had_never_been() {
    let (waiting, mut answer) = oneshot::channel();
    let mut batch = Batch::behind(Head::GENESIS);
    batch.push(entry(1, None));
    batch.push(entry(2, Some(waiting)));
    batch.push(entry(3, None));
    assert!(batch.is_urgent());
    assert_eq!(batch.refuse(2, Head::GENESIS), 1);
    assert!(answer.try_recv().unwrap().is_err());
    assert_eq!((ids(&batch), batch.len()), (vec![1, 3], 2));
    assert!(is_chained(&batch, Head::GENESIS) && !batch.is_urgent());
}

#[test]
fn what_came_after_a_block_was_made_goes_on_where_that_block_ends() {
    let mut batch = Batch::behind(Head::GENESIS);
    batch.push(entry(1, None));
    batch.push(entry(2, None));
    let (end, mut shown) = (batch.end(), 0);
    batch.push(entry(3, None));
    batch.written(2, end, |_| shown += 1);
    assert_eq!((ids(&batch), shown), (vec![3], 2));
    assert!(is_chained(&batch, end));
    batch.push(entry(4, None));
    assert!(is_chained(&batch, end));
}

#[test]
fn a_block_says_which_records_and_which_times_it_holds() {
    let mut batch = Batch::behind(Head::GENESIS);
    for n in [7, 5, 6] {
        batch.push(entry(n, None));
    }
    let block = batch.block(Head::GENESIS);
    assert_eq!((block.first_seq, block.last_seq, block.head), (1, 3, batch.end().hash));
    assert_eq!((block.first_at.as_second(), block.last_at.as_second()), (5, 7));
    assert_eq!(block.records, batch.lines());
}

#[test]
fn a_long_batch_is_chained_like_a_short_one_whatever_is_taken_out_of_it() {
    let mut batch = Batch::behind(Head::GENESIS);
    let mut answers = Vec::new();
    for n in 0..2000 {
        let (waiting, answer) = oneshot::channel();
        batch.push(entry(n, (n % 7 == 0).then_some(waiting)));
        answers.push(answer);
    }
    assert!(is_chained(&batch, Head::GENESIS));
    assert_eq!(batch.refuse(700, Head::GENESIS), 100);
    assert_eq!(ids(&batch), (0..2000).filter(|n| n % 7 != 0).collect::<Vec<_>>());
    assert!(is_chained(&batch, Head::GENESIS));
    let block = batch.block(Head::GENESIS);
    assert_eq!(crate::packed::unpack(&block.records).unwrap(), batch.lines());
    batch.written(usize::MAX, Head { seq: block.last_seq, hash: block.head }, |_| {});
    assert!(batch.is_empty() && batch.lines().is_empty());
}
