"""The file of accounts: what is refused in it, and what is written to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.model.text import Language
from sim.files.problems import InputError
from sim.web.accounts import LOCAL, Account, add_account, load_accounts
from sim.web.options import Role, ServeOptions
from sim.web.serving import serve
from tests.unit.web.serving import PASSWORD, write_accounts

HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"


def entry(name: str = "anna", role: str = "staff", password: str = HASH, more: str = "") -> str:
    return f'[[accounts]]\nname = "{name}"\nrole = "{role}"\npassword = "{password}"\n{more}\n'


def problems_of(file: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_accounts(file)
    lines = [str(one) for one in caught.value.errors]
    assert len(lines) == 1, lines
    assert "\n" not in lines[0]
    return lines[0]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = write_accounts(tmp_path / "accounts.toml", entry())
    file.chmod(mode)

    assert "chmod 600" in problems_of(file)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([""], "[[accounts]]"),
        (["accounts = []"], "[[accounts]]"),
        (["accounts = 3"], "[[accounts]]"),
        ([entry(), entry()], "a name of its own"),
        ([entry(role="boss")], "boss"),
        ([entry(more="admin = true")], "admin"),
        ([entry(role="participant")], "seat"),
        ([entry(role="assessor", more='seats = ["enexis"]')], "none with this role"),
        ([entry(role="staff", more='seats = ["enexis"]')], "none with this role"),
        ([entry(password="secret")], "hash"),
        ([entry(name="")], "lower-case"),
        ([entry(name="Anna B")], "lower-case"),
        (['extra = "x"\n', entry()], "extra"),
        (["not toml"], "accounts.toml"),
    ],
)
def test_a_mistake_is_told_in_one_line(tmp_path: Path, entries: list[str], told: str) -> None:
    line = problems_of(write_accounts(tmp_path / "accounts.toml", *entries))

    assert told in line
    assert "accounts.toml" in line


def test_no_file_is_told(tmp_path: Path) -> None:
    assert "accounts.toml" in problems_of(tmp_path / "accounts.toml")


def test_an_account_that_was_added_is_let_in_with_its_password_only(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    add_account(file, "anna", Role.ASSESSOR, (), PASSWORD)
    add_account(file, "piet", Role.PARTICIPANT, ("enexis", "wl"), PASSWORD + "!")
    accounts = load_accounts(file)

    anna, piet = accounts.check("anna", PASSWORD), accounts.check("piet", PASSWORD + "!")
    assert anna is not None
    assert piet is not None
    assert anna.role is Role.ASSESSOR
    assert piet.seats == {"enexis", "wl"}
    assert accounts.check("anna", PASSWORD + "!") is None
    assert accounts.check("anna", "") is None
    assert accounts.check("nobody", "nobody") is None
    assert accounts.named("nobody") is None
    assert file.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in file.read_text(encoding="utf-8")


def test_a_hash_that_is_none_lets_nobody_in(tmp_path: Path) -> None:
    file = write_accounts(tmp_path / "accounts.toml", entry(password="$argon2 or so"))

    assert load_accounts(file).check("anna", "") is None


@pytest.mark.parametrize(
    ("name", "role", "seats", "password", "told"),
    [
        ("Anna", Role.STAFF, (), PASSWORD, "name"),
        ("", Role.STAFF, (), PASSWORD, "name"),
        ("anna", Role.STAFF, (), "short", "10 characters"),
        ("anna", Role.STAFF, (), "x" * 1025, "password"),
        ("anna", Role.PARTICIPANT, (), PASSWORD, "seat"),
        ("anna", Role.ASSESSOR, ("enexis",), PASSWORD, "none with this role"),
        ("anna", Role.PARTICIPANT, ("En exis",), PASSWORD, "the id of a party"),
    ],
)
def test_an_account_that_cannot_be_is_not_written(
    tmp_path: Path, name: str, role: Role, seats: tuple[str, ...], password: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        add_account(tmp_path / "accounts.toml", name, role, seats, password)

    assert not (tmp_path / "accounts.toml").exists()


def test_a_name_that_is_there_is_not_added_again(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    add_account(file, "anna", Role.STAFF, (), PASSWORD)
    before = file.read_bytes()

    with pytest.raises(InputError, match="does not have yet"):
        add_account(file, "anna", Role.ASSESSOR, (), PASSWORD)
    assert file.read_bytes() == before


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can be written"):
        add_account(tmp_path / "nowhere" / "accounts.toml", "anna", Role.STAFF, (), PASSWORD)


def test_what_each_role_may() -> None:
    assessor, participant = (
        Account("a", Role.ASSESSOR),
        Account("p", Role.PARTICIPANT, frozenset({"enexis"})),
    )

    assert (LOCAL.sees_all, LOCAL.steers, LOCAL.observes, LOCAL.may_sit("wl")) == (True, True, True, True)
    assert (assessor.sees_all, assessor.steers, assessor.observes) == (True, False, True)
    assert not assessor.may_sit("enexis")
    assert (participant.sees_all, participant.steers, participant.observes) == (False, False, False)
    assert participant.may_sit("enexis")
    assert not participant.may_sit("wl")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.1", "beeld.example"])
def test_pages_are_not_served_beyond_this_machine_to_who_need_not_log_in(tmp_path: Path, host: str) -> None:
    with pytest.raises(InputError, match="--accounts"):
        serve(ServeOptions(tmp_path, host=host), lambda _: pytest.fail("it opened"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_addresses_of_this_machine(tmp_path: Path, host: str) -> None:
    assert ServeOptions(tmp_path, host=host).is_local


def test_a_certificate_needs_its_key_and_both_must_be_there(tmp_path: Path) -> None:
    missing = tmp_path / "none.pem"
    with pytest.raises(InputError, match="--key"):
        serve(ServeOptions(tmp_path, port=0, certificate=missing), lambda _: None)
    with pytest.raises(InputError, match="--certificate"):
        serve(ServeOptions(tmp_path, port=0, certificate=missing, key=missing), lambda _: None)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_port_that_is_taken_is_told(tmp_path: Path, language: Language) -> None:
    import socket  # noqa: PLC0415

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} in use"):
            serve(ServeOptions(tmp_path, port=port, language=language), lambda _: None)


def test_an_address_that_is_not_here_is_told(tmp_path: Path, accounts: Path) -> None:
    with pytest.raises(InputError, match="--host"):
        serve(ServeOptions(tmp_path, host="203.0.113.7", port=0, accounts=accounts), lambda _: None)
