"""The Python library `jira`, confined to one project: whatever of its methods is called, with whatever of other projects as an
argument, nothing of them is seen, named, counted, linked to or changed; and what lies outside answers like what is not there."""

import inspect
import json
import re
import urllib.parse

import jira_session
import pytest
import requests
from entrances import direct, entrance
from jira import JIRA

CLIENT, INSIDE, OUTSIDE = "partner-integrations", "REL", ("DATA", "PART", "DESK", "SEC")

# What the client could do were there no boundary.
MANIFEST = """
owner = "team-partners@example.com"
purpose = "Everything, in one project"
site = "demo"
grant = "demo-service-account"
scopes = [
  "read:jira-user", "read:jira-work", "write:jira-work", "manage:jira-project", "manage:jira-configuration",
  "read:board-scope.admin:jira-software", "read:board-scope:jira-software", "read:epic:jira-software",
  "read:issue-details:jira", "read:issue:jira-software", "read:jql:jira", "read:project:jira",
  "read:sprint:jira-software", "write:sprint:jira-software", "write:issue:jira-software", "write:board-scope:jira-software",
  "delete:sprint:jira-software", "write:epic:jira-software",
  "read:servicedesk-request", "write:servicedesk-request", "manage:servicedesk-customer",
]
[operations]
effects = ["read", "write", "delete", "administer"]
products = ["jira", "jira-software", "service-management"]
[projects]
allow = ["REL"]
"""

# Methods that send nothing, or end what the test needs; each with the reason.
NOT_CALLED = {
    "close": "ends the session",
    "client_info": "sends nothing",
    "async_do": "sends what others have queued, and nothing has been",
    "find": "takes any path: what it can reach, the others reach",
    "backup_download": "reads a file the library has made before",
    "backup_complete": "the library breaks on its own progress of a backup",
    "backup_progress": "the library breaks on its own progress of a backup",
    "kill_websudo": "the library sends it to servers only",
    "createmeta_fieldtypes": "the library sends it to servers only",
    "createmeta_issuetypes": "the library sends it to servers only",
    "project_issue_fields": "the library sends it to servers only",
    "project_issue_types": "the library sends it to servers only",
    "delete_board": "the library has no URL for a board that was not read before",
    "current_user": "gives what `myself` has sent",
}

# Arguments of methods that do not say what they take, and where the usual ones will not do.
ARGUMENTS = {
    "add_gadget_to_dashboard": lambda names: {"dashboard_id": "1", "uri": "x"},
    "dashboard_gadgets": lambda names: {"dashboard_id": "1"},
    "copy_dashboard": lambda names: {"id": "1", "name": "New"},
    "create_dashboard": lambda names: {"name": "New"},
    "update_dashboard_automatic_refresh_minutes": lambda names: {"id": "1", "minutes": 5},
    "approximate_issue_count": lambda names: {"jql_str": f"project = {names.project}"},
    "enhanced_search_issues": lambda names: {"jql_str": f"key = {names.issue}"},
    "create_issue": lambda names: {"fields": names.new_issue(), "prefetch": False},
    "create_issues": lambda names: {"field_list": [names.new_issue()], "prefetch": False},
    "create_customer_request": lambda names: {
        "fields": {"serviceDeskId": 1, "requestTypeId": 1, "requestFieldValues": {"summary": "x"}}, "prefetch": False},
    "create_temp_project_avatar": lambda names: {
        "project": names.project, "filename": __file__, "size": 4, "avatar_img": b"1234", "contentType": "image/png"},
    "create_temp_user_avatar": lambda names: {
        "user": "rosa", "filename": __file__, "size": 4, "avatar_img": b"1234", "contentType": "image/png"},
    "delete_remote_link": lambda names: {"issue": names.issue, "internal_id": "1"},
}


@pytest.fixture(scope="module")
def confined(start):
    """A demo of its own, with one client bounded to one project."""
    with start() as demo:
        (demo.data_dir / "manifests" / f"{CLIENT}.toml").write_text(MANIFEST)
        demo.command("apply")
        yield demo


