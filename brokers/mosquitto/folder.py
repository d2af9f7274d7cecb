"""The folder of a standing server: what it serves with, its administrator's keys, and its certificates.

::

    keys.json        the administrator's name and password, for `beeld run --keys`
    ca.crt, ca.key   the authority: ca.crt goes to who must trust the server, ca.key to nobody
    clients/         certificates of clients, where the server asks for them
    mosquitto.log    what the server said since it was started last; mosquitto.log.1 the time before
    lock             held by the server as long as it lives
    server/          what the server itself may read and write: configuration, accounts and rights, its own
                     certificate and key, sessions and retained messages

Only the owner may enter. As root the server runs as a user of its own, who may enter ``server/`` and nothing else.
"""

from __future__ import annotations

import os
import pwd
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brokers.adapter import BrokerError
from brokers.mosquitto.certificates import (
    Pair,
    make_authority,
    make_client,
    make_server,
    names_in,
    replace_privately,
)
from brokers.mosquitto.config import Places, Standing, places_in, standing_conf_text
from brokers.mosquitto.keys import ServerKeys, load_keys, save_keys
from brokers.mosquitto.launch import unprivileged_user
from brokers.mosquitto.security import ADMIN_USERNAME, security_text

FOLDER_VARIABLE: Final = "BEELD_BROKER_FOLDER"
OWN_NAMES: Final = ("localhost", "127.0.0.1", "::1")
"""Names of any server on this machine, which stand in each certificate."""

_ADMINISTRATOR: Final = "administrator"
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::", "127.0.0.1", "::1", ""})  # noqa: S104 - names, nothing listens here
_OWNER_ONLY: Final = 0o700
_MAY_PASS: Final = 0o711


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """The folder of a standing server, by the names of what is in it."""

    root: Path

    @property
    def keys(self) -> Path:
        """The administrator's keys."""
        return self.root / "keys.json"

    @property
    def authority(self) -> Pair:
        """Who signs the certificates."""
        return Pair(self.root / "ca.crt", self.root / "ca.key")

    @property
    def served(self) -> Path:
        """What the server itself may read and write."""
        return self.root / "server"

    @property
    def certificate(self) -> Pair:
        """The server's own certificate."""
        return Pair(self.served / "server.crt", self.served / "server.key")

    @property
    def conf(self) -> Path:
        """The server's configuration."""
        return self.served / "mosquitto.conf"

    @property
    def security(self) -> Path:
        """Accounts and rights, as the server keeps them."""
        return self.served / "dynamic-security.json"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.root / "mosquitto.log"

    @property
    def lock(self) -> Path:
        """Held by the server as long as it lives; its process id stands in it."""
        return self.root / "lock"

    def client(self, name: str) -> Pair:
        """Return where the certificate of a client stands."""
        return Pair(self.root / "clients" / f"{name}.crt", self.root / "clients" / f"{name}.key")

    def places(self, plugin: Path) -> Places:
        """Return where the server finds its things here."""
        return places_in(self.served, plugin)


