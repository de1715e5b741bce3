"""Whole sessions of unmodified client libraries: the same through the gateway as without it."""

import atlassian_session
import confluence_session
import jira_session
import pytest
from entrances import entrance
from transcript import Transcript, assert_equal

SESSIONS = {
    "jira": jira_session.run,
    "atlassian-python-api: Jira": atlassian_session.run,
    "atlassian-python-api: Confluence": confluence_session.run,
}


def play(start, session, name):
    """One session in a world nobody has touched."""
    with start() as demo:
        way = entrance(demo, name)
        transcript = Transcript(way, demo.standin)
        SESSIONS[session](way, transcript)
    return transcript


@pytest.fixture(scope="module", params=SESSIONS)
def without_gateway(request, start):
    """A session run directly against the stand-in."""
    return request.param, play(start, request.param, "direct")


def test_a_session_is_twenty_different_calls_or_more(without_gateway):
    _, transcript = without_gateway
    assert len(transcript.calls()) >= 20, sorted(transcript.calls())


def test_a_session_through_the_gateway_gives_what_it_gives_without(start, without_gateway, through):
    session, expected = without_gateway
    seen = play(start, session, through)
    assert_equal(expected, seen)
    assert seen.leaks == [], "addresses of the site itself, where the gateway's belong"
    assert seen.unmarked == [], "answers that do not carry Ticketgate-Request-Id"
