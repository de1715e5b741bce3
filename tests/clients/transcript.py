"""What a session saw, in a form in which two sessions can be compared.

Only what must differ is evened out: the origin in front of API paths, the address of the site, and times. Everything else, ids of created things
included, must be equal: the stand-in's world is generated, so the same calls make the same ids.
"""

import json
import re
import urllib.parse

API_URL = re.compile(r"https?://[^/\"\s]+(?:/sites/[\w-]+|/ex/(?:jira|confluence)/[\w-]+)?(/(?:rest|wiki/rest|wiki/api)/)")
# `_links.base` of Confluence, a string of its own: what its relative pages are joined to, at the gateway as at the site.
LINKS_BASE = re.compile(r"^https?://[^/\"\s]+(?:/sites/[\w-]+|/ex/confluence/[\w-]+)?/wiki$")
SITE_RELATIVE = re.compile(r"^(?:/sites/[\w-]+|/ex/(?:jira|confluence)/[\w-]+)?(/(?:rest|wiki/rest|wiki/api)/)")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
# What an API's answers may hold of the site itself, in plain and in JSON's escaped form.
API_PATHS = ("/rest/", "/wiki/rest/", "/wiki/api/", "/ex/", '/wiki"')


class Transcript:
    """The results of one session's calls, in order, and the addresses of the answers it got."""

    def __init__(self, entrance, standin):
        self.entrance = entrance
        self.results = []
        self.exchanges = []
        self.leaks = []
        self.unmarked = []
        self._redirected = None
        self._site = standin
        self._forbidden = forbidden(standin) if entrance.is_gateway else ()

    def note(self, name, result):
        """Keeps what a call gave, and hands it back."""
        self.results.append((name, evened(result, self._site)))
        return result

    def watch(self, session):
        """Looks at every answer a `requests` session gets from now on; changes nothing."""
        session.hooks["response"].append(self._look)

    def _look(self, answer, *_args, **_kwargs):
        if self.entrance.is_gateway:
            self._check(answer)
        path = SITE_RELATIVE.sub(r"\1", urllib.parse.urlsplit(answer.url).path)
        # The gateway follows redirects to the media host itself; for a client both come to the same.
        path, self._redirected = self._redirected or path, None
        if answer.is_redirect:
            self._redirected = path
        else:
            self.exchanges.append((answer.request.method, path, answer.status_code))

    def _check(self, answer):
        if "Ticketgate-Request-Id" not in answer.headers:
            self.unmarked.append(answer.url)
        seen = answer.content.decode("utf-8", "replace") + "\n".join(answer.headers.values())
        self.leaks.extend(f"{answer.url}: {text}" for text in self._forbidden if text in seen)

    def calls(self):
        """The names of the different calls made."""
        return {name for name, _ in self.results}


def forbidden(standin):
    """The beginnings of API URLs on the stand-in itself."""
    plain = [standin + path for path in API_PATHS]
    return [*plain, *(url.replace("/", "\\/") for url in plain)]


def evened(value, site):
    """A result as plain data, without what differs between two equal sessions."""
    if isinstance(value, str):
        text = SITE_RELATIVE.sub(r"\1", API_URL.sub(r"<api>\1", LINKS_BASE.sub("<base>", value)))
        return TIME.sub("<time>", text.replace(site, "<site>"))
    if isinstance(value, dict):
        return {key: evened(item, site) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [evened(item, site) for item in value]
    if value is None or isinstance(value, (bool, int, float, bytes)):
        return value
    raw = getattr(value, "raw", None)
    assert isinstance(raw, dict), f"not plain data: {value!r}"
    return evened(raw, site)


def assert_equal(left, right):
    """Fails on the first call two sessions disagree on, and shows both sides."""
    for (name, one), (other_name, other) in zip(left.results, right.results):
        assert name == other_name
        assert one == other, f"{name}\n{left.entrance.name}: {shown(one)}\n{right.entrance.name}: {shown(other)}"
    assert len(left.results) == len(right.results)
    assert left.exchanges == right.exchanges


def shown(value):
    """Enough of a result to see what is wrong."""
    return json.dumps(value, indent=1, default=repr)[:4000]
