"""Authorization code with PKCE through unmodified libraries: a person signs in, allows, and the program calls."""

import json
import os
import pathlib
import subprocess
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from bs4 import BeautifulSoup
from oauthlib.oauth2 import OAuth2Error
from requests_oauthlib import OAuth2Session as OauthlibSession

APP = "desk"
REDIRECT_URI = "http://127.0.0.1:49152/back"
MANIFEST = """
owner = "team-desk@example.com"
purpose = "A desk for your issues"
site = "demo"
grant = "demo-service-account"
scopes = ["read:jira-work", "write:jira-work"]
[operations]
effects = ["read"]
"""


@pytest.fixture(autouse=True)
def plain_http_on_loopback(monkeypatch):
    """Both libraries want TLS unless they are told that this is a test."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture(scope="module")
def app(demo, tmp_path_factory):
    """A confidential client that may send people's browsers to itself; its secret."""
    secret = tmp_path_factory.mktemp("app") / "secret"
    demo.command(
        "client", "register", APP, "--owner", "desk", "--purpose", "a desk for your issues",
        "--redirect-uri", REDIRECT_URI, "--secret-file", secret,
    )
    (pathlib.Path(demo.data_dir) / "manifests" / f"{APP}.toml").write_text(MANIFEST)
    demo.command("apply")
    return secret.read_text().strip()


def submit(browser, answer, pick):
    """Sends the form with the button `pick` chooses, as a browser would."""
    page = BeautifulSoup(answer.text, "html.parser")
    for form in page.find_all("form"):
        for button in form.find_all("button"):
            if pick(button):
                fields = {field["name"]: field.get("value", "") for field in form.find_all("input") if field.get("name")}
                if button.get("name"):
                    fields[button["name"]] = button.get("value", "")
                headers = {"Origin": "{0.scheme}://{0.netloc}".format(urlsplit(answer.url))}
                target = urljoin(answer.url, form["action"])
                return browser.post(target, data=fields, headers=headers, timeout=10, allow_redirects=False)
    raise AssertionError(f"no such button in {answer.url}: {answer.text}")


def allow(url):
    """A person with a browser: signs in, allows, and is sent back; the address they are sent to."""
    browser = requests.Session()
    answer = submit(browser, browser.get(url, timeout=10), lambda button: button.get("name") == "account")
    while answer.is_redirect and not answer.headers["Location"].startswith(REDIRECT_URI):
        answer = browser.get(urljoin(answer.url, answer.headers["Location"]), timeout=10, allow_redirects=False)
    if not answer.is_redirect:
        answer = submit(browser, answer, lambda button: button.get_text(strip=True) == "Allow")
    location = answer.headers["Location"]
    assert location.startswith(REDIRECT_URI), location
    return location


def issue(demo, token):
    """A call with what the person allowed."""
    return requests.get(f"{demo.gateway}/rest/api/3/issue/REL-1", headers={"Authorization": f"Bearer {token}"}, timeout=10)


def test_authlib_walks_the_whole_way(demo, app):
    client = AuthlibSession(APP, app, scope="read:jira-work", redirect_uri=REDIRECT_URI, code_challenge_method="S256")
    verifier = generate_token(48)
    site = f"{demo.gateway}/sites/demo"
    url, state = client.create_authorization_url(
        f"{demo.gateway}/oauth/authorize", code_verifier=verifier, resource=site,
    )
    back = allow(url)
    token = client.fetch_token(
        demo.token_url, authorization_response=back, state=state, code_verifier=verifier, resource=site,
    )
    assert token["scope"] == "read:jira-work" and token["refresh_token"].startswith("tgr_")
    assert issue(demo, token["access_token"]).status_code == 200
    fresh = client.refresh_token(demo.token_url, refresh_token=token["refresh_token"])
    assert fresh["refresh_token"] != token["refresh_token"]
    assert issue(demo, fresh["access_token"]).status_code == 200
    record = demo.audit("--client", APP)[-1]
    assert record["user"], "the record names the person"


def test_authlib_hears_that_a_resource_is_none_of_the_programs(demo, app):
    client = AuthlibSession(APP, app, scope="read:jira-work", redirect_uri=REDIRECT_URI, code_challenge_method="S256")
    url, _ = client.create_authorization_url(
        f"{demo.gateway}/oauth/authorize", code_verifier=generate_token(48), resource="https://elsewhere.example",
    )
    answer = requests.get(url, timeout=10, allow_redirects=False)
    assert answer.headers["Location"].startswith(f"{REDIRECT_URI}?error=invalid_target&")


def test_requests_oauthlib_walks_the_whole_way(demo, app):
    client = OauthlibSession(APP, redirect_uri=REDIRECT_URI, scope=["read:jira-work"], pkce="S256")
    url, _ = client.authorization_url(f"{demo.gateway}/oauth/authorize")
    back = allow(url)
    token = client.fetch_token(demo.token_url, authorization_response=back, client_secret=app)
    assert client.get(f"{demo.gateway}/rest/api/3/issue/REL-1", timeout=10).json()["key"] == "REL-1"
    fresh = client.refresh_token(demo.token_url, client_id=APP, client_secret=app)
    assert fresh["refresh_token"] != token["refresh_token"]
    with pytest.raises(OAuth2Error):
        client.fetch_token(demo.token_url, authorization_response=back, client_secret=app)
    assert issue(demo, fresh["access_token"]).status_code == 401, "a code used twice ends what it gave"


def node(script, **environment):
    """What a script prints."""
    modules = os.environ.get("TICKETGATE_NODE_MODULES")
    assert modules, "TICKETGATE_NODE_MODULES must name the folder the npm packages are in"
    source = pathlib.Path(__file__).parent / "node" / script
    # A module is looked for beside the script that asks for it.
    copy = pathlib.Path(modules).parent / script
    copy.write_text(source.read_text())
    environment = {**os.environ, **environment}
    ran = subprocess.run(["node", copy], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_simple_oauth2_of_npm_walks_the_whole_way(demo, app):
    verifier = generate_token(48)
    program = {"GATEWAY": demo.gateway, "CLIENT_ID": APP, "CLIENT_SECRET": app, "REDIRECT_URI": REDIRECT_URI}
    asked = {
        "scope": "read:jira-work",
        "state": "s-1",
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    url = node("authorization_code.mjs", AUTHORIZE=json.dumps(asked), **program)
    answer = parse_qs(urlsplit(allow(url)).query)
    assert answer["state"] == ["s-1"] and answer["iss"] == [demo.gateway]
    said = json.loads(node("authorization_code.mjs", CODE=answer["code"][0], VERIFIER=verifier, **program))
    assert said == {"status": 200, "rotated": True, "scope": "read:jira-work"}
