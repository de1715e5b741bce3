//! Every order of events that two instances, a provider and crashes can make of a refresh, tried exhaustively.
//!
//! What changes rows here are the functions of [`protocol`](super::protocol) themselves; the rest is the world around them: a
//! provider with ten minutes of leeway in three readings of what a second redemption gives, requests and answers that are lost
//! or arrive after nobody waits for them, instances that are killed or merely paused until another takes over.
//! What is assumed of time: a redemption is finished, or taken up again, and a pair that is not proven redeemed in its turn, before
//! the leeway of ten minutes ends; and a request arrives, if it does, before a pair that came of another request for the same
//! token is itself redeemed, which is never done within a minute.
//!
//! Checked in every state that can be reached:
//!
//! - no refresh token is redeemed in a way the provider takes for a theft (outside its leeway, or with a successor in use);
//! - no access token is used that is not in the store;
//! - the claims of a family are counted upwards, and so are its pairs;
//! - were everything killed now, one fresh instance would get a living token: the grant is not lost.

mod provider;

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use store::{FamilyChange, FamilyRow, Holder};

use super::end::End;
use super::protocol::{self, Before, Claim, Claimant, Hold};
use provider::{Again, Pair, Provider, Said, bit, has};

/// How much may go wrong, and how far it goes.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    again: Again,
    /// One process alone with its store, or two that share one.
    instances: usize,
    generations: u8,
    crashes: u8,
    losses: u8,
    takeovers: u8,
    /// For showing that the model can fail: whoever wants to redeem does, and at once.
    lawless: bool,
}

/// Where an instance is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum At {
    /// It knows this generation and its pair, and uses that pair's access token.
    Idle,
    Claimed {
        hold: (u64, u64),
        pair: Pair,
        before: Before,
    },
    /// The request is on its way, or its answer is.
    Asked {
        hold: (u64, u64),
        sent: Pair,
        row_pair: Pair,
        said: Option<Said>,
        before: Before,
        /// Those of the pairs kept aside that were tried under this claim.
        aside: u32,
    },
    /// It has a pair that nobody else knows of.
    Got {
        hold: (u64, u64),
        pair: Pair,
        redeemed: Pair,
        before: Before,
    },
    /// It came too late, and has not kept its pair aside yet.
    Late {
        fence: u64,
        pair: Pair,
    },
    /// The next pair that was kept aside is to be tried.
    Refused {
        hold: (u64, u64),
        row_pair: Pair,
        before: Before,
        /// Those of the pairs kept aside that were tried under this claim.
        aside: u32,
    },
    /// It has heard that the family is over.
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Instance {
    /// Another one after each start.
    id: u8,
    known: u64,
    uses: Pair,
    at: At,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    /// Nobody else can have the store open.
    alone: bool,
    generation: u64,
    fence: u64,
    pair: Pair,
    holder: Option<u8>,
    tried: bool,
    unproven: bool,
    over: bool,
    /// Under which claim the row's pair was first sent.
    tried_at: u64,
    /// Pairs kept aside: under which claim, which pair, and under which it was first sent; 0: it was not.
    aside: Vec<(u64, Pair, u64)>,
    provider: Provider,
    /// Requests nobody waits for any more, which may still arrive.
    orphans: Vec<Pair>,
    instances: Vec<Instance>,
    next_id: u8,
    crashes: u8,
    losses: u8,
    takeovers: u8,
}

fn hold((fence, generation): (u64, u64)) -> Hold {
    Hold { fence, generation }
}

impl World {
    fn new(bounds: &Bounds) -> Self {
        let instance = |id| Instance { id, known: 1, uses: 0, at: At::Idle };
        let ids = 0..u8::try_from(bounds.instances).unwrap();
        Self {
            alone: bounds.instances == 1,
            generation: 1,
            fence: 1,
            pair: 0,
            holder: None,
            tried: false,
            unproven: false,
            over: false,
            tried_at: 0,
            aside: Vec::new(),
            provider: Provider { parents: vec![0], redeemed: 0, dead: 0, stale: 0, killed: false },
            orphans: Vec::new(),
            next_id: ids.end,
            instances: ids.map(instance).collect(),
            crashes: bounds.crashes,
            losses: bounds.losses,
            takeovers: bounds.takeovers,
        }
    }

