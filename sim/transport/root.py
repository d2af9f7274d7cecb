"""The root of a run, ``beeld/{run}/``, and the broker accounts that follow from an access table."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final

from brokers.adapter import Account, Action, Right
from sim.core.model.access import AccessTable, Rule
from sim.core.model.ids import PartyId, is_id
from sim.transport.port import CONTROL, RECORDER

_PRODUCT: Final = "beeld"
_WORKER: Final = "worker"

# 24 bytes: too many to guess, short enough for every broker.
_PASSWORD_BYTES: Final = 24

CONTROL_PATTERNS: Final = ("clock", "control/#")
"""Everything that control writes, relative to the root of a run: the clock, and what is below its own topic."""


def is_worker(name: str) -> bool:
    """Say whether a name is one of those of workers, whether there are any or not.

    >>> is_worker("worker-2"), is_worker("worker-union")
    (True, False)
    """
    word, _, number = name.partition("-")
    return word == _WORKER and number.isdigit()


def worker_name(number: int) -> str:
    """Return the name of a worker, which is its account."""
    return f"{_WORKER}-{number}"


def root_of(run: str) -> str:
    """Return the root of a run, with the slash at its end.

    >>> root_of("limburg-1")
    'beeld/limburg-1/'

    Raises:
        ValueError: ``run`` is no id, so that it could reach outside its own root.
    """
    if not is_id(run):
        raise ValueError(f"run: expected an id ([a-z0-9-]), was {run!r}")
    return f"{_PRODUCT}/{run}/"


def add_root(root: str, topic: str) -> str:
    """Return a relative topic or filter as the broker knows it."""
    return root + topic


def remove_root(root: str, topic: str) -> str:
    """Return a topic or filter of the broker as seen from the root.

    What lies outside the root keeps its whole name, behind a slash: no relative topic begins with one.

    >>> remove_root("beeld/limburg-1/", "beeld/limburg-1/clock")
    'clock'
    >>> remove_root("beeld/limburg-1/", "clock")
    '/clock'
    """
    if topic.startswith(root):
        return topic[len(root) :]
    return f"/{topic}"


def client_id_of(run: str, party: PartyId, key: str) -> str:
    """Return the client id of a party, of control or of the recorder.

    It begins with the name of the account and a colon, as a cluster asks for (`brokers.rabbitmq`).
    ``key`` is a secret of the session: not every broker keeps one account from taking over the client id, and
    so the session, of another.
    """
    return f"{party}:{run}-{key}"


def rights_of(rules: Iterable[Rule]) -> tuple[Right, ...]:
    """Return rules as rights on relative patterns, which is what ``Transport.grant`` takes."""
    return tuple(Right(Action(rule.action.value), rule.pattern) for rule in rules)


def rooted(root: str, rights: Iterable[Right]) -> tuple[Right, ...]:
    """Return rights on relative patterns as the broker needs them."""
    return tuple(Right(right.action, add_root(root, right.pattern)) for right in rights)


def accounts_for(table: AccessTable, run: str) -> list[Account]:
    """Return an account for each party, one for control and one for the recorder, with fresh passwords.

    The standing rules become rights below the root of the run; grants are given later.

    Raises:
        ValueError: ``run`` is no id, or a party has the name of one of our own accounts.
    """
    root = root_of(run)
    taken = [name for name in table.parties() if name in (CONTROL, RECORDER) or is_worker(name)]
    if taken:
        raise ValueError(f"party {min(taken)}: this name is kept for the account of the simulation itself")
    accounts = [
        Account(party, _password(), rooted(root, rights_of(table.rules[party]))) for party in table.parties()
    ]
    writes = [Right(Action.PUBLISH, pattern) for pattern in CONTROL_PATTERNS]
    accounts.append(Account(CONTROL, _password(), rooted(root, writes)))
    accounts.append(Account(RECORDER, _password(), rooted(root, [Right(Action.READ, "#")])))
    return accounts


def _password() -> str:
    return secrets.token_urlsafe(_PASSWORD_BYTES)
