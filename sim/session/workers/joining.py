"""Joining a run from elsewhere: where to, and with what: a file that its owner alone can read, or the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import msgspec

from brokers.adapter import BrokerError, Endpoint, Tls
from brokers.mosquitto import parse_address
from sim.core.model.ids import is_id
from sim.session.workers.membership import Membership
from sim.transport.root import is_worker

FOLDER_NAME: Final = "workers"
"""Folder in that of a run for the files of workers that are waited for."""

USERNAME_VARIABLE: Final = "BEELD_WORKER"
PASSWORD_VARIABLE: Final = "BEELD_WORKER_PASSWORD"  # noqa: S105 -- a name
TICKET_BYTES_MAX: Final = 16 * 1024
_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077
_EXPECTED: Final = "expected mqtts://HOST[:PORT]/RUN, or mqtt://localhost:PORT/RUN"


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one worker joins with.

    Attributes:
        join: Where, as it is typed.
        username: Its account, as the server knows it.
        password: That account's password.
    """

    join: str
    username: str
    password: str


class Invitation(msgspec.Struct, frozen=True):
    """What somebody types to start a worker elsewhere, and the file that goes with it."""

    join: str
    credentials: Path


def invite(folder: Path, memberships: Sequence[Membership]) -> list[Invitation]:
    """Write a file for each worker that is waited for, readable by its owner only; return what is to be typed."""
    place = folder / FOLDER_NAME
    place.mkdir(mode=0o700)
    return [_invite(place, membership) for membership in memberships]


def _invite(place: Path, membership: Membership) -> Invitation:
    endpoint = membership.endpoint
    scheme = "mqtt" if endpoint.tls is None else "mqtts"
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    url = f"{scheme}://{host}:{endpoint.port}/{membership.run}"
    path = place / f"{membership.worker}.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        ticket = Ticket(url, endpoint.prefix + membership.worker, membership.password)
        file.write(msgspec.json.format(msgspec.json.encode(ticket), indent=2) + b"\n")
    return Invitation(url, path)


def clear_invitations(folder: Path) -> None:
    """Remove the files of workers that were waited for; nothing happens where there are none."""
    place = folder / FOLDER_NAME
    if place.is_dir():
        for path in place.glob("*.json"):
            path.unlink(missing_ok=True)
        place.rmdir()


def membership_of(
    join: str, credentials: Path | None, ca: Path | None, environment: Mapping[str, str] | None = None
) -> Membership:
    """Return which worker of which run somebody wants to be.

    Args:
        join: Where, as it was typed.
        credentials: The worker's file; None takes what stands in the environment.
        ca: Who signed the server's certificate; None is whom this machine trusts.
        environment: Variables; default: those of the process.

    Raises:
        BrokerError: Something of it is wrong, or missing; the message says what.
    """
    endpoint, run = _parse(join, ca)
    ticket = _read(credentials) if credentials is not None else _from(environment or os.environ, join)
    worker = ticket.username.rpartition(".")[2]
    if not is_worker(worker):
        raise BrokerError(f"worker: expected the account of a worker, such as worker-1, found {worker!r}")
    if _parse(ticket.join, ca)[1] != run:
        raise BrokerError(f"{credentials}: expected credentials for {join}, found those for {ticket.join}")
    prefix = ticket.username.removesuffix(worker)
    return Membership(
        worker, run, Endpoint(endpoint.host, endpoint.port, endpoint.tls, prefix), ticket.password
    )


def _parse(join: str, ca: Path | None) -> tuple[Endpoint, str]:
    parts = urlsplit(join)
    run = parts.path.removeprefix("/")
    if not is_id(run):
        raise BrokerError(f"--join: {_EXPECTED}, found {parts.path or 'no run'!r} as the run")
    try:
        address = parse_address(urlunsplit(parts._replace(path="")))
    except BrokerError as error:
        raise BrokerError(f"--join: {error}") from error
    return Endpoint(address.host, address.port, Tls(ca) if address.encrypted else None), run


def _read(path: Path) -> Ticket:
    try:
        if sys.platform != "win32" and path.stat().st_mode & _OTHERS:
            raise BrokerError(
                f"{path}: expected a file that only its owner can read, found one open to others; "
                f"close it with: chmod 600 {path}"
            )
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(TICKET_BYTES_MAX), type=Ticket)
    except OSError as error:
        raise BrokerError(f"{path}: cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError):
        # What was found may be a password, and is not told.
        raise BrokerError(f"{path}: expected the credentials of a worker, found something else") from None


def _from(environment: Mapping[str, str], join: str) -> Ticket:
    username, password = environment.get(USERNAME_VARIABLE), environment.get(PASSWORD_VARIABLE)
    if not username or not password:
        raise BrokerError(
            f"worker: expected its credentials in a file (--credentials), or in {USERNAME_VARIABLE} and "
            f"{PASSWORD_VARIABLE}, found neither"
        )
    return Ticket(join, username, password)
