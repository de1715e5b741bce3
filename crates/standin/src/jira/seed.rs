//! A Jira as a test finds it: generated from the seed, the same every time.

mod plans;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use crate::jira::model::{
    Attachment, Board, Comment, Filter, Issue, Item, Link, Named, Project, Sprint, Worklog,
};
use crate::jira::{Jira, rich};
use crate::world::Deployment;
use crate::world::people::{AccountId, People};
use crate::world::random::Random;
use plans::{DEMO, OTHER, Plan, SERVER};

const VERBS: [&str; 8] = ["Prepare", "Review", "Fix", "Document", "Measure", "Migrate", "Retire", "Automate"];
const NOUNS: [&str; 12] = [
    "nightly build",
    "rollback plan",
    "import of ledgers",
    "partner sign-up",
    "schema change",
    "release notes",
    "search index",
    "billing export",
    "login page",
    "retention job",
    "status page",
    "load test",
];
const LABELS: [&str; 6] = ["backend", "frontend", "urgent", "customer", "tech-debt", "docs"];

/// 5 January 2026, nine o'clock.
const START: i64 = 1_767_603_600;

/// Builds a Jira.
pub(super) fn jira(random: &mut Random, people: &People, deployment: Deployment, site: &str) -> Jira {
    let plans: &[Plan] = match (deployment, site) {
        (Deployment::DataCenter, _) => &SERVER,
        (Deployment::Cloud, "demo") => &DEMO,
        (Deployment::Cloud, _) => &OTHER,
    };
    let mut jira = Jira { next_id: 10_000, ..Jira::default() };
    for (at, plan) in (0..).zip(plans) {
        project(&mut jira, random, people, (at, plan));
    }
    links_between(&mut jira, random);
    if deployment == Deployment::Cloud && site == "demo" {
        moved(&mut jira);
    }
    let owner = people.id("rosa");
    let jql =
        plans.first().map(|plan| format!("project = {} ORDER BY created DESC", plan.key)).unwrap_or_default();
    jira.filters.push(Filter { id: 10_000, name: "What is new".to_owned(), owner, jql });
    jira
}

fn project(jira: &mut Jira, random: &mut Random, people: &People, (at, plan): (u64, &Plan)) {
    let id = 10_000 + at;
    let named = |offset: u64, names: [&str; 3]| {
        let one = |(n, name): (u64, &str)| Named {
            id: id * 10 + offset + n,
            name: name.to_owned(),
            released: n == 0,
        };
        (0..).zip(names).map(one).collect::<Vec<_>>()
    };
    jira.projects.push(Project {
        id,
        key: plan.key.to_owned(),
        name: plan.name.to_owned(),
        kind: plan.kind,
        lead: people.id(plan.lead),
        issue_types: plan.types,
        workflow: plan.workflow,
        scheme: plan.scheme,
        components: named(0, ["Engine", "Interface", "Operations"]),
        versions: named(5, ["1.0", "1.1", "2.0"]),
        next_number: 1,
    });
    let team = team(people, plan);
    for number in 0..plan.issues {
        issue(jira, random, people, (id, number, &team));
    }
    if plan.kind == "software" {
        board(jira, random, plan, id);
    }
}

/// The people who may be assigned.
fn team(people: &People, plan: &Plan) -> Vec<AccountId> {
    let works = |groups: &[&str]| groups.iter().any(|group| plan.scheme.workers.contains(group));
    let members = people.all().filter(|account| account.active && works(&account.groups));
    members.map(|account| Arc::clone(&account.id)).collect()
}