def everything_of(demo, project):
    """What an issue search finds in a project, asked of the stand-in itself as an account that sees everything."""
    admin = demo.users["admin"]
    issues, start_at = [], 0
    while True:
        answer = requests.get(
            f"{demo.standin}/rest/api/3/search/jql",
            params={"jql": f"project = {project} ORDER BY key", "fields": "*all", "maxResults": 100,
                    **({"nextPageToken": start_at} if start_at else {})},
            auth=(admin["email"], admin["api_token"]), timeout=30).json()
        issues += answer["issues"]
        start_at = answer.get("nextPageToken")
        if not start_at:
            return issues


class Secrets:
    """What no answer may contain."""

    def __init__(self, demo):
        self.issues = {key: everything_of(demo, key) for key in (INSIDE, *OUTSIDE)}
        inside = {issue["fields"]["summary"] for issue in self.issues[INSIDE]}
        outside = [issue for key in OUTSIDE for issue in self.issues[key]]
        assert len(outside) > 200
        self.ids = {issue["id"] for issue in outside}
        self.summaries = {issue["fields"]["summary"] for issue in outside} - inside
        self.key = re.compile(r"\b(?:%s)-\d+\b" % "|".join(OUTSIDE))
        self.project = re.compile(r'"(?:projectKey|key)": ?"(?:%s)"' % "|".join(OUTSIDE))
        self.id = re.compile(r'/issue/(\d+)|"(?:issueId|id)": ?"?(\d{5,})"?')

    def told_by(self, response):
        """What of it a response tells that its request has not named."""
        request = response.request
        asked = urllib.parse.unquote_plus(request.url) + str(request.body or "")
        text = response.text
        found = set(self.key.findall(text)) | set(self.project.findall(text))
        found |= {summary for summary in self.summaries if json.dumps(summary)[1:-1] in text}
        numbers = {number for pair in self.id.findall(text) for number in pair if number}
        found |= numbers & self.ids if re.search(r"/issue/|issueId|\"fields\"", text) else set()
        if response.status_code >= 400:
            # An error may say again what was asked for.
            found = {one for one in found if str(one).strip('"') not in asked and "key" not in str(one)}
        return found


def watched(demo, way="rest-basic"):
    """The library, with every response it gets."""
    jira = jira_session.connect(entrance(demo, way, CLIENT))
    seen = []
    jira._session.hooks["response"].append(lambda response, *_, **__: seen.append(response))
    return jira, seen


