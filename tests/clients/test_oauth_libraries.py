"""Off-the-shelf OAuth libraries, unmodified, through every flow they support."""

import json
import os
import pathlib
import subprocess

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from entrances import CLIENT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


@pytest.fixture(autouse=True)
def plain_http_on_loopback(monkeypatch):
    """authlib wants TLS unless it is told that this is a test."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture(scope="module")
def metadata(demo):
    """What RFC 8414 says about the authorization server: the only thing these tests know of its addresses."""
    return requests.get(f"{demo.gateway}/.well-known/oauth-authorization-server", timeout=10).json()


def session(demo, metadata, method="client_secret_basic", **more):
    """An authlib session as its documentation makes one."""
    return OAuth2Session(
        demo.client_id(CLIENT),
        demo.secret(CLIENT),
        token_endpoint=metadata["token_endpoint"],
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        **more,
    )


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_fetches_introspects_and_revokes(demo, metadata, method):
    client = session(demo, metadata, method, scope="read:jira-work")
    token = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    assert token["scope"] == "read:jira-work"
    issue = f"{demo.gateway}/rest/api/3/issue/REL-1"
    assert client.get(issue, timeout=10).json()["key"] == "REL-1"
    said = client.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert said["active"] and said["client_id"] == demo.client_id(CLIENT)
    assert client.revoke_token(metadata["revocation_endpoint"], token=token["access_token"]).status_code == 200
    assert not client.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()["active"]
    answer = requests.get(issue, headers={"Authorization": f"Bearer {token['access_token']}"}, timeout=10)
    assert (answer.status_code, answer.headers["Ticketgate-Refusal"]) == (401, "credential-invalid")


def test_authlib_exchanges_a_token_for_a_narrower_one(demo, metadata):
    client = session(demo, metadata)
    subject = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")["access_token"]
    token = client.fetch_token(
        metadata["token_endpoint"],
        grant_type=EXCHANGE,
        subject_token=subject,
        subject_token_type=ACCESS_TOKEN,
        scope="read:jira-user",
    )
    assert token["issued_token_type"] == ACCESS_TOKEN
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    answer = requests.get(f"{demo.gateway}/rest/api/3/issue/REL-1", headers=headers, timeout=10)
    assert answer.headers["Ticketgate-Refusal"] == "scope-missing"


@pytest.mark.parametrize("form", ["jwt", "jwt-es256"])
def test_authlib_verifies_our_jwts_with_the_keys_the_metadata_names(demo, metadata, form):
    demo.command("client", "describe", CLIENT, "--token-form", form)
    try:
        token = demo.token(CLIENT, scope="read:jira-work")
    finally:
        demo.command("client", "describe", CLIENT, "--token-form", "opaque")
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    verified = jwt.decode(token, keys, algorithms=["Ed25519", "EdDSA", "ES256"])
    wanted = {"iss": {"essential": True, "value": metadata["issuer"]}, "exp": {"essential": True}}
    jwt.JWTClaimsRegistry(**wanted).validate(verified.claims)
    assert verified.header["typ"] == "at+jwt"
    assert (verified.claims["client_id"], verified.claims["scope"]) == (demo.client_id(CLIENT), "read:jira-work")
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{demo.gateway}/rest/api/3/issue/REL-1", headers=headers, timeout=10).status_code == 200


@pytest.mark.parametrize("method", ["header", "body"])
def test_simple_oauth2_of_npm_fetches_uses_and_revokes(demo, method):
    modules = os.environ.get("TICKETGATE_NODE_MODULES")
    assert modules, "TICKETGATE_NODE_MODULES must name the folder the npm packages are in"
    script = pathlib.Path(__file__).parent / "node" / "client_credentials.mjs"
    # A module is looked for beside the script that asks for it.
    copy = pathlib.Path(modules).parent / script.name
    copy.write_text(script.read_text())
    environment = {
        **os.environ,
        "GATEWAY": demo.gateway,
        "CLIENT_ID": demo.client_id(CLIENT),
        "CLIENT_SECRET": demo.secret(CLIENT),
        "METHOD": method,
    }
    ran = subprocess.run(["node", copy], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said == {
        "expired": False,
        "scope": "read:jira-work",
        "before": {"status": 200, "refusal": None},
        "after": {"status": 401, "refusal": "credential-invalid"},
    }


def test_authlib_proves_itself_with_a_key_of_its_own(demo, metadata, tmp_path):
    key = ECKey.generate_key("P-256", {"kid": "2026-11", "use": "sig"})
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    words = ("--owner", "nightly", "--purpose", "has no secret", "--no-secret", "--jwks", keys)
    demo.command("client", "register", "keyed", *words)
    client = OAuth2Session("keyed", key, token_endpoint_auth_method="private_key_jwt")
    client.register_client_auth_method(PrivateKeyJWT(metadata["token_endpoint"], alg="ES256"))
    token = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    assert token["access_token"].startswith("tga_")
    answer = requests.get(f"{demo.gateway}/rest/api/3/myself", headers={"Authorization": f"Bearer {token['access_token']}"}, timeout=10)
    assert answer.headers["Ticketgate-Refusal"] == "no-manifest", "known, and allowed nothing"
    demo.command("client", "revoke", "keyed", "--yes")
