"""A session with the Jira side of `atlassian-python-api`, unmodified."""

import io

from atlassian import Jira, JiraCloud

PROJECT = "DATA"
STARTED = "2026-02-03T09:30:00.000+0000"
FILE = b"id,value\n" + b"1,2\n" * 20_000


def connect(kind, entrance, **more):
    """A client of that class, made as the library's documentation says."""
    if entrance.basic:
        user, password = entrance.basic
        return kind(entrance.jira, username=user, password=password, **more)
    return kind(entrance.jira, token=entrance.bearer, **more)


def run(entrance, transcript):
    """Everything one after the other; what every call gave is in the transcript."""
    jira = connect(Jira, entrance, cloud=True)
    transcript.watch(jira.session)
    look_around(jira, transcript.note)
    search(jira, transcript.note)
    key = write(jira, transcript.note)
    accompany(jira, key, transcript.note)
    attach(jira, key, transcript.note)
    move(jira, key, transcript.note)
    plan(jira, transcript.note)
    newer = connect(JiraCloud, entrance)
    transcript.watch(newer.session)
    version_three(newer, key, transcript.note)


def look_around(jira, note):
    """What a program asks first."""
    note("get_server_info", {**jira.get_server_info(), "serverTime": None})
    note("myself", jira.myself())
    note("projects", jira.projects())
    note("project", jira.project(PROJECT))
    note("get_project_components", jira.get_project_components(PROJECT))
    note("get_all_fields", jira.get_all_fields())
    note("get_issue_types", jira.get_issue_types())
    note("get_all_priorities", jira.get_all_priorities())
    note("get_all_resolutions", jira.get_all_resolutions())
    note("get_all_statuses", jira.get_all_statuses())
    note("get_issue_link_types", jira.get_issue_link_types())
    note("get_permissions", jira.get_permissions("BROWSE_PROJECTS,DELETE_ISSUES", project_key=PROJECT))
    note("issue_createmeta_issuetypes", jira.issue_createmeta_issuetypes(PROJECT))
    people = note("user_find_by_user_string", jira.user_find_by_user_string(query="dan"))
    note("user", jira.user(account_id=people[0]["accountId"]))


def search(jira, note):
    """Search with paging: by hand, and by the library."""
    jql = f"project = {PROJECT} AND statusCategory != Done ORDER BY key ASC"
    page = note("enhanced_jql", jira.enhanced_jql(jql, limit=15, fields=["summary", "assignee"]))
    more = {"limit": 15, "fields": "summary", "nextPageToken": page["nextPageToken"]}
    note("enhanced_jql: next page", jira.enhanced_jql(jql, **more))
    found = note("enhanced_jql_get_list_of_tickets", jira.enhanced_jql_get_list_of_tickets(jql, fields="status"))
    assert len(found) > 30
    note("approximate_issue_count", jira.approximate_issue_count(jql))
    note("bulk_issue", jira.bulk_issue([f"{PROJECT}-1", f"{PROJECT}-2", "NOT A KEY"], fields="summary"))


def write(jira, note):
    """Create and edit."""
    fields = {"project": {"key": PROJECT}, "issuetype": {"name": "Story"}, "summary": "Load the ledgers"}
    key = note("issue_create", jira.issue_create(fields))["key"]
    note("create_issues", jira.create_issues([{"fields": {**fields, "summary": "Check the ledgers"}}]))
    note("issue", jira.issue(key))
    note("update_issue_field", jira.update_issue_field(key, {"summary": "Load the ledgers twice"}))
    note("issue_update", jira.issue_update(key, {"priority": {"name": "High"}}, update={"labels": [{"add": "etl"}]}))
    note("assign_issue", jira.assign_issue(key, jira.myself()["accountId"]))
    note("issue_field_value", jira.issue_field_value(key, "summary"))
    note("issue_editmeta", jira.issue_editmeta(key))
    note("get_issue_changelog", jira.get_issue_changelog(key))
    return key


def accompany(jira, key, note):
    """What hangs on an issue."""
    comment = note("issue_add_comment", jira.issue_add_comment(key, "Half of it is there."))
    note("issue_edit_comment", jira.issue_edit_comment(key, comment["id"], "All of it is there."))
    note("issue_get_comments", jira.issue_get_comments(key))
    note("issue_worklog", jira.issue_worklog(key, STARTED, 3600, "loading"))
    note("issue_get_worklog", jira.issue_get_worklog(key))
    note("issue_add_watcher", jira.issue_add_watcher(key, jira.user_find_by_user_string(query="dan")[0]["accountId"]))
    note("issue_get_watchers", jira.issue_get_watchers(key))
    other = {"inwardIssue": {"key": key}, "outwardIssue": {"key": f"{PROJECT}-1"}}
    note("create_issue_link", jira.create_issue_link({"type": {"name": "Relates"}, **other}))
    link = ("https://example.com/ledgers", "Ledgers")
    note("create_or_update_issue_remote_links", jira.create_or_update_issue_remote_links(key, *link))
    note("get_issue_remote_links", jira.get_issue_remote_links(key))
    note("set_issue_property", jira.set_issue_property(key, "etl", {"rows": 20_000}))
    note("get_issue_property", jira.get_issue_property(key, "etl"))


def attach(jira, key, note):
    """Attach a file and download it again; the address to download from comes from the answer."""
    upload = io.BytesIO(FILE)
    upload.name = "rows.csv"
    attachment = note("add_attachment_object", jira.add_attachment_object(key, upload))[0]
    note("get_attachments_ids_from_issue", jira.get_attachments_ids_from_issue(key))
    assert note("get_attachment_content", jira.get_attachment_content(attachment["id"])) == FILE


def move(jira, key, note):
    """Along the workflow."""
    ways = note("get_issue_transitions", jira.get_issue_transitions(key))
    note("set_issue_status", jira.set_issue_status(key, ways[0]["to"]))
    note("get_issue_status", jira.get_issue_status(key))
    note("get_issue_status_changelog", jira.get_issue_status_changelog(key))


def plan(jira, note):
    """Boards and sprints."""
    board = note("get_all_agile_boards", jira.get_all_agile_boards(project_key=PROJECT))["values"][0]["id"]
    note("get_agile_board", jira.get_agile_board(board))
    note("get_issues_for_board", jira.get_issues_for_board(board, "", fields="summary", limit=10))
    sprint = note("get_all_sprints_from_board", jira.get_all_sprints_from_board(board))["values"][0]["id"]
    note("get_sprint", jira.get_sprint(sprint))
    note("get_sprint_issues", jira.get_sprint_issues(sprint, 0, 5))


def version_three(jira, key, note):
    """The library's newer class: version 3, documents instead of text."""
    words = {"type": "paragraph", "content": [{"type": "text", "text": "In the new form."}]}
    body = {"body": {"type": "doc", "version": 1, "content": [words]}}
    note("v3 add_comment", jira.add_comment(key, data=body))
    note("v3 get_issue", jira.get_issue(key))
    note("v3 bulk_fetch_issues", jira.bulk_fetch_issues(data={"issueIdsOrKeys": [key.lower()], "fields": ["summary"]}))
    jql = f"project = {PROJECT} ORDER BY created DESC"
    note("v3 search", jira.search_and_reconsile_issues_using_jql_post(data={"jql": jql, "maxResults": 5}))