class Names:
    """Arguments by parameter: things of a project that is there, is not, or lies outside."""

    def __init__(self, demo, kind):
        project = {"inside": INSIDE, "outside": "DATA", "absent": "NOPE"}[kind]
        full = direct(demo, CLIENT)
        session = jira_session.connect(full)
        self.project = project
        self.issue = f"{project}-1"
        if kind == "absent":
            ids = {"issue": "99999999", "project": "99999999", "board": "99999", "sprint": "99999", "version": "99999",
                   "component": "99999", "link": "99999999", "comment": "99999999", "worklog": "99999999", "attachment": "99999999"}
        else:
            issues = everything_of(demo, project)
            one = next(issue for issue in issues if issue["key"] == self.issue)
            linked = [link for issue in issues for link in issue["fields"].get("issuelinks", [])]
            boards = [board for board in session.boards() if getattr(board.location, "projectKey", "") == project]
            sprints = session.sprints(boards[0].id) if boards else []
            versions, components = session.project_versions(project), session.project_components(project)
            pick = lambda found, otherwise: str(found[0].id) if found else otherwise
            comments = [c for issue in issues for c in issue["fields"].get("comment", {}).get("comments", [])]
            ids = {"issue": one["id"], "project": one["fields"]["project"]["id"], "board": pick(boards, "90007"),
                   "sprint": pick(sprints, "90008"), "version": pick(versions, "90001"), "component": pick(components, "90002"),
                   "link": linked[0]["id"] if linked else "90003",
                   "comment": comments[0]["id"] if comments else "90004", "worklog": "90005", "attachment": "90006"}
        self.ids = ids

    def new_issue(self):
        """Fields of an issue nobody has yet."""
        return {"project": {"key": self.project}, "issuetype": {"name": "Task"}, "summary": "new"}

    def of(self, method, parameter):
        """An argument for a parameter of a method, or nothing where it has a default that will do."""
        ids = self.ids
        by_method = {
            ("project", "id"): self.project, ("issue", "id"): self.issue, ("version", "id"): ids["version"],
            ("component", "id"): ids["component"], ("attachment", "id"): ids["attachment"], ("sprint", "id"): ids["sprint"],
            ("issue_link", "id"): ids["link"], ("delete_issue_link", "id"): ids["link"], ("delete_board", "id"): ids["board"],
            ("update_sprint", "id"): ids["sprint"], ("sprints_by_name", "id"): ids["board"],
            ("delete_component", "id"): ids["component"], ("delete_attachment", "id"): ids["attachment"],
            ("component_count_related_issues", "id"): ids["component"], ("move_version", "id"): ids["version"],
            ("version_count_related_issues", "id"): ids["version"], ("version_count_unresolved_issues", "id"): ids["version"],
            ("worklog", "id"): ids["worklog"], ("service_desk", "id"): "1", ("delete_project", "pid"): self.project,
            ("project_role", "id"): "10002", ("transitions", "id"): None, ("get_igrid", "issueid"): ids["issue"],
            ("create_project", "key"): "NEWKEY",
        }
        if (method, parameter) in by_method:
            return by_method[method, parameter]
        return {
            "issue": self.issue, "issueKey": self.issue, "issueId": ids["issue"], "issue_keys": [self.issue, f"{self.project}-2"],
            "inwardIssue": f"{INSIDE}-1", "outwardIssue": self.issue, "next_issue": self.issue, "epic_id": self.issue,
            "project": self.project, "projectKey": self.project, "projectIdOrKey": self.project, "projectKeys": self.project,
            "projectKeyOrID": self.project, "projectId": ids["project"], "board_id": ids["board"], "sprint_id": ids["sprint"],
            "jql_str": f"project = {self.project}", "jql": f"key = {self.issue}", "comment": ids["comment"], "id": "1",
            "name": "New", "old_name": "1.0", "new_name": "2.0", "version_name": "1.0", "key": "a.property", "data": {"x": 1},
            "body": "said", "timeSpent": "1h", "transition": "Done", "transition_name": "Done", "type": "Blocks",
            "attachment": __file__, "filename": "file.txt", "destination": {"url": "https://example.com", "title": "t"},
            "object": {"url": "https://example.com", "title": "t"}, "watcher": "5b10", "assignee": None, "user": "5b10",
            "username": "rosa", "query": "rosa", "group": "release", "groupname": "release", "email": "new@example.com",
            "filter_id": "1", "project_ids": self.project, "dashboard_id": "1", "item_id": "1", "property_key": "a.property",
            "value": {"x": 1}, "avatar": "10400", "size": 4, "avatar_img": b"1234", "cropping_properties": {}, "pin": True,
            "issue_type": "10001", "issueTypeId": "10001", "displayName": "New", "old_user": "a", "new_user": "b",
            "customfield": "1", "schemeid": "1", "service_desk": "1", "permissions": "BROWSE_PROJECTS", "fields": {},
        }.get(parameter)


def methods():
    """Every public method of the library."""
    names = [name for name in dir(JIRA) if not name.startswith("_") and inspect.isfunction(getattr(JIRA, name))]
    assert len(names) > 150
    return [name for name in names if name not in NOT_CALLED]


def call(jira, name, names):
    """One method; what it gives or raises does not matter, what was sent and came back does."""
    function = getattr(JIRA, name)
    arguments = ARGUMENTS[name](names) if name in ARGUMENTS else {}
    for parameter in [] if name in ARGUMENTS else list(inspect.signature(inspect.unwrap(function)).parameters.values())[1:]:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        value = names.of(name, parameter.name)
        if parameter.default is parameter.empty or (value is not None and parameter.name in NARROWING):
            arguments[parameter.name] = value
    try:
        try:
            getattr(jira, name)(**arguments)
        except requests.ConnectionError:
            # A connection that was kept and is closed by now, as after a body nobody read.
            getattr(jira, name)(**arguments)
    except Exception as error:  # noqa: BLE001 what the library makes of an answer is its own matter
        return error
    return None


# Parameters that narrow a method to a thing although it could do without.
NARROWING = {"project", "projectKey", "projectKeyOrID", "issueKey", "projectKeys", "next_issue", "project_ids", "permissions", "jql", "query"}


@pytest.fixture(scope="module")
def secrets(confined):
    """What no answer may contain."""
    return Secrets(confined)


