"""What one client may do another is refused, in words its library shows; and the audit tells them apart."""

import atlassian_session
import confluence_session
import jira_session
import pytest
import requests
from atlassian import Jira
from entrances import entrance
from jira import JIRAError
from requests import HTTPError

RELEASE, ANALYTICS, PARTNER = "release-automation", "data-analytics", "partner-integrations"
WAYS = ("rest-basic", "rest-bearer", "oauth")


def mutations(demo):
    """What the stand-in saw change."""
    return requests.get(f"{demo.standin}/standin/mutations", timeout=10).json()


def new_issue():
    """Fields of an issue nobody has yet."""
    return {"project": {"key": "REL"}, "issuetype": {"name": "Task"}, "summary": "Only one of us may"}


def headers_of(error):
    """The response headers behind an exception of either library."""
    return error.response.headers


@pytest.mark.parametrize("way", WAYS)
def test_jira_shows_why_a_reader_may_not_write(demo, way):
    reader = jira_session.connect(entrance(demo, way, ANALYTICS))
    assert reader.issue("REL-1").key == "REL-1"
    before = mutations(demo)
    with pytest.raises(JIRAError) as caught:
        reader.create_issue(fields=new_issue())
    assert mutations(demo) == before
    assert caught.value.status_code == 403
    assert "createIssue" in caught.value.text
    assert "operation-not-permitted" in caught.value.text
    assert headers_of(caught.value)["Ticketgate-Refusal"] == "operation-not-permitted"
    writer = jira_session.connect(entrance(demo, way, RELEASE))
    assert writer.create_issue(fields=new_issue()).key.startswith("REL-")


def test_jira_shows_why_a_partner_sees_no_boards(demo):
    partner = jira_session.connect(entrance(demo, "rest-basic", PARTNER))
    assert len(partner.search_issues("project = REL", maxResults=3)) == 3
    with pytest.raises(JIRAError, match="getAllBoards") as caught:
        partner.boards()
    assert caught.value.status_code == 403
    assert jira_session.connect(entrance(demo, "rest-basic", ANALYTICS)).boards()


def test_nobody_of_the_demo_may_delete(demo):
    before = mutations(demo)
    for client in (RELEASE, ANALYTICS, PARTNER):
        jira = jira_session.connect(entrance(demo, "rest-bearer", client))
        with pytest.raises(JIRAError, match="deleteIssue"):
            jira.issue("REL-2").delete()
    assert mutations(demo) == before


def test_atlassian_python_api_shows_why_a_reader_may_not_write(demo):
    reader = atlassian_session.connect(Jira, entrance(demo, "rest-basic", ANALYTICS), cloud=True)
    with pytest.raises(HTTPError, match="operation-not-permitted") as caught:
        reader.issue_add_comment("REL-1", "not me")
    assert "addComment" in str(caught.value)
    writer = atlassian_session.connect(Jira, entrance(demo, "rest-basic", RELEASE), cloud=True)
    assert writer.issue_add_comment("REL-1", "but me")["body"] == "but me"


@pytest.mark.parametrize("way", WAYS)
def test_confluence_shows_why_a_reader_may_not_write(demo, way):
    reader = confluence_session.connect(entrance(demo, way, ANALYTICS))
    space, title = reader.get_space_by_key("REL")["id"], f"Only one of us may, {way}"
    before = mutations(demo)
    with pytest.raises(HTTPError, match="operation-not-permitted") as caught:
        reader.create_page(space, title, "<p>.</p>")
    assert "createPage" in str(caught.value)
    assert caught.value.response.status_code == 403
    assert mutations(demo) == before
    writer = confluence_session.connect(entrance(demo, way, RELEASE))
    assert writer.create_page(space, title, "<p>.</p>")["title"] == title


def test_confluence_shows_why_a_partner_sees_no_pages(demo):
    partner = confluence_session.connect(entrance(demo, "rest-basic", PARTNER))
    with pytest.raises(HTTPError, match="getPages"):
        partner.get_pages(limit=1)
    with pytest.raises(HTTPError, match="searchByCQL"):
        partner.get("rest/api/search", params={"cql": "type = page"})


def test_libraries_show_that_a_secret_is_wrong(demo):
    secret = demo.secret(RELEASE)
    wrong = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    with pytest.raises(JIRAError, match="credential-invalid") as caught:
        jira_session.JIRA(server=demo.gateway, basic_auth=("me@example.com", wrong), max_retries=0)
    assert caught.value.status_code == 401
    assert wrong not in caught.value.text
    with pytest.raises(HTTPError, match="credential-invalid"):
        Jira(demo.gateway, username="me@example.com", password=wrong, cloud=True).myself()
    with pytest.raises(HTTPError, match="credential-missing"):
        Jira(demo.gateway, cloud=True).myself()


def test_a_path_atlassian_does_not_have_is_refused_by_name(demo):
    answer = requests.get(f"{demo.gateway}/rest/api/3/no/such/thing", auth=("x", demo.secret(RELEASE)), timeout=10)
    assert (answer.status_code, answer.headers["Ticketgate-Refusal"]) == (403, "operation-unknown")
    assert answer.json()["errorMessages"]


def test_whoever_accepts_problem_json_gets_it(demo):
    headers = {"Accept": "application/problem+json"}
    answer = requests.get(f"{demo.gateway}/rest/api/3/myself", headers=headers, timeout=10)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_the_audit_tells_clients_apart(demo):
    issue = jira_session.connect(entrance(demo, "rest-basic", RELEASE)).create_issue(fields=new_issue())
    reader = jira_session.connect(entrance(demo, "rest-bearer", ANALYTICS))
    with pytest.raises(JIRAError) as caught:
        reader.create_issue(fields=new_issue())
    number = headers_of(caught.value)["Ticketgate-Request-Id"]

    refused = only_call(demo.audit("--id", number))
    assert (refused["client"], refused["decision"], refused["ended"]) == (ANALYTICS, "refused", "refused")
    assert refused["refusal"] == "operation-not-permitted"
    assert refused["operation"].endswith("createIssue")

    made = demo.audit("--client", RELEASE, "--operation", refused["operation"])
    assert made and all(record["client"] == RELEASE and record["decision"] == "permitted" for record in made)
    latest = demo.audit("--id", made[-1]["id"], enough=2)
    kinds = sorted(record["kind"] for record in latest)
    assert kinds == ["call", "intent"], "a change is recorded before it is sent, and again when it is done"
    call = only_call(latest)
    assert (call["site"], call["upstream_status"], call["status"]) == ("demo", 201, 201)
    assert call["rule"].startswith("release-automation.toml")
    assert demo.secret(RELEASE) not in str(made)

    reader.issue(issue.key)
    seen = demo.audit("--client", ANALYTICS, "--issue", issue.key)
    assert seen and {record["client"] for record in seen} == {ANALYTICS}


def only_call(found):
    """The one record of kind `call`."""
    calls = [record for record in found if record["kind"] == "call"]
    assert len(calls) == 1, found
    return calls[0]
