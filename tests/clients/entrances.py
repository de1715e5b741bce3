"""The ways a client can come in: straight to the stand-in, or through the gateway in each of its styles."""

import dataclasses

import requests

CLIENT = "release-automation"


@dataclasses.dataclass(frozen=True)
class Entrance:
    """Base URLs (no trailing slash) and a credential; either `basic` or `bearer` is there."""

    name: str
    jira: str
    confluence: str
    basic: tuple | None = None
    bearer: str | None = None

    @property
    def is_gateway(self):
        """Whether the gateway is in between."""
        return self.name != "direct"

    def auth(self):
        """The credential as the `requests` library takes it."""
        if self.basic:
            return {"auth": self.basic}
        return {"headers": {"Authorization": f"Bearer {self.bearer}"}}


def direct(demo, _client):
    """Without a gateway, as the account the gateway's grant belongs to: nothing in the answers may differ."""
    account = demo.users["gateway"]
    return Entrance("direct", demo.standin, f"{demo.standin}/wiki", basic=(account["email"], account["api_token"]))


def rest_basic(demo, client):
    """The site's own paths, with an e-mail address and our secret where the API token was: only the URL changes."""
    basic = ("somebody@example.com", demo.secret(client))
    return Entrance("rest-basic", demo.gateway, f"{demo.gateway}/wiki", basic=basic)


def rest_bearer(demo, client):
    """The site's own paths, with an access token."""
    return Entrance("rest-bearer", demo.gateway, f"{demo.gateway}/wiki", bearer=demo.token(client))


def site_bearer(demo, client):
    """A site by name."""
    base = f"{demo.gateway}/sites/demo"
    return Entrance("site-bearer", base, f"{base}/wiki", bearer=demo.token(client))


def oauth(demo, client):
    """As an OAuth 2.0 app does it: ask which sites there are, then `/ex/{product}/{cloudId}`."""
    token = demo.token(client)
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{demo.gateway}/oauth/token/accessible-resources", headers=headers, timeout=10)
    answer.raise_for_status()
    site = answer.json()[0]["id"]
    jira, confluence = (f"{demo.gateway}/ex/{product}/{site}" for product in ("jira", "confluence"))
    return Entrance("oauth", jira, f"{confluence}/wiki", bearer=token)


BY_NAME = {
    "direct": direct,
    "rest-basic": rest_basic,
    "rest-bearer": rest_bearer,
    "site-bearer": site_bearer,
    "oauth": oauth,
}


def entrance(demo, name, client=CLIENT):
    """The entrance of that name, for that client."""
    return BY_NAME[name](demo, client)