fn issue(
    jira: &mut Jira,
    random: &mut Random,
    people: &People,
    (project, number, team): (u64, usize, &[AccountId]),
) {
    let Some(plan) = jira.project_by_id(project) else { return };
    let (types, workflow, kind) = (plan.issue_types, plan.workflow, plan.kind);
    let issue_type = match (kind, number % 10) {
        ("software", 0) => 10_000,
        (_, 7) if number > 10 => 10_003,
        _ => *random
            .pick(types)
            .filter(|id| !matches!(id, 10_000 | 10_003))
            .or(types.get(1))
            .unwrap_or(&10_002),
    };
    let issue_type = if issue_type == 10_003 && number <= 10 { 10_002 } else { issue_type };
    let created = at(START
        + i64::try_from(number).unwrap_or(0) * 180_000
        + i64::try_from(random.below(90_000)).unwrap_or(0));
    let status = random.pick(workflow.statuses).copied().unwrap_or(workflow.initial);
    let done = matches!(status, 10_002 | 10_013);
    let reporter = random.pick(team).cloned();
    let summary = format!("{} the {}", random.word(&VERBS), random.word(&NOUNS));
    let id = jira.issue_id();
    let mut issue = blank(id, project, summary, created);
    issue.issue_type = issue_type;
    issue.status = status;
    issue.description =
        Some(rich::from_text(&format!("{}.\n\nWritten down when the work was planned.", issue.summary)));
    issue.priority = 1 + u64::try_from(random.below(5)).unwrap_or(0);
    issue.resolution = done.then_some(10_000);
    issue.resolved = done.then(|| created + SignedDuration::from_hours(48));
    issue.updated = issue.resolved.unwrap_or(created);
    issue.assignee = if random.once_in(4) { None } else { random.pick(team).cloned() };
    issue.creator.clone_from(&reporter);
    issue.reporter =
        if kind == "service_desk" && number % 3 == 0 { Some(people.id("cora")) } else { reporter };
    issue.labels = LABELS.iter().filter(|_| random.once_in(5)).map(|label| (*label).to_owned()).collect();
    issue.components = if random.once_in(2) { vec![project * 10] } else { Vec::new() };
    issue.fix_versions =
        if random.once_in(3) { vec![project * 10 + 5 + random.below(3) as u64] } else { Vec::new() };
    issue.story_points = (kind == "software" && random.once_in(2))
        .then(|| random.pick(&[1.0, 2.0, 3.0, 5.0, 8.0]).copied().unwrap_or(1.0));
    issue.security = (number % 40 == 19).then_some(10_100);
    issue.parent = parent(jira, random, &issue, number);
    details(jira, random, &mut issue, team);
    jira.add(issue);
}

