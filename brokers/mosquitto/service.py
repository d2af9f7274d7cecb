"""Start, stop and look at the standing server of a folder. It outlives the command that started it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from brokers.adapter import BrokerError, Endpoint
from brokers.mosquitto.admin import AdminConnection
from brokers.mosquitto.certificates import valid_until
from brokers.mosquitto.config import Standing
from brokers.mosquitto.folder import ServerFolder, hand_over, prepare, write_conf
from brokers.mosquitto.keys import load_keys, parse_address
from brokers.mosquitto.launch import find_executable, find_plugin, start_process, unavailable_reason
from brokers.mosquitto.leftovers import is_left, runs_at
from brokers.mosquitto.standing import clear

_START_S: Final = 10.0
_STOP_S: Final = 10.0
_LOOK_S: Final = 0.05
_TAIL_BYTES: Final = 2_000

# Who started a server in this process; it is not waited for, and reaped when this process ends.
_STARTED: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Status:
    """How a standing server is.

    Attributes:
        folder: Its folder.
        pid: Its process, or None when it does not run.
        addresses: Where clients connect, encrypted first.
        valid_until: Until when its certificate is valid; None before there is one.
        runs: Runs that have accounts on it; None when it did not answer or does not run.
    """

    folder: Path
    pid: int | None
    addresses: tuple[str, ...]
    valid_until: datetime | None
    runs: tuple[str, ...] | None


def up(folder: ServerFolder, standing: Standing, names: Sequence[str] = ()) -> Status:
    """Start the server of a folder, which is made ready first; return when clients can connect.

    One that runs already goes on as it is.

    Args:
        folder: Its folder.
        standing: How it is set up.
        names: Further names for its certificate, where that is yet to be made.

    Raises:
        BrokerError: Mosquitto is not usable here, or the server does not come up.
    """
    if _pid(folder) is not None:
        return status(folder)
    reason = unavailable_reason()
    executable, plugin = find_executable(), find_plugin()
    if reason is not None or executable is None or plugin is None:
        raise BrokerError(reason or "mosquitto is not installed")
    prepare(folder, standing, names)
    _require_valid(folder)
    write_conf(folder, plugin, standing)
    owner = hand_over(folder)
    with _lock(folder) as lock, _fresh_log(folder) as log:
        process = start_process([str(executable), "-c", str(folder.conf)], folder.served, owner, log, (lock,))
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(process.pid).encode(), 0)
    _STARTED.append(process)
    try:
        asyncio.run(_until_it_serves(folder, process))
    except BaseException:
        process.kill()
        process.wait()
        raise
    return status(folder)


def _require_valid(folder: ServerFolder) -> None:
    until = valid_until(folder.certificate.certificate)
    if until <= datetime.now(UTC):
        raise BrokerError(
            f"{folder.certificate.certificate}: valid until {until:%Y-%m-%d}, so that no client would trust the "
            "server; make a new one with: beeld broker certificates"
        )


def down(folder: ServerFolder) -> bool:
    """Stop the server of a folder; return whether one ran. What it keeps it has written when this returns.

    Raises:
        BrokerError: It belongs to somebody else, or does not end.
    """
    pid = _pid(folder)
    if pid is None:
        return False
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, how)
        except PermissionError as error:
            raise BrokerError(f"{folder.root}: the server, process {pid}, is somebody else's") from error
        except ProcessLookupError:
            pass
        give_up = time.monotonic() + _STOP_S
        while time.monotonic() < give_up:
            if _pid(folder) is None:
                return True
            time.sleep(_LOOK_S)
    raise BrokerError(f"{folder.root}: the server, process {pid}, does not end")


def status(folder: ServerFolder) -> Status:
    """Return how the server of a folder is.

    Raises:
        BrokerError: The folder holds keys or a certificate that cannot be read.
    """
    pid = _pid(folder)
    keys = load_keys(folder.keys) if folder.keys.exists() else None
    certificate = folder.certificate.certificate
    return Status(
        folder=folder.root,
        pid=pid,
        addresses=keys.addresses if keys is not None else (),
        valid_until=valid_until(certificate) if certificate.exists() else None,
        runs=_runs(folder) if pid is not None else None,
    )


def clean(
    folder: ServerFolder, root_of: Callable[[str], str], *, everything: bool = False
) -> tuple[str, ...]:
    """Take away what runs left on the server of a folder that were killed; return their ids.

    Args:
        folder: Its folder.
        root_of: Returns what the topics of a run begin with.
        everything: Also what belongs to runs of which it is not known that they are gone: they end with it.

    Raises:
        BrokerError: The server does not run, refuses, or does not answer.
    """
    if _pid(folder) is None:
        raise BrokerError(f"{folder.root}: no server runs here; start it with: beeld broker up")
    return asyncio.run(_clean(folder, root_of, everything=everything))


async def _clean(folder: ServerFolder, root_of: Callable[[str], str], *, everything: bool) -> tuple[str, ...]:
    admin = _admin(folder)
    try:
        found = await runs_at(admin)
        left = tuple(sorted(run for run, noted in found.items() if everything or is_left(noted)))
        await clear(admin, admin.endpoint, left, root_of)
    finally:
        await admin.close()
    return left


def _runs(folder: ServerFolder) -> tuple[str, ...] | None:
    try:
        return asyncio.run(_ask_for_runs(folder))
    except BrokerError:
        return None


async def _ask_for_runs(folder: ServerFolder) -> tuple[str, ...]:
    admin = _admin(folder)
    try:
        return tuple(sorted(await runs_at(admin)))
    finally:
        await admin.close()


def _admin(folder: ServerFolder) -> AdminConnection:
    """Return the administrator's connection, encrypted also on this machine.

    Somebody else may listen there when our server does not; the certificate tells before the password is sent.
    """
    keys = load_keys(folder.keys)
    address = next(known for each in keys.addresses if (known := parse_address(each)).encrypted)
    return AdminConnection(keys.endpoint(address), keys.password, keys.username)


async def _until_it_serves(folder: ServerFolder, process: subprocess.Popen[bytes]) -> None:
    loop = asyncio.get_running_loop()
    give_up = loop.time() + _START_S
    while True:
        admin = _admin(folder)
        try:
            await asyncio.to_thread(_shake_hands, admin.endpoint)
            await admin.connect()
        except (BrokerError, OSError) as error:
            if process.poll() is not None:
                raise BrokerError(_why_it_ended(folder)) from error
            if loop.time() >= give_up:
                raise BrokerError(f"mosquitto did not serve within {_START_S:g} s: {error}") from error
            await asyncio.sleep(_LOOK_S)
        else:
            if process.poll() is not None:
                raise BrokerError(_why_it_ended(folder))
            return
        finally:
            await admin.close()


def _shake_hands(endpoint: Endpoint) -> None:
    """Begin an encrypted connection and end it: a client library leaves its socket open when that fails.

    Raises:
        OSError: The server does not listen yet, or hangs up.
    """
    assert endpoint.tls is not None, "the administrator's line is encrypted"
    with (
        socket.create_connection((endpoint.host, endpoint.port), timeout=_START_S) as bare,
        endpoint.tls.context().wrap_socket(bare, server_hostname=endpoint.host),
    ):
        pass


def _why_it_ended(folder: ServerFolder) -> str:
    said = folder.log.read_bytes()[-_TAIL_BYTES:].decode("utf-8", errors="replace")
    tail = "; ".join(said.splitlines()[-5:])
    if "Address already in use" in tail:
        return (
            "another server has one of the ports (Address already in use); choose others (beeld broker up --help), or "
            "stop that one: Debian starts a Mosquitto when it installs it (systemctl disable --now mosquitto)"
        )
    return f"mosquitto ended at its start: {tail}"


def _pid(folder: ServerFolder) -> int | None:
    """Return the process of the server, or None when none holds the lock.

    Raises:
        BrokerError: The lock cannot be read, or does not say yet whose it is.
    """
    try:
        handle = os.open(folder.lock, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BrokerError(f"{folder.lock}: cannot be read: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.pread(handle, 32, 0)
        # Never a number that is none: 0 would be ourselves.
        if written.isdigit() and int(written) > 1:
            return int(written)
        raise BrokerError(f"{folder.root}: a server is just being started there; try again") from None
    else:
        return None
    finally:
        os.close(handle)


@contextlib.contextmanager
def _lock(folder: ServerFolder) -> Iterator[int]:
    """Take the lock. It goes over to the server with the descriptor: the system lets go when that one ends."""
    handle = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield handle
    except BlockingIOError as error:
        raise BrokerError(f"{folder.root}: another server is being started there") from error
    finally:
        os.close(handle)


@contextlib.contextmanager
def _fresh_log(folder: ServerFolder) -> Iterator[int]:
    """Begin a log; that of the time before is kept."""
    if folder.log.exists():
        folder.log.replace(folder.log.with_name(f"{folder.log.name}.1"))
    handle = os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)
