"""The control API shows and steers a session, and answers mistakes with one sentence."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from mockgen.control import handle
from mockgen.session import Session, start
from mockgen.settings import Settings
from specs.message import HttpRequest

HEALTH = HttpRequest("GET", "/health", (("Host", "localhost"), ("X-API-Key", "local-token")))


@pytest.fixture
def session() -> Session:
    """A fresh session whose real time stands at 1000."""
    return start(specs.load("spice"), Settings(), lambda: 1000.0)


def ask(session: Session, method: str, action: str, /, **body: Any) -> Any:
    """The body of a control call that succeeds."""
    status, answer = handle(session, method, action, body)
    assert (200, action) == (status, action), answer
    return answer


def test_the_journal_shows_exchanges_without_credentials(session: Session) -> None:
    """Every exchange is written down with its time, and no credentials are."""
    session.respond(HEALTH)
    (entry,) = ask(session, "GET", "journal")["exchanges"]
    assert (1000.0, "/health", 200) == (entry["at"], entry["request"]["target"], entry["response"]["status"])
    assert "local-token" not in str(entry)


def test_a_reset_goes_back_to_the_first_world(session: Session) -> None:
    """After a reset nothing has happened, and seed and pace may be others."""
    session.respond(HEALTH)
    answer = ask(session, "POST", "reset", seed=9, pace="manual")
    assert (0, 9, "manual") == (answer["requests"], answer["seed"], answer["pace"])
    assert [] == ask(session, "GET", "journal")["exchanges"]


def test_a_snapshot_can_be_restored(session: Session) -> None:
    """A world that was kept is there again."""
    ask(session, "POST", "snapshot", name="clean")
    session.respond(HEALTH)
    assert 1 == ask(session, "GET", "state")["requests"]
    assert 0 == ask(session, "POST", "restore", name="clean")["requests"]


def test_the_clock_stands_still_and_jumps(session: Session) -> None:
    """A frozen clock moves only when it is told to, and runs on from there."""
    assert 1000.0 == ask(session, "GET", "clock")["now"]
    assert {"now": 50.0, "frozen": True} == ask(session, "POST", "clock", freeze=True, now=50)
    assert 80.0 == ask(session, "POST", "clock", advance=30)["now"]
    assert {"now": 80.0, "frozen": False} == ask(session, "POST", "clock", freeze=False)
    assert 81.5 == ask(session, "POST", "clock", advance=1.5)["now"]


def test_faults_are_switched(session: Session) -> None:
    """Faults go on and off while the world stays as it is."""
    session.respond(HEALTH)
    ask(session, "POST", "faults", faults=["status_code:operation=get_health,status=418"])
    assert 418 == session.respond(HEALTH).status
    ask(session, "POST", "faults", faults=[])
    assert (200, 3) == (session.respond(HEALTH).status, session.world.answered)


def test_the_pace_is_changed(session: Session) -> None:
    """A new pace holds from now on."""
    assert {"pace": "seconds:2"} == ask(session, "POST", "pace", pace="seconds:2")


@pytest.mark.parametrize(
    ("method", "name", "body", "complaint"),
    [
        ("GET", "jornal", {}, "GET journal"),
        ("POST", "pace", {"pace": "fast"}, "Kinds"),
        ("POST", "pace", {}, "must be a text"),
        ("POST", "clock", {"advance": "soon"}, "must be a number"),
        ("POST", "faults", {"faults": "none"}, "must be"),
        ("POST", "faults", {"faults": ["relaxed"]}, "did you mean 'relax'"),
        ("POST", "restore", {"name": "x"}, "there is no snapshot"),
        ("POST", "transition", {"resource": "model", "identity": "x", "event": "y"}, "there is no model"),
        ("POST", "reset", {"seed": "x"}, "whole number"),
        ("POST", "reset", [], "JSON object"),
    ],
)
def test_a_mistake_says_what_would_be_right(
    method: str, name: str, body: Any, complaint: str, session: Session
) -> None:
    """A bad control call is refused and changes nothing."""
    before = session.world
    status, answer = handle(session, method, name, body)
    assert status in (400, 404)
    assert complaint in answer["problem"]
    assert before is session.world


def test_the_journal_stays_small(session: Session) -> None:
    """Of many long headers it keeps some, cut, and as text that JSON can carry."""
    headers = tuple((f"x-{number}", "\udcff" + "y" * 8000) for number in range(200))
    session.respond(HttpRequest("GET", "/health", headers))
    [exchange] = ask(session, "GET", "journal")["exchanges"]
    assert (50, 1024) == (len(exchange["request"]["headers"]), len(exchange["request"]["headers"][0][1]))