@pytest.mark.parametrize("kind", ["outside", "inside"])
def test_no_method_tells_or_changes_anything_of_another_project(confined, secrets, kind):
    names = Names(confined, kind)
    jira, seen = watched(confined)
    before = len(changes(confined))
    told, silent = {}, []
    for name in methods():
        seen.clear()
        why = call(jira, name, names)
        if not seen:
            silent.append((name, why))
        found = {one for response in seen for one in secrets.told_by(response)}
        if found:
            told[name] = sorted(map(str, found))[:5]
    assert told == {}
    assert silent == [], "methods that sent nothing prove nothing"
    touched = [change for change in changes(confined)[before:] if touches_outside(change, secrets)]
    assert touched == []


def changes(demo):
    """What changed in the stand-in, in order."""
    return requests.get(f"{demo.standin}/standin/mutations", timeout=10).json()["mutations"]


def touches_outside(change, secrets):
    """Whether a change is one of another project."""
    target = str(change.get("target", ""))
    return bool(secrets.key.search(target)) or target in secrets.ids or target in OUTSIDE


def test_what_lies_outside_answers_like_what_is_not_there(confined):
    outside, absent = Names(confined, "outside"), Names(confined, "absent")
    differ = {}
    for name in methods():
        answers = []
        for names in (outside, absent):
            # A client of its own each time: the library keeps some of what it has read.
            jira, seen = watched(confined)
            seen.clear()
            call(jira, name, names)
            answers.append([without_names(response, names) for response in seen])
        if answers[0] != answers[1]:
            differ[name] = [[str(one)[:300] for one in answer] for answer in answers]
    assert differ == {}


def without_names(response, names):
    """Status and text of an answer, without what the request itself named and without request ids."""
    text = response.text
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}", "ID", text)
    text = re.sub(r'"serverTime":"[^"]*"', "", text)
    if response.ok:
        return response.status_code, text
    text = text.replace(names.issue, "ISSUE")
    for word in sorted((word for word in names.ids.values() if len(word) > 1), key=len, reverse=True):
        text = re.sub(rf"\b{word}\b", "NUMBER", text)
    return response.status_code, text.replace(names.project, "PROJECT")


def test_what_is_counted_and_listed_is_one_project(confined, secrets):
    jira, _ = watched(confined)
    count = len(secrets.issues[INSIDE])
    visible = [issue for issue in secrets.issues[INSIDE] if not issue["fields"].get("security")]
    assert [project.key for project in jira.projects()] == [INSIDE]
    assert {board.location.projectKey for board in jira.boards()} == {INSIDE}
    found = jira.enhanced_search_issues("created is not empty ORDER BY key", maxResults=0, fields="key")
    assert {issue.key.split("-")[0] for issue in found} == {INSIDE}
    assert len(visible) <= len(found) <= count + 20
    assert jira.approximate_issue_count("created is not empty") == len(found)
    for board in jira.boards():
        for sprint in jira.sprints(board.id):
            assert sprint.originBoardId == board.id


TRICKS = [
    "project = DATA", "project in (REL, DATA)", "project = REL OR project = DATA", "project = REL) OR (project = DATA",
    "key = DATA-1", "key in (REL-1, DATA-1)", "issue = data-1", "parent = DATA-1", 'issue in linkedIssues("DATA-1")',
    "filter = 10000", "project != REL", "NOT project = REL", "project was DATA", "project changed",
    'summary ~ "x" ORDER BY project) OR (1=1', "issuetype = Bug OR 1 = 1", "project = \"DATA\" -- x", "/* */ project = DATA",
    "project = \u201cDATA\u201d", "\u0440roject = DATA", "issue.property[x].y = 1", "key > REL-1", "id > 1 OR id < 1",
    "assignee = currentUser() OR project = DATA", "text ~ DATA", "project = REL ORDER BY rank ASC, project", "(" * 200 + "project = REL" + ")" * 200,
]


@pytest.mark.parametrize("jql", TRICKS)
def test_no_query_reaches_another_project(confined, secrets, jql):
    jira, seen = watched(confined)
    for search in (jira.search_issues, jira.enhanced_search_issues, jira.approximate_issue_count):
        try:
            search(jql)
        except Exception:  # noqa: BLE001 a refusal is as good as nothing found
            pass
    found = {one for response in seen for one in secrets.told_by(response)}
    assert found == set()
    for response in seen:
        if response.ok and "issues" in response.json():
            assert all(issue["key"].startswith(f"{INSIDE}-") for issue in response.json()["issues"] if "key" in issue)
