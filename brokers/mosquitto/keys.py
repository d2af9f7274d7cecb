"""Where a standing server is and how its administrator logs in: the address, and the file with the keys."""

from __future__ import annotations

import ipaddress
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from brokers.adapter import BrokerError, Endpoint, Tls
from brokers.mosquitto.certificates import replace_privately
from brokers.mosquitto.security import ADMIN_USERNAME

USERNAME_VARIABLE: Final = "BEELD_BROKER_USERNAME"
PASSWORD_VARIABLE: Final = "BEELD_BROKER_PASSWORD"  # noqa: S105 - the name of a variable
CA_VARIABLE: Final = "BEELD_BROKER_CA"

_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_OTHERS: Final = 0o077
_PATHS: Final = ("ca", "certificate", "key", "log")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a standing server listens.

    Attributes:
        url: As people write it.
        host: Name or address.
        port: TCP port.
        encrypted: Whether the line is TLS.
    """

    url: str
    host: str
    port: int
    encrypted: bool

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine, so that nothing of what is sent leaves it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def is_address(text: str) -> bool:
    """Say whether this names a server that runs already, by its address."""
    return "://" in text


def parse_address(url: str) -> Address:
    """Return where a server is.

    Raises:
        BrokerError: It is no address of a server, holds credentials, or would send them over an open line.
    """
    expected = "expected mqtts://HOST[:PORT], or mqtt://localhost[:PORT]"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BrokerError(f"{expected}, found an address that is none") from None
    if parts.username is not None or parts.password is not None:
        # What was typed must not be told once more.
        raise BrokerError(
            f"{expected}, found one with credentials in it, which the list of processes would show; "
            f"give them in a file (--keys) or in {PASSWORD_VARIABLE}"
        )
    if parts.scheme not in _PORTS or not parts.hostname or not _is_bare(parts):
        raise BrokerError(f"{expected}, found {url!r}")
    encrypted = parts.scheme == "mqtts"
    address = Address(url, parts.hostname, port or _PORTS[parts.scheme], encrypted)
    if not encrypted and not address.is_here:
        raise BrokerError(
            f"{url}: passwords and pictures would be readable on the way to another machine; "
            f"use mqtts://{parts.hostname}"
        )
    return address


def _is_bare(parts: SplitResult) -> bool:
    return parts.path in ("", "/") and not parts.query and not parts.fragment


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """What the administrator of a server needs. The password never shows in a repr.

    Attributes:
        username: Who administers it.
        password: That one's password.
        addresses: Where its clients connect, as ``mqtts://localhost:8883``; the keys are for these and no others.
            Empty: for wherever somebody says.
        ca: Who signed its certificate; None is whom this machine trusts.
        certificate: The client certificate to show, where the server asks for one.
        key: The key of that certificate.
        log: Its log, where that is a file on this machine: refusals are read from it.
    """

    username: str
    password: str = field(repr=False)
    addresses: tuple[str, ...] = ()
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    log: Path | None = None

    def endpoint(self, address: Address, prefix: str = "") -> Endpoint:
        """Return how to connect to the server at an address."""
        tls = Tls(self.ca, self.certificate, self.key) if address.encrypted else None
        return Endpoint(address.host, address.port, tls, prefix)


def save_keys(path: Path, keys: ServerKeys) -> None:
    """Write keys, readable by the owner only; files beside them are named as seen from there.

    Raises:
        BrokerError: They cannot be written.
    """
    document: dict[str, object] = {
        "username": keys.username,
        "password": keys.password,
        "addresses": list(keys.addresses),
    }
    for name in _PATHS:
        document[name] = _as_seen_from(path.parent, getattr(keys, name))
    replace_privately(path, json.dumps(document, indent=2).encode() + b"\n")


def _as_seen_from(folder: Path, path: Path | None) -> str | None:
    if path is None:
        return None
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def load_keys(path: Path) -> ServerKeys:
    """Return the keys in a file, which nobody but its owner may be able to read.

    Raises:
        BrokerError: It is not there, others can read it, or it holds no keys.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            raise BrokerError(f"{path}: expected keys that only their owner can read (chmod 600 {path})")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise BrokerError(f"{path}: expected the keys of a server, found {error.strerror}") from error
    except ValueError as error:
        raise BrokerError(f"{path}: expected the keys of a server in JSON, found another text") from error
    return _keys_in(document, path)


def _keys_in(document: object, path: Path) -> ServerKeys:
    # Never the value: it may be a password in the wrong place.
    if not isinstance(document, dict):
        raise BrokerError(f"{path}: expected one JSON object, found something else")
    for name in ("username", "password"):
        if not isinstance(document.get(name), str) or not document[name]:
            raise BrokerError(f"{path}: {name}: expected a text, found none")
    addresses = document.get("addresses", [])
    if not isinstance(addresses, list) or not all(isinstance(each, str) for each in addresses):
        raise BrokerError(f"{path}: addresses: expected a list of texts, found something else")
    found: dict[str, Path | None] = {}
    for name in _PATHS:
        value = document.get(name)
        if value is not None and not isinstance(value, str):
            raise BrokerError(f"{path}: {name}: expected a path or null, found something else")
        found[name] = path.absolute().parent / value if value else None
    return ServerKeys(document["username"], document["password"], tuple(addresses), **found)


def keys_for(
    address: Address, named: Path | None, own: Path, environment: Mapping[str, str] | None = None
) -> ServerKeys:
    """Return the administrator's keys of the server at an address.

    From the environment where a password stands there; else from the file that was named; else from that of the
    server of this user, if that is the one.

    Args:
        address: Where the server is.
        named: A file that somebody named.
        own: The file of this user's own server.
        environment: Variables; default: those of the process.

    Raises:
        BrokerError: There are none, or they are another server's.
    """
    variables = os.environ if environment is None else environment
    password = variables.get(PASSWORD_VARIABLE)
    if named is None and password:
        ca = variables.get(CA_VARIABLE)
        username = variables.get(USERNAME_VARIABLE) or ADMIN_USERNAME
        return ServerKeys(username, password, ca=Path(ca) if ca else None)
    path = named or own
    if named is None and not own.exists():
        raise BrokerError(
            f"{address.url}: expected the administrator's keys in a file (--keys) or in {PASSWORD_VARIABLE}, "
            f"found neither; a server of your own is started by: beeld broker up"
        )
    keys = load_keys(path)
    theirs = [parse_address(each) for each in keys.addresses]
    if theirs and not any(_is_same(address, each) for each in theirs):
        # A password that goes to the wrong server is a password given away.
        raise BrokerError(f"{path}: these keys are for {' and '.join(keys.addresses)}, not for {address.url}")
    return keys


def _is_same(address: Address, other: Address) -> bool:
    same_host = address.host == other.host or (address.is_here and other.is_here)
    return same_host and (address.port, address.encrypted) == (other.port, other.encrypted)
