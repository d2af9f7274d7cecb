"""The root of a run and the accounts of its parties."""

from __future__ import annotations

import pytest

from brokers.adapter import Action, Right
from sim.core.model.access import AccessTable, Rule
from sim.core.model.profile import Action as RuleAction
from sim.transport.root import (
    accounts_for,
    add_root,
    client_id_of,
    remove_root,
    rights_of,
    root_of,
    rooted,
)

RULES = (
    Rule("vr24", RuleAction.PUBLISH, "own/vr24/#", "own", "test"),
    Rule("vr24", RuleAction.READ, "clock", "clock", "test"),
)


def test_add_and_remove() -> None:
    root = root_of("r1")
    assert add_root(root, "clock") == "beeld/r1/clock"
    assert remove_root(root, "beeld/r1/clock") == "clock"
    assert remove_root(root, "beeld/r2/clock") == "/beeld/r2/clock"
    assert remove_root(root, "#") == "/#"


@pytest.mark.parametrize("run", ["", "a/b", "+", "#", "Run"])
def test_a_run_cannot_reach_outside_its_root(run: str) -> None:
    with pytest.raises(ValueError, match="expected an id"):
        root_of(run)


def test_rights_stay_relative_until_they_are_rooted() -> None:
    rights = rights_of(RULES)
    assert rights == (Right(Action.PUBLISH, "own/vr24/#"), Right(Action.READ, "clock"))
    assert rooted("beeld/r1/", rights)[1] == Right(Action.READ, "beeld/r1/clock")


def test_accounts() -> None:
    table = AccessTable(rules={"vr24": RULES, "water": ()})
    accounts = {account.username: account for account in accounts_for(table, "r1")}
    assert set(accounts) == {"vr24", "water", "control", "recorder"}
    assert accounts["vr24"].rights == rooted("beeld/r1/", rights_of(RULES))
    assert accounts["water"].rights == ()
    assert accounts["recorder"].rights == (Right(Action.READ, "beeld/r1/#"),)
    assert accounts["control"].rights == (
        Right(Action.PUBLISH, "beeld/r1/clock"),
        Right(Action.PUBLISH, "beeld/r1/control/#"),
    )
    passwords = {account.password for account in accounts.values()}
    assert len(passwords) == 4
    assert min(map(len, passwords)) >= 32
    assert passwords.isdisjoint(account.password for account in accounts_for(table, "r1"))
    assert client_id_of("r1", "vr24", "key") == "vr24:r1-key"


@pytest.mark.parametrize("name", ["control", "recorder", "worker-1", "worker-12"])
def test_no_party_takes_an_account_of_ours(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        accounts_for(AccessTable(rules={name: ()}), "r1")