    /// The row as the rules see it.
    fn row(&self) -> FamilyRow {
        let holder = |id: u8| Holder { instance: id.to_string(), patience: Duration::ZERO };
        FamilyRow {
            grant: "g".parse().unwrap(),
            generation: self.generation,
            fence: self.fence,
            sealed: vec![self.pair],
            began_at: Timestamp::UNIX_EPOCH,
            obtained_at: Timestamp::UNIX_EPOCH,
            holder: self.holder.map(holder),
            first_tried_at: self.tried.then_some(Timestamp::UNIX_EPOCH),
            unproven_since: self.unproven.then_some(Timestamp::UNIX_EPOCH),
            ended: self.over.then(|| (End::RevokedUpstream.to_string(), Timestamp::UNIX_EPOCH)),
            changed_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn put(&mut self, change: FamilyChange) {
        let FamilyChange::Put(row) = change else { return };
        assert!(row.fence >= self.fence && row.generation >= self.generation, "counted backwards");
        self.generation = row.generation;
        self.fence = row.fence;
        self.pair = row.sealed[0];
        self.holder = row.holder.map(|holder| holder.instance.parse().unwrap());
        self.tried = row.first_tried_at.is_some();
        self.unproven = row.unproven_since.is_some();
        self.over = row.ended.is_some();
    }

    fn claim(&mut self, i: usize, waited_out: Option<u64>, alone: bool) {
        let id = self.instances[i].id.to_string();
        let who = Claimant {
            instance: &id,
            patience: Duration::ZERO,
            known: self.instances[i].known,
            waited_out,
            alone,
        };
        let (claim, change) = protocol::claim(Some(&self.row()), &who, Timestamp::UNIX_EPOCH);
        self.put(change);
        match claim {
            Claim::Yours { row, before } => {
                let hold = (row.fence, row.generation);
                if before.tried.is_none() {
                    self.tried_at = row.fence;
                }
                self.instances[i].at = At::Claimed { hold, pair: row.sealed[0], before };
            }
            Claim::Moved(_) => self.adopt(i),
            Claim::Held { .. } | Claim::Gone => {}
            Claim::Ended(_) => self.instances[i].at = At::Over,
        }
    }

    /// Takes what is in the store.
    fn adopt(&mut self, i: usize) {
        let instance = &mut self.instances[i];
        instance.known = self.generation;
        instance.uses = self.pair;
        instance.at = if self.over { At::Over } else { At::Idle };
    }

    fn release(&mut self, i: usize, of: (u64, u64), never_sent: bool, before: Before) {
        let ((), change) = protocol::release(Some(&self.row()), hold(of), never_sent, before);
        self.put(change);
        self.instances[i].at = At::Idle;
    }

    fn keep_aside(&mut self, fence: u64, pair: Pair, spent: u64) {
        if !self.aside.contains(&(fence, pair, spent)) {
            self.aside.push((fence, pair, spent));
            self.aside.sort_unstable();
        }
    }

    fn commit(&mut self, i: usize) {
        let At::Got { hold: of, pair, redeemed, before } = self.instances[i].at.clone() else { return };
        let tried = before.tried.is_some();
        if tried && hold(of).holds(Some(&self.row())) {
            // Somebody else may be about to get another pair for the same token: it is the way back to whichever counts.
            let marked = self.aside.iter().find(|(_, pair, spent)| *pair == redeemed && *spent > 0);
            let first = marked.map_or(self.tried_at, |(.., spent)| *spent);
            self.keep_aside(of.0, redeemed, first);
        }
        let (kept, change) =
            protocol::commit(Some(&self.row()), hold(of), &[pair], (Timestamp::UNIX_EPOCH, tried));
        self.put(change);
        if kept.is_some() {
            if !tried {
                self.aside.retain(|(fence, ..)| *fence >= of.0);
            }
            self.adopt(i);
        } else {
            self.instances[i].at = At::Late { fence: of.0, pair };
        }
    }

    /// The pairs kept aside in the order in which they are tried; one that was sent before only while it may be sent again.
    fn to_try(&self) -> Vec<Pair> {
        let sent = |pair: Pair| self.aside.iter().any(|(_, its, spent)| *spent > 0 && *its == pair);
        let fresh = self.aside.iter().rev().filter(|(_, pair, spent)| *spent == 0 && !sent(*pair));
        let mut spent: Vec<(u64, Pair)> = self.aside.iter().map(|(_, pair, spent)| (*spent, *pair)).collect();
        spent.retain(|(spent, pair)| *spent > 0 && !has(self.provider.stale, *pair));
        // The latest first: what was sent later came of what was sent before.
        spent.sort_unstable();
        fresh.map(|(_, pair, _)| *pair).chain(spent.into_iter().rev().map(|(_, pair)| pair)).collect()
    }

    fn try_aside(&mut self, i: usize) {
        let At::Refused { hold: of, row_pair, before, aside } = self.instances[i].at.clone() else { return };
        if !hold(of).holds(Some(&self.row())) {
            self.adopt(i);
            return;
        }
        if !before.is_quiet() && !self.alone {
            let ((), change) = protocol::settle(Some(&self.row()), hold(of), Timestamp::UNIX_EPOCH);
            self.put(change);
            self.instances[i].at = At::Idle;
            return;
        }
        let next = self.to_try().into_iter().find(|pair| *pair != row_pair && !has(aside, *pair));
        if let Some(sent) = next {
            let unsent = self.aside.iter_mut().filter(|(_, pair, spent)| *pair == sent && *spent == 0);
            unsent.for_each(|(.., spent)| *spent = of.0);
        }
        self.instances[i].at = match next {
            Some(sent) => {
                At::Asked { hold: of, sent, row_pair, said: None, before, aside: aside | bit(sent) }
            }
            None => {
                let end = End::RevokedUpstream;
                let (ended, change) = protocol::end(Some(&self.row()), hold(of), end, Timestamp::UNIX_EPOCH);
                self.put(change);
                if !ended {
                    self.adopt(i);
                    return;
                }
                At::Over
            }
        };
    }

    /// Everything that can happen next.
    fn next(&self, bounds: &Bounds) -> Vec<(String, Self)> {
        let mut all = Vec::new();
        let mut push = |what: String, change: &dyn Fn(&mut Self)| {
            let mut world = self.clone();
            change(&mut world);
            all.push((what, world));
        };
        for i in 0..self.instances.len() {
            self.steps_of(i, bounds, &mut push);
            if self.crashes > 0 {
                push(format!("{i} is killed and starts again"), &|w| w.crash(i));
            }
        }
        for orphan in 0..self.orphans.len() {
            push("a request arrives that nobody waits for".to_owned(), &|w| {
                let pair = w.orphans.remove(orphan);
                let _ = w.provider.redeem(pair, bounds.again);
            });
            push("a request that nobody waits for never arrives".to_owned(), &|w| {
                w.orphans.remove(orphan);
            });
        }
        for pair in 0..u8::try_from(self.provider.parents.len()).unwrap() {
            if has(self.provider.redeemed, pair) && !has(self.provider.stale, pair) && !self.is_in_use(pair) {
                push(format!("the leeway of {pair} passes"), &|w| w.provider.stale |= bit(pair));
            }
        }
        all
    }

    /// Pairs of which a request may arrive that has not been answered yet.
    fn may_still_arrive(&self) -> impl Iterator<Item = Pair> + '_ {
        let others = self.instances.iter().filter_map(|instance| match instance.at {
            At::Claimed { pair, .. } => Some(pair),
            At::Asked { sent, said: None, .. } => Some(sent),
            _ => None,
        });
        others.chain(self.orphans.iter().copied())
    }

    /// Whether a family that is left alone has been for long enough: what was sent has arrived or never will, and whoever
    /// stood still since they claimed it sends nothing any more.
    fn is_settled(&self, i: usize) -> bool {
        let sends = |at: &At| matches!(at, At::Claimed { .. } | At::Asked { said: None, .. });
        let mut others = self.instances.iter().enumerate().filter(|(other, _)| *other != i);
        !self.unproven || (self.orphans.is_empty() && !others.any(|(_, other)| sends(&other.at)))
    }

    /// Whether a redemption of this pair is unfinished: it is finished long before the leeway ends.
    fn is_in_use(&self, pair: Pair) -> bool {
        self.pair == pair
            || ((self.unproven || self.tried) && self.provider.descends(self.pair, pair))
            || (self.tried && self.aside.iter().any(|(_, its, _)| *its == pair))
            || self.orphans.contains(&pair)
            || self.instances.iter().any(|instance| match &instance.at {
                At::Claimed { pair: its, .. } | At::Refused { row_pair: its, .. } => *its == pair,
                At::Asked { sent, row_pair, .. } => *sent == pair || *row_pair == pair,
                At::Got { redeemed, .. } => *redeemed == pair,
                At::Late { pair: its, .. } => self.provider.parents[usize::from(*its)] == pair,
                At::Idle | At::Over => false,
            })
    }

    fn steps_of(&self, i: usize, bounds: &Bounds, push: &mut impl FnMut(String, &dyn Fn(&mut Self))) {
        let alone = self.instances.len() == 1 || bounds.lawless;
        match self.instances[i].at.clone() {
            At::Idle => {
                // One that is not proven is always redeemed in its turn.
                let last = bounds.generations + if self.unproven || self.tried { 2 } else { 0 };
                if self.generation <= u64::from(last) && (self.is_settled(i) || bounds.lawless) {
                    push(format!("{i} wants a token"), &|w| w.claim(i, None, alone));
                    let held = self.holder.is_some_and(|holder| holder != self.instances[i].id);
                    if held && self.takeovers > 0 {
                        push(format!("{i} has waited long enough"), &|w| {
                            w.takeovers -= 1;
                            w.claim(i, Some(w.fence), alone);
                        });
                    }
                }
                if self.instances[i].known != self.generation || self.over {
                    push(format!("{i} looks at the store"), &|w| w.adopt(i));
                }
            }
            At::Claimed { hold, pair, before } => {
                let settled = !self.may_still_arrive().any(|earlier| self.provider.descends(pair, earlier));
                if settled || bounds.lawless {
                    push(format!("{i} sends {pair}"), &|w| {
                        w.instances[i].at =
                            At::Asked { hold, sent: pair, row_pair: pair, said: None, before, aside: 0 };
                    });
                }
                if !Hold::holds(self::hold(hold), Some(&self.row())) {
                    push(format!("{i} has stood still, and sends nothing"), &|w| {
                        w.release(i, hold, true, before)
                    });
                }
                if self.losses > 0 {
                    push(format!("{i} cannot connect"), &|w| {
                        w.losses -= 1;
                        w.release(i, hold, true, before);
                    });
                }
            }
            At::Asked { hold, sent, row_pair, said: None, before, aside } => {
                push(format!("the provider redeems {sent}"), &|w| {
                    let said = Some(w.provider.redeem(sent, bounds.again));
                    w.instances[i].at = At::Asked { hold, sent, row_pair, said, before, aside };
                });
                if self.losses > 0 {
                    push(format!("{i} waits no longer, its request is on its way"), &|w| {
                        w.losses -= 1;
                        w.orphans.push(sent);
                        w.orphans.sort_unstable();
                        w.release(i, hold, false, before);
                    });
                }
            }
            At::Asked { hold, sent, row_pair, said: Some(said), before, aside } => {
                push(format!("{i} hears {said:?}"), &|w| {
                    w.instances[i].at = match said {
                        Said::Pair(pair) => At::Got { hold, pair, redeemed: sent, before },
                        Said::Refused => At::Refused { hold, row_pair, before, aside },
                    };
                });
                if self.losses > 0 {
                    push(format!("the answer to {i} is lost"), &|w| {
                        w.losses -= 1;
                        w.release(i, hold, false, before);
                    });
                }
            }
            At::Got { .. } => push(format!("{i} commits"), &|w| w.commit(i)),
            At::Late { fence, pair } => push(format!("{i} keeps {pair} aside"), &|w| {
                w.keep_aside(fence, pair, 0);
                w.adopt(i);
            }),
            At::Refused { .. } => push(format!("{i} tries what was kept aside"), &|w| w.try_aside(i)),
            At::Over => {}
        }
    }

    fn crash(&mut self, i: usize) {
        self.crashes -= 1;
        self.kill(i);
    }

    fn kill(&mut self, i: usize) {
        if let At::Asked { sent, said: None, .. } = self.instances[i].at {
            self.orphans.push(sent);
            self.orphans.sort_unstable();
        }
        self.instances[i].id = self.next_id;
        self.next_id += 1;
        self.adopt(i);
    }

    /// What must hold in every state.
    fn check(&self, bounds: &Bounds) -> Result<(), String> {
        if self.provider.killed {
            return Err("the provider took a redemption for a theft".to_owned());
        }
        if self.over {
            return Err("the grant was ended although nobody revoked it".to_owned());
        }
        for arrives in [false, true] {
            self.survives(bounds, arrives)?;
        }
        Ok(())
    }

    /// Were everything killed now: does one fresh instance get a token it can use?
    fn survives(&self, bounds: &Bounds, orphans_arrive: bool) -> Result<(), String> {
        let mut world = self.clone();
        for i in 0..world.instances.len() {
            world.kill(i);
        }
        if orphans_arrive {
            for pair in std::mem::take(&mut world.orphans) {
                let _ = world.provider.redeem(pair, bounds.again);
            }
        }
        world.instances.truncate(1);
        let (before, mut steps) = (world.generation, 0);
        while world.generation == before {
            steps += 1;
            match world.instances[0].at.clone() {
                _ if steps > 40 => return Err("a fresh instance gets nowhere".to_owned()),
                At::Idle => world.claim(0, Some(world.fence), false),
                At::Claimed { hold, pair, before } => {
                    world.instances[0].at =
                        At::Asked { hold, sent: pair, row_pair: pair, said: None, before, aside: 0 };
                }
                At::Asked { hold, sent, row_pair, before, aside, .. } => {
                    world.instances[0].at = match world.provider.redeem(sent, bounds.again) {
                        Said::Pair(pair) => At::Got { hold, pair, redeemed: sent, before },
                        Said::Refused => At::Refused { hold, row_pair, before, aside },
                    };
                }
                At::Got { .. } => world.commit(0),
                At::Refused { .. } => world.try_aside(0),
                At::Late { .. } => return Err("a fresh instance alone comes too late".to_owned()),
                At::Over => return Err("the grant is lost".to_owned()),
            }
        }
        if has(world.provider.dead, world.pair) || world.provider.killed {
            return Err("what a fresh instance got is dead".to_owned());
        }
        Ok(())
    }
}

/// How many states there are, or how one comes to a bad one.
fn explore(bounds: &Bounds) -> Result<usize, String> {
    let first = World::new(bounds);
    let mut seen = HashSet::from([first.clone()]);
    // With the way to each state, for the message; ways are shared by number.
    let mut ways: Vec<(usize, String)> = vec![(0, "start".to_owned())];
    let mut queue = VecDeque::from([(first, 0)]);
    while let Some((world, way)) = queue.pop_front() {
        if let Err(why) = world.check(bounds) {
            let (mut steps, mut at) = (Vec::new(), way);
            while at != 0 {
                steps.push(ways[at].1.clone());
                at = ways[at].0;
            }
            steps.reverse();
            return Err(format!("{why}, after: {}\n{world:?}", steps.join("; ")));
        }
        for (what, next) in world.next(bounds) {
            if seen.insert(next.clone()) {
                ways.push((way, what));
                queue.push_back((next, ways.len() - 1));
            }
        }
    }
    Ok(seen.len())
}

const SMALL: Bounds = Bounds {
    again: Again::Sibling,
    instances: 2,
    generations: 1,
    crashes: 1,
    losses: 1,
    takeovers: 1,
    lawless: false,
};

fn holds(bounds: Bounds) {
    for again in [Again::Sibling, Again::Replaces, Again::Same] {
        match explore(&Bounds { again, ..bounds }) {
            Ok(states) => println!("{again:?}: {states} states of {bounds:?}"),
            Err(why) => panic!("{again:?}: {why}"),
        }
    }
}

#[test]
fn one_process_alone_loses_no_grant_however_often_it_is_killed_and_answers_are_lost() {
    holds(Bounds { instances: 1, generations: 1, crashes: 2, losses: 2, takeovers: 0, ..SMALL });
}

#[test]
fn two_instances_lose_no_grant_whatever_the_order_of_claims_answers_crashes_and_takeovers() {
    holds(SMALL);
}

/// Taken over twice, with a request that arrives late: a pair that was kept aside and has been redeemed since is not new.
#[test]
fn two_instances_that_take_over_from_each_other_twice_lose_no_grant() {
    holds(Bounds { generations: 2, crashes: 0, losses: 1, takeovers: 2, ..SMALL });
}

/// Minutes: run by the command `docs/custody.md` names, its output beside it.
#[test]
#[ignore = "the large size; some minutes in a release build"]
fn two_instances_lose_no_grant_at_the_large_size() {
    holds(Bounds { instances: 1, generations: 2, crashes: 3, losses: 3, takeovers: 0, ..SMALL });
    holds(Bounds { generations: 2, crashes: 2, losses: 2, takeovers: 2, ..SMALL });
}

#[test]
fn without_rules_about_who_redeems_the_same_world_loses_grants() {
    let lost = explore(&Bounds { lawless: true, generations: 2, losses: 0, ..SMALL });
    assert!(lost.is_err(), "the model cannot fail: {lost:?}");
}
