"""A session with the Python library `jira`, unmodified, as people write it."""

import datetime
import io

from jira import JIRA

PROJECT = "REL"
STARTED = datetime.datetime(2026, 2, 3, 9, 30, tzinfo=datetime.timezone.utc)
# Larger than one read of a socket, with every byte in it.
FILE = bytes(range(256)) * 800


def connect(entrance):
    """A client, made as the library's documentation says."""
    if entrance.basic:
        return JIRA(server=entrance.jira, basic_auth=entrance.basic, max_retries=0)
    return JIRA(server=entrance.jira, token_auth=entrance.bearer, max_retries=0)


def run(entrance, transcript):
    """Everything one after the other; what every call gave is in the transcript."""
    jira = connect(entrance)
    transcript.watch(jira._session)
    look_around(jira, transcript.note)
    search(jira, transcript.note)
    issue = write(jira, transcript.note)
    accompany(jira, issue, transcript.note)
    attach(jira, issue, transcript.note)
    move(jira, issue, transcript.note)
    plan(jira, transcript.note)
    jira.close()


def look_around(jira, note):
    """What a program asks first."""
    note("server_info", {**jira.server_info(), "serverTime": None})
    note("myself", jira.myself())
    note("projects", jira.projects())
    note("project", jira.project(PROJECT))
    note("project_components", jira.project_components(PROJECT))
    note("project_versions", jira.project_versions(PROJECT))
    note("fields", jira.fields())
    note("issue_types", jira.issue_types())
    note("priorities", jira.priorities())
    note("resolutions", jira.resolutions())
    note("statuses", jira.statuses())
    note("issue_link_types", jira.issue_link_types())
    note("my_permissions", jira.my_permissions(projectKey=PROJECT, permissions="BROWSE_PROJECTS,EDIT_ISSUES"))
    people = note("search_users", jira.search_users(query="rosa"))
    note("user", jira.user(people[0].accountId))
    note("search_assignable_users_for_issues", jira.search_assignable_users_for_issues(query="dan", project=PROJECT))


def search(jira, note):
    """Search with paging: by hand, by the library, and as POST."""
    jql = f"project = {PROJECT} ORDER BY key ASC"
    note("approximate_issue_count", jira.approximate_issue_count(jql))
    page = note("enhanced_search_issues", jira.enhanced_search_issues(jql, maxResults=40, json_result=True))
    token = page["nextPageToken"]
    more = {"nextPageToken": token, "maxResults": 40, "json_result": True}
    note("enhanced_search_issues: next page", jira.enhanced_search_issues(jql, **more))
    found = note("search_issues: all pages", jira.search_issues(jql, maxResults=False, fields=["summary", "status"]))
    assert len(found) > 100
    note("search_issues: POST", jira.search_issues(jql, maxResults=5, use_post=True, expand="changelog"))


def write(jira, note):
    """Create and edit."""
    fields = {
        "project": {"key": PROJECT},
        "issuetype": {"name": "Task"},
        "summary": "Ship 2.0 – naïve ☃ and \"quoted\"",
        "description": "First line.\n\nSecond, with *stars*.",
        "labels": ["release"],
    }
    issue = note("create_issue", jira.create_issue(fields=fields))
    others = [{**fields, "summary": f"Follow-up {number}"} for number in (1, 2)]
    note("create_issues", [{**made, "issue": made["issue"].raw} for made in jira.create_issues(others)])
    note("issue", jira.issue(issue.key, expand="changelog"))
    # Follows `self`: a gateway that forgot to rewrite it would be left out here.
    issue.update(summary="Ship 2.0", priority={"name": "High"})
    note("issue.update", issue)
    issue.update(update={"labels": [{"add": "shipped"}]}, notify=False)
    note("issue.update: notify", issue)
    issue.add_field_value("labels", "later")
    note("issue.add_field_value", jira.issue(issue.key))
    note("editmeta", jira.editmeta(issue.key))
    return issue


def accompany(jira, issue, note):
    """What hangs on an issue."""
    comment = note("add_comment", jira.add_comment(issue, "On its way to *production*."))
    comment.update(body="It has arrived.")
    note("comment.update", comment)
    note("comment", jira.comment(issue, comment.id))
    note("comments", jira.comments(issue))
    worklog = note("add_worklog", jira.add_worklog(issue, timeSpent="2h", comment="checked", started=STARTED))
    note("worklog", jira.worklog(issue.key, worklog.id))
    note("worklogs", jira.worklogs(issue.key))
    jira.add_watcher(issue.key, "rosa")
    note("watchers", jira.watchers(issue.key))
    note("votes", jira.votes(issue.key))
    first = jira.issue(f"{PROJECT}-1")
    jira.create_issue_link("Blocks", issue.key, first.key)
    link = note("create_issue_link", jira.issue(issue.key, fields="issuelinks")).fields.issuelinks[0]
    note("issue_link", jira.issue_link(link.id))
    page = {"url": "https://example.com/notes/2.0", "title": "Release notes"}
    note("add_simple_link", jira.add_simple_link(issue.key, page))
    note("remote_links", jira.remote_links(issue.key))
    jira.add_issue_property(issue.key, "release.train", {"car": 7})
    note("issue_properties", jira.issue_properties(issue.key))
    note("issue_property", jira.issue_property(issue.key, "release.train"))


def attach(jira, issue, note):
    """Attach a file and download it again; the address to download from comes from the answer."""
    attachment = note("add_attachment", jira.add_attachment(issue.key, io.BytesIO(FILE), filename="build log.bin"))
    assert note("attachment.get", attachment.get()) == FILE
    again = note("attachment", jira.attachment(attachment.id))
    assert b"".join(again.iter_content()) == FILE
    note("attachment_meta", jira.attachment_meta())


def move(jira, issue, note):
    """Along the workflow."""
    ways = note("transitions", jira.transitions(issue))
    jira.transition_issue(issue, ways[0]["name"], comment="Moved by the release train")
    note("transition_issue", jira.issue(issue.key, expand="changelog"))
    note("find_transitionid_by_name", jira.find_transitionid_by_name(issue, jira.transitions(issue)[0]["name"]))


def plan(jira, note):
    """Boards and sprints."""
    board = note("boards", jira.boards(projectKeyOrID=PROJECT))[0]
    sprints = note("sprints", jira.sprints(board.id))
    note("sprint", jira.sprint(sprints[0].id))
    note("search_issues: sprint", jira.search_issues(f"sprint = {sprints[0].id} AND project = {PROJECT}", maxResults=3))
