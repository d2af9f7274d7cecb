"""Who may log in to the pages: a TOML file with names, roles and hashes of passwords.

Three roles: ``staff`` (exercise staff) do and see everything; an ``assessor`` sees everything, and adds observations;
a ``participant`` sits in the seats that the account names and sees no more than these parties may see.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sim.core.model.ids import PartyId, is_id
from sim.files.folder import Folder
from sim.files.problems import Problems, Where, hint, show
from sim.files.toml import read_toml
from sim.web.options import Role

PASSWORD_CHARACTERS_MIN: Final = 10
PASSWORD_CHARACTERS_MAX: Final = 1024
_OWNER_ONLY: Final = 0o600
_READABLE_BY_OTHERS: Final = 0o077
_HASHER: Final = PasswordHasher()
_OF_NOBODY: Final = _HASHER.hash("nobody")
"""A hash that is checked where there is no such account, so that both take as long."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in.

    Attributes:
        name: By which somebody logs in; it is shown to nobody else and stands in no log.
        role: What they may do.
        seats: Parties that a participant may take over.
        hash: Of the password.
    """

    name: str
    role: Role
    seats: frozenset[PartyId] = frozenset()
    hash: str = ""

    @property
    def sees_all(self) -> bool:
        """Say whether they may see the truth and every party's picture."""
        return self.role is not Role.PARTICIPANT

    @property
    def steers(self) -> bool:
        """Say whether they may start and steer an exercise."""
        return self.role is Role.STAFF

    @property
    def observes(self) -> bool:
        """Say whether they may add observations."""
        return self.role is not Role.PARTICIPANT

    def may_sit(self, party: PartyId) -> bool:
        """Say whether they may take a party over."""
        return self.role is Role.STAFF or party in self.seats


LOCAL: Final = Account("", Role.STAFF)
"""Who sits at the machine itself, where nobody need log in."""


class Accounts:
    """The accounts of a file."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts

    def named(self, name: str) -> Account | None:
        """Return an account by its name."""
        return self._accounts.get(name)

    def check(self, name: str, password: str) -> Account | None:
        """Return the account that a name and password belong to; None where they belong to none. Takes some 50 ms."""
        account = self._accounts.get(name)
        try:
            _HASHER.verify(_OF_NOBODY if account is None else account.hash, password)
        except (VerificationError, InvalidHashError):
            return None
        return account


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    role: Role
    password: str
    seats: tuple[PartyId, ...] = ()


def load_accounts(file: Path) -> Accounts:
    """Return the accounts in a file.

    Raises:
        InputError: The file cannot be read, others than its owner may read it, or it holds a mistake.
    """
    problems = Problems()
    where = Where(problems, file.name)
    table = read_toml(Folder(file.parent, problems), file.name) or {}
    problems.raise_errors()
    if os.name == "posix" and file.stat().st_mode & _READABLE_BY_OTHERS:
        where.error("a file that only its owner can read (chmod 600)", "one that others can read")
    accounts: dict[str, Account] = {}
    entries = table.get("accounts", [])
    if not isinstance(entries, list) or not entries:
        where.at("accounts").error("[[accounts]], one for each who may log in", "none")
        entries = []
    for index, entry in enumerate(entries):
        account = _account(entry, where.at("accounts").item(index))
        if account is not None and account.name in accounts:
            where.at("accounts").item(index).at("name").error("a name of its own", show(account.name))
        elif account is not None:
            accounts[account.name] = account
    for key in table.keys() - {"accounts"}:
        where.at(key).error("[[accounts]]", f"this key{hint(key, ['accounts'])}")
    problems.raise_errors()
    return Accounts(accounts)


def _account(entry: Any, where: Where) -> Account | None:
    try:
        told = msgspec.convert(entry, _Entry)
    except msgspec.ValidationError as error:
        where.error(
            "name, role (staff, assessor, participant), password, and seats of a participant", str(error)
        )
        return None
    if not is_id(told.name):  # an empty one would be that of everybody who has not logged in
        where.at("name").error("lower-case letters, digits and -", show(told.name))
        return None
    if not told.password.startswith("$argon2"):
        where.at("password").error("the hash of a password, as beeld account writes it", "another text")
        return None
    if (told.role is Role.PARTICIPANT) != bool(told.seats):
        where.at("seats").error(_seats_of(told.role), ", ".join(told.seats) or "none")
        return None
    return Account(told.name, told.role, frozenset(told.seats), told.password)


def _seats_of(role: Role) -> str:
    if role is Role.PARTICIPANT:
        return "the party or parties in whose seat a participant may sit"
    return "none with this role"


def add_account(file: Path, name: str, role: Role, seats: tuple[PartyId, ...], password: str) -> None:
    """Add an account to a file, which is made readable by its owner only when it is new.

    Raises:
        InputError: The account cannot be, or the file holds a mistake or cannot be written.
    """
    problems = Problems()
    where = Where(problems, "account")
    if not is_id(name):
        where.at("name").error("lower-case letters, digits and -", show(name))
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        where.at("password").error(f"{PASSWORD_CHARACTERS_MIN} characters or more", str(len(password)))
    if (role is Role.PARTICIPANT) != bool(seats):
        where.at("seat").error(_seats_of(role), ", ".join(seats) or "none")
    for seat in seats:
        if not is_id(seat):
            where.at("seat").error("the id of a party", show(seat))
    problems.raise_errors()
    if file.exists() and load_accounts(file).named(name) is not None:
        where.at("name").error(f"a name that {file.name} does not have yet", show(name))
        problems.raise_errors()
    text = f'[[accounts]]\nname = "{name}"\nrole = "{role.value}"\npassword = "{_HASHER.hash(password)}"\n'
    if seats:
        text += f"seats = {msgspec.json.encode(seats).decode()}\n"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
        with os.fdopen(descriptor, "a", encoding="utf-8") as opened:
            opened.write(f"\n{text}" if opened.tell() else text)
    except OSError as error:
        where.error("a file that can be written", f"{show(str(file))}: {error.strerror}")
        problems.raise_errors()