/// An issue with nothing in it yet.
pub(crate) fn blank(id: u64, project: u64, summary: String, created: Timestamp) -> Issue {
    Issue {
        id,
        key: String::new(),
        project,
        issue_type: 10_002,
        status: 10_000,
        summary,
        description: None,
        priority: 3,
        resolution: None,
        resolved: None,
        assignee: None,
        reporter: None,
        creator: None,
        labels: Vec::new(),
        components: Vec::new(),
        fix_versions: Vec::new(),
        parent: None,
        due: None,
        created,
        updated: created,
        security: None,
        story_points: None,
        sprints: Vec::new(),
        rank: i64::try_from(id).unwrap_or(i64::MAX),
        comments: Vec::new(),
        worklogs: Vec::new(),
        watchers: BTreeSet::new(),
        voters: BTreeSet::new(),
        attachments: Vec::new(),
        changelog: Vec::new(),
        remote_links: Vec::new(),
        properties: BTreeMap::new(),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Subtasks hang below an issue of their project; stories below an epic of any project.
fn parent(jira: &Jira, random: &mut Random, issue: &Issue, number: usize) -> Option<u64> {
    let level = |wanted: bool| {
        let fits = move |other: &&Issue| {
            if wanted {
                other.issue_type == 10_000
            } else {
                other.project == issue.project && !matches!(other.issue_type, 10_000 | 10_003)
            }
        };
        jira.issues.values().filter(fits).map(|other| other.id).collect::<Vec<_>>()
    };
    match issue.issue_type {
        10_003 => random.pick(&level(false)).copied(),
        10_000 => None,
        _ if number % 3 == 1 => random.pick(&level(true)).copied(),
        _ => None,
    }
}

fn details(jira: &mut Jira, random: &mut Random, issue: &mut Issue, team: &[AccountId]) {
    for n in 0..random.below(3) {
        let author = random.pick(team).cloned();
        let created = issue.created + SignedDuration::from_hours(2 + i64::try_from(n).unwrap_or(0));
        let text = format!("Looked at the {}.", random.word(&NOUNS));
        let audience = random.once_in(12).then(|| "release".to_owned());
        issue.comments.push(Comment {
            id: jira.fresh(),
            editor: author.clone(),
            author,
            body: rich::from_text(&text),
            created,
            updated: created,
            audience,
            internal: false,
        });
    }
    if random.once_in(6) {
        let author = random.pick(team).cloned();
        let seconds = 900 * (1 + random.below(16) as u64);
        issue.worklogs.push(Worklog {
            id: jira.fresh(),
            author,
            comment: None,
            started: issue.created,
            created: issue.created,
            seconds,
        });
    }
    if random.once_in(10) {
        let id = jira.fresh();
        let content = format!("notes for issue {}\n{}\n", issue.id, random.text(200));
        jira.attachments.insert(
            id,
            Attachment {
                id,
                issue: issue.id,
                filename: "notes.txt".to_owned(),
                content_type: "text/plain".to_owned(),
                content: Bytes::from(content),
                author: issue.reporter.clone(),
                created: issue.created,
                media_token: random.text(24),
            },
        );
        issue.attachments.push(id);
    }
    issue.watchers.extend(issue.reporter.clone());
}

fn board(jira: &mut Jira, random: &mut Random, plan: &Plan, project: u64) {
    let id = jira.boards.len() as u64 + 1;
    let kind = if plan.key == "OPS" { "kanban" } else { "scrum" };
    jira.boards.push(Board { id, name: format!("{} board", plan.key), kind, project });
    if kind != "scrum" {
        return;
    }
    let mut made = Vec::new();
    for (n, state) in (0_i64..).zip(["closed", "active", "future"]) {
        let sprint = jira.sprints.len() as u64 + 1;
        let start = at(START + n * 1_209_600);
        let known = state != "future";
        jira.sprints.push(Sprint {
            id: sprint,
            board: id,
            name: format!("{} sprint {}", plan.key, n + 1),
            state: state.to_owned(),
            goal: "Leave it better than we found it".to_owned(),
            start: known.then_some(start),
            end: known.then(|| start + SignedDuration::from_hours(336)),
            completed: (state == "closed").then(|| start + SignedDuration::from_hours(336)),
        });
        made.push(sprint);
    }
    for issue in jira.issues.values_mut().filter(|issue| issue.project == project) {
        if !matches!(issue.issue_type, 10_000 | 10_003) && random.once_in(2) {
            issue.sprints.extend(random.pick(&made));
        }
    }
}

fn links_between(jira: &mut Jira, random: &mut Random) {
    let ids: Vec<_> = jira.issues.keys().copied().collect();
    for &outward in ids.iter().step_by(9) {
        let Some(&inward) = random.pick(&ids).filter(|id| **id != outward) else { continue };
        let kind = 10_000 + random.below(4) as u64;
        let id = jira.fresh();
        jira.links.push(Link { id, kind, inward, outward });
    }
}

/// One issue came from elsewhere: PART-5 was REL-131 before, and still answers to that.
fn moved(jira: &mut Jira) {
    let old = "REL-131";
    let Some(id) = jira.keys.get("PART-5").copied() else { return };
    jira.keys.insert(old.to_owned(), id);
    if let Some(project) = jira.projects.iter_mut().find(|project| project.key == "REL") {
        project.next_number += 1;
    }
    let author = jira.project("PART").map(|project| Arc::clone(&project.lead));
    let change = jira.fresh();
    if let Some(issue) = jira.issues.get_mut(&id) {
        let item = |field: &str, from: &str, to: &str| {
            Item::words(field, Some(from.to_owned()), Some(to.to_owned()))
        };
        let items = vec![item("Key", old, "PART-5"), item("project", "Release Train", "Partner Portal")];
        issue.changelog.push(crate::jira::model::Change {
            id: change,
            author,
            at: issue.created,
            items,
            metadata: None,
        });
    }
}