def default_folder() -> ServerFolder:
    """Return the folder of this user's own server: where the environment says, else where the system keeps state."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return ServerFolder(Path(named))
    if os.geteuid() == 0:
        return ServerFolder(Path("/var/lib/beeld/broker"))
    state = os.environ.get("XDG_STATE_HOME")
    return ServerFolder((Path(state) if state else Path.home() / ".local" / "state") / "beeld" / "broker")


def prepare(folder: ServerFolder, standing: Standing, names: Sequence[str] = ()) -> bool:
    """Make what is not there yet: authority, certificates, accounts, keys; say whether anything was.

    Args:
        folder: Where.
        standing: How the server is set up.
        names: Further names of the server for its certificate, beside those of this machine.

    Raises:
        BrokerError: It cannot be written, or belongs to somebody else.
    """
    _make_private(folder.root)
    _make_private(folder.served)
    made = False
    if not folder.authority.exists():
        make_authority(folder.authority)
        made = True
    certified = () if made or not folder.certificate.exists() else names_in(folder.certificate.certificate)
    wanted = (*names, *_own_name(standing), *OWN_NAMES)
    if not set(wanted) <= set(certified):
        renew(folder, (*certified, *wanted))
        made = True
    if standing.client_certificates and (made or not folder.client(_ADMINISTRATOR).exists()):
        certify_client(folder, _ADMINISTRATOR)
    if not folder.keys.exists() or not folder.security.exists():
        password = secrets.token_urlsafe(32)
        replace_privately(folder.security, security_text((), password).encode())
        save_keys(folder.keys, ServerKeys(ADMIN_USERNAME, password))
        made = True
    _address(folder, standing)
    return made


def renew(folder: ServerFolder, names: Sequence[str] = ()) -> None:
    """Make the server's certificate anew, for this machine's own names and these; it works from the next start on.

    Raises:
        BrokerError: A name cannot stand in a certificate, or the authority is not there.
    """
    make_server(folder.certificate, folder.authority, list(dict.fromkeys((*names, *OWN_NAMES))))
    replace_privately(folder.served / "ca.crt", folder.authority.certificate.read_bytes(), mode=0o644)


def certify_client(folder: ServerFolder, name: str) -> Pair:
    """Make a certificate for a client, and return where it is.

    Raises:
        BrokerError: The name cannot be one of a file or of a certificate, or the authority is not there.
    """
    if not name.replace("-", "").isalnum():
        raise BrokerError(
            f"{name!r}: expected a name of letters, digits and dashes for the certificate of a client"
        )
    pair = folder.client(name)
    _make_private(pair.key.parent)
    make_client(pair, folder.authority, name)
    return pair


def write_conf(folder: ServerFolder, plugin: Path, standing: Standing) -> None:
    """Write the server's configuration.

    Raises:
        BrokerError: It cannot be written.
    """
    replace_privately(folder.conf, standing_conf_text(folder.places(plugin), standing).encode())


def hand_over(folder: ServerFolder) -> str | None:
    """Give the server's part of the folder to the user that it runs as, and return who that is; None: as we do.

    Raises:
        BrokerError: That user cannot come there.
    """
    owner = unprivileged_user() if os.geteuid() == 0 else None
    if owner is None:
        return None
    folder.root.chmod(_MAY_PASS)
    group = pwd.getpwnam(owner).pw_gid
    for path in (folder.served, *folder.served.iterdir()):
        os.chown(path, pwd.getpwnam(owner).pw_uid, group, follow_symlinks=False)
    shut = [str(each) for each in folder.root.absolute().parents if not each.stat().st_mode & 0o001]
    if shut:
        raise BrokerError(
            f"{folder.root}: the server runs as {owner}, who may not enter {shut[-1]}; choose another --folder"
        )
    return owner


def _own_name(standing: Standing) -> tuple[str, ...]:
    """Return the address on which the server is reached, where that is a particular one."""
    return () if standing.host in _EVERYWHERE else (standing.host,)


def _address(folder: ServerFolder, standing: Standing) -> None:
    """Write in the keys where the server listens, and what belongs to it."""
    keys = load_keys(folder.keys)
    others = [name for name in names_in(folder.certificate.certificate) if name not in OWN_NAMES]
    here = [] if _own_name(standing) else ["localhost"]
    reached = [f"[{name}]" if ":" in name else name for name in (*here, *others)]
    encrypted = [f"mqtts://{name}:{standing.ports.mqtts}" for name in reached]
    addresses = (*encrypted, f"mqtt://localhost:{standing.ports.mqtt}")
    client = folder.client(_ADMINISTRATOR) if standing.client_certificates else None
    save_keys(
        folder.keys,
        ServerKeys(
            keys.username,
            keys.password,
            addresses,
            ca=folder.authority.certificate,
            certificate=client.certificate if client is not None else None,
            key=client.key if client is not None else None,
            log=folder.log if standing.tells_refusals else None,
        ),
    )


def _make_private(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
        owner = path.stat().st_uid
        if owner == os.geteuid() or os.geteuid() == 0:
            path.chmod(_OWNER_ONLY)
    except OSError as error:
        raise BrokerError(f"{path}: cannot be made: {error.strerror}") from error
    if owner != os.geteuid() and os.geteuid() != 0:
        raise BrokerError(f"{path}: expected a folder of your own, found one of user {owner}")
