"""The token endpoint and OAuth-style discovery, as `requests` and `requests-oauthlib` use them."""

import pytest
import requests
from entrances import CLIENT
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session


@pytest.fixture(autouse=True)
def plain_http_on_loopback(monkeypatch):
    """oauthlib wants TLS unless it is told that this is a test."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def ask(demo, auth=None, **form):
    """A token request for client credentials."""
    return requests.post(demo.token_url, data={"grant_type": "client_credentials", **form}, auth=auth, timeout=10)


def myself(demo, token):
    """A call with a token."""
    return requests.get(f"{demo.gateway}/rest/api/3/myself", headers={"Authorization": f"Bearer {token}"}, timeout=10)


def test_client_credentials_in_the_header_and_in_the_body(demo):
    in_header = ask(demo, auth=(demo.client_id(CLIENT), demo.secret(CLIENT)))
    in_body = ask(demo, client_id=demo.client_id(CLIENT), client_secret=demo.secret(CLIENT))
    for answer in (in_header, in_body):
        assert answer.status_code == 200, answer.text
        assert "no-store" in answer.headers["Cache-Control"]
        token = answer.json()
        assert token["token_type"].lower() == "bearer" and token["expires_in"] > 60
        assert token["access_token"].startswith("tga_")
        assert myself(demo, token["access_token"]).status_code == 200


def test_the_errors_are_those_of_rfc_6749(demo):
    auth = (demo.client_id(CLIENT), demo.secret(CLIENT))
    wrong = ask(demo, auth=(auth[0], "tgs_wrong"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert "WWW-Authenticate" in wrong.headers
    another = ask(demo, auth=(demo.client_id("data-analytics"), auth[1]))
    assert (another.status_code, another.json()["error"]) == (401, "invalid_client")
    too_much = ask(demo, auth=auth, scope="manage:jira-configuration")
    assert (too_much.status_code, too_much.json()["error"]) == (400, "invalid_scope")
    flow = requests.post(demo.token_url, data={"grant_type": "password"}, auth=auth, timeout=10)
    assert (flow.status_code, flow.json()["error"]) == (400, "unsupported_grant_type")
    both = ask(demo, auth=auth, client_id=auth[0], client_secret=auth[1])
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")
    as_json = requests.post(demo.token_url, json={"grant_type": "client_credentials"}, auth=auth, timeout=10)
    assert (as_json.status_code, as_json.json()["error"]) == (400, "invalid_request")


def test_a_token_may_be_narrower_than_its_client(demo):
    token = demo.token(CLIENT, scope="read:jira-user")
    assert myself(demo, token).status_code == 200
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{demo.gateway}/rest/api/3/issue/REL-1", headers=headers, timeout=10)
    assert (answer.status_code, answer.headers["Ticketgate-Refusal"]) == (403, "scope-missing")


def test_requests_oauthlib_fetches_and_uses_a_token(demo):
    session = OAuth2Session(client=BackendApplicationClient(client_id=demo.client_id(CLIENT)))
    auth = HTTPBasicAuth(demo.client_id(CLIENT), demo.secret(CLIENT))
    token = session.fetch_token(demo.token_url, auth=auth)
    assert token["access_token"].startswith("tga_")
    assert session.get(f"{demo.gateway}/rest/api/3/issue/REL-1", timeout=10).json()["key"] == "REL-1"


def test_requests_oauthlib_can_send_the_secret_in_the_body(demo):
    client = BackendApplicationClient(client_id=demo.client_id(CLIENT), scope=["read:jira-work", "read:jira-user"])
    session = OAuth2Session(client=client)
    token = session.fetch_token(demo.token_url, include_client_id=True, client_secret=demo.secret(CLIENT))
    assert set(token["scope"]) == {"read:jira-work", "read:jira-user"}
    assert session.get(f"{demo.gateway}/rest/api/3/myself", timeout=10).status_code == 200


def test_requests_oauthlib_shows_why_there_is_no_token(demo):
    session = OAuth2Session(client=BackendApplicationClient(client_id=demo.client_id(CLIENT)))
    with pytest.raises(OAuth2Error) as caught:
        session.fetch_token(demo.token_url, include_client_id=True, client_secret="not the secret")
    assert caught.value.error == "invalid_client"


def test_discovery_names_only_the_sites_of_the_manifest(demo):
    headers = {"Authorization": f"Bearer {demo.token(CLIENT)}"}
    sites = requests.get(f"{demo.gateway}/oauth/token/accessible-resources", headers=headers, timeout=10).json()
    assert {site["id"] for site in sites} == {demo.cloud_id}
    for site in sites:
        assert site["url"].startswith(demo.gateway)
        assert site["scopes"]
    answer = requests.get(f"{sites[0]['url']}/rest/api/3/myself", headers=headers, timeout=10)
    assert answer.status_code == 200, "the address found there is one that works"
    me = requests.get(f"{demo.gateway}/me", headers=headers, timeout=10)
    assert me.status_code == 200 and me.json()["account_id"]


def test_metadata_names_the_token_endpoint(demo):
    document = requests.get(f"{demo.gateway}/.well-known/oauth-authorization-server", timeout=10).json()
    assert document["token_endpoint"] == demo.token_url
    assert "client_credentials" in document["grant_types_supported"]
