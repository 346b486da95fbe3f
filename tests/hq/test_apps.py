"""Servers of an app: a token each, shown once, good for member codes alone, and refused once it is revoked."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from hq import app_door, apps, member_codes
from hq.guard import APP_BURST
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.schema import app
from tests.hq.clients import Answer, Client
from tests.hq.devices import join
from tests.hq.served import ServedHq
from tests.hq.test_cli import run

PATH = "/v1/app/member-codes"


@pytest.fixture
def token(served: ServedHq) -> str:
    member_codes.begin(served.headquarters, Random(4).randbytes)
    return apps.add(served.headquarters, "app-1", Random(5).randbytes)


def ask(served: ServedHq, token: str, member: str = "m1") -> Answer:
    with Client(served) as client:
        return client.post(PATH, {"member": member}, Authorization=f"Bearer {token}")


def test_an_app_gets_a_code_that_a_terminal_takes_once(served: ServedHq, token: str) -> None:
    given = ask(served, token)
    assert given.status == 200
    now_s = served.headquarters.clock() // 1000
    assert given.body["good_until_ms"] == (now_s + 90) * 1000
    code = {"code": given.body["code"]}
    with Client(served, join(served.headquarters, "s01", "1")) as one:
        assert one.post("/v1/member-codes/take", code).body == {"verdict": "taken", "member": "m1", "fault": None}
    with Client(served, join(served.headquarters, "s02", "1")) as other:
        assert other.post("/v1/member-codes/take", code).body["verdict"] == "again"


def test_a_revoked_token_opens_nothing(served: ServedHq, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control does not look at the token."""
    apps.revoke(served.headquarters, "app-1")
    refused = ask(served, token)
    assert (refused.status, refused.code) == (401, "app_unknown")
    monkeypatch.setattr(app_door, "app_of", lambda *_: "app-1")
    assert ask(served, token).status == 200


@pytest.mark.parametrize("wrong", ["", "spa_", "spa_" + "A" * 43, "x" * 5000, "spa_é"])
def test_another_token_opens_nothing(served: ServedHq, token: str, wrong: str) -> None:
    assert ask(served, wrong.encode().decode("latin-1")).code == "app_unknown"


def test_a_token_is_none_of_a_terminal_and_the_other_way_round(served: ServedHq, token: str) -> None:
    with Client(served) as client:
        assert client.post(PATH, {"member": "m1"}, Authorization=f"Basic {token}").code == "app_unknown"
        assert client.get("/v1/feed/heads", Authorization=f"Bearer {token}").code == "not_authenticated"
    with Client(served, join(served.headquarters, "s01", "1")) as terminal:
        assert terminal.post(PATH, {"member": "m1"}).code == "app_unknown"


def test_who_is_no_member_gets_no_code_and_neither_does_a_chain_without_a_key(served: ServedHq, token: str) -> None:
    assert (ask(served, token, "m9").status, ask(served, token, "m9").code) == (404, "member_unknown")
    assert ask(served, token, "x" * 65).code == "message_invalid"


def test_without_an_issuer_key_hq_says_so(served: ServedHq) -> None:
    token = apps.add(served.headquarters, "app-1", Random(5).randbytes)
    assert (ask(served, token).status, ask(served, token).code) == (503, "no_issuer")


def test_an_app_asks_so_often_and_no_more(served: ServedHq, token: str) -> None:
    rates, now_ms = served.headquarters.guard.apps, served.headquarters.clock()
    assert [rates.wait_s("app-1", now_ms) for _ in range(APP_BURST + 1)][-2:] == [0, 1]
    assert (ask(served, token).status, ask(served, token).code) == (429, "too_many")
    other = apps.add(served.headquarters, "app-2", Random(6).randbytes)
    assert ask(served, other).status == 200


def test_neither_token_nor_code_is_kept_or_logged(
    served: ServedHq, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = ask(served, token).body["code"]
    ask(served, token + "x")
    with served.headquarters.database.reading() as connection:
        kept = connection.scalars(select(app.c.token)).all()
    assert token not in str(kept)
    assert token not in caplog.text
    assert code not in caplog.text


def test_a_name_is_used_once(hq: Headquarters) -> None:
    apps.add(hq, "app-1", Random(5).randbytes)
    for name in ("app-1", "", "App", "a b", "x" * 41):
        with pytest.raises(HqError, match="name"):
            apps.add(hq, name, Random(5).randbytes)
    with pytest.raises(HqError, match="no app 'app-2'"):
        apps.revoke(hq, "app-2")


def test_a_person_adds_lists_and_revokes(hq_folder: Path) -> None:
    made = run("app", "add", "app-1", "--state", hq_folder)
    assert apps.TOKEN.fullmatch(made.output.strip())
    assert run("app", "list", "--state", hq_folder).output.startswith("app-1: since ")
    assert made.output.strip() not in run("app", "list", "--state", hq_folder, "--json").output
    assert "refused from now on" in run("app", "revoke", "app-1", "--state", hq_folder).output
    again = run("app", "revoke", "app-1", "--state", hq_folder)
    assert (again.exit_code, "no app" in again.output) == (1, True)
    [listed] = json.loads(run("app", "list", "--state", hq_folder, "--json").output)
    assert listed["name"] == "app-1"
    assert listed["revoked_ms"] >= listed["made_ms"]
    assert ", revoked 20" in run("app", "list", "--state", hq_folder).output
