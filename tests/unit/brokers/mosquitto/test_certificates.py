from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from brokers.adapter import BrokerError, Tls
from brokers.mosquitto.certificates import (
    Pair,
    make_authority,
    make_client,
    make_server,
    names_in,
    valid_until,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def pair(folder: Path, name: str) -> Pair:
    return Pair(folder / f"{name}.crt", folder / f"{name}.key")


@pytest.fixture
def authority(tmp_path: Path) -> Pair:
    made = pair(tmp_path, "ca")
    make_authority(made, now=NOW)
    return made


def read(made: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.certificate.read_bytes())


def verifies(made: Pair, authority: Pair, name: str, at: datetime = NOW) -> bool:
    """Say whether somebody who trusts the authority takes this for the server of that name."""
    store = Store([read(authority)])
    verifier = PolicyBuilder().store(store).time(at).build_server_verifier(x509.DNSName(name))
    try:
        verifier.verify(read(made), [])
    except VerificationError:
        return False
    return True


def test_a_server_is_trusted_under_its_names_and_for_a_time(tmp_path: Path, authority: Pair) -> None:
    made = pair(tmp_path, "server")
    make_server(made, authority, ["berichten.example", "10.0.0.1"], now=NOW, days=10)
    assert names_in(made.certificate) == ("berichten.example", "10.0.0.1")
    assert verifies(made, authority, "berichten.example")
    assert not verifies(made, authority, "elsewhere.example")
    assert not verifies(made, authority, "berichten.example", NOW + timedelta(days=10))
    assert valid_until(made.certificate) == NOW + timedelta(days=10) - timedelta(hours=1)


def test_a_long_name_of_a_server_is_one_too(tmp_path: Path, authority: Pair) -> None:
    made, name = pair(tmp_path, "server"), f"{'berichten.' * 6}server.veiligheidsregio.example"
    make_server(made, authority, [name], now=NOW)
    assert verifies(made, authority, name)


def test_another_authority_is_not_trusted(tmp_path: Path, authority: Pair) -> None:
    other, made = pair(tmp_path, "other"), pair(tmp_path, "server")
    make_authority(other, now=NOW)
    make_server(made, other, ["berichten.example"], now=NOW)
    assert not verifies(made, authority, "berichten.example")


def test_the_certificate_of_a_client_is_not_one_of_a_server(tmp_path: Path, authority: Pair) -> None:
    made = pair(tmp_path, "client")
    make_client(made, authority, "meldkamer", now=NOW)
    assert names_in(made.certificate) == ()
    assert not verifies(made, authority, "meldkamer")


def test_keys_are_for_their_owner_alone(tmp_path: Path, authority: Pair) -> None:
    made = pair(tmp_path, "server")
    make_server(made, authority, ["localhost"])
    assert [stat.S_IMODE(each.key.stat().st_mode) for each in (authority, made)] == [0o600, 0o600]
    assert len(list(tmp_path.iterdir())) == 4, "nothing else is left"


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x\nallow_anonymous true", "é.example", "*"])
def test_what_is_no_name_of_a_server_is_refused(name: str, tmp_path: Path, authority: Pair) -> None:
    with pytest.raises(BrokerError, match="for a certificate"):
        make_server(pair(tmp_path, "server"), authority, [name])


def test_a_server_needs_a_name_and_an_authority(tmp_path: Path, authority: Pair) -> None:
    with pytest.raises(BrokerError, match="one name"):
        make_server(pair(tmp_path, "server"), authority, [])
    with pytest.raises(BrokerError, match="expected a certificate in PEM"):
        make_server(pair(tmp_path, "server"), pair(tmp_path, "nobody"), ["localhost"])
    authority.key.write_text("no key")
    with pytest.raises(BrokerError, match="expected a private key in PEM"):
        make_server(pair(tmp_path, "server"), authority, ["localhost"])


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="cannot be written: No such file"):
        make_authority(pair(tmp_path / "nowhere", "ca"))


def test_a_client_trusts_this_authority_and_no_other(tmp_path: Path, authority: Pair) -> None:
    context = Tls(authority.certificate).context()
    assert len(context.get_ca_certs()) == 1
    assert context.check_hostname
    with pytest.raises(BrokerError, match=r"nobody.crt: expected certificates that can be used"):
        Tls(tmp_path / "nobody.crt").context()
