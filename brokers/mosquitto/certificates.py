"""Certificates of a standing server: an authority of its own, and what that signs for the server and for clients.

Nothing here is known to anybody outside: whoever is to trust the server is given ``ca.crt``, by people. An
organisation that has an authority already puts that one's certificates in the same places.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from brokers.adapter import BrokerError

AUTHORITY_DAYS: Final = 3650
CERTIFICATE_DAYS: Final = 397
"""What browsers accept at most."""

# Clocks differ; a certificate that is only valid from now on is refused by who is behind.
_BEFORE: Final = timedelta(hours=1)
_NAME_CHARACTERS_MAX: Final = 64
_SERVER: Final = "beeld: message server"


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and the private key that belongs to it, as files."""

    certificate: Path
    key: Path

    def exists(self) -> bool:
        """Say whether both files are there."""
        return self.certificate.is_file() and self.key.is_file()


def make_authority(pair: Pair, *, now: datetime | None = None, days: int = AUTHORITY_DAYS) -> None:
    """Make an authority: the key never leaves the folder, the certificate goes to who must trust the server.

    Args:
        pair: Where to write; what is there is replaced, and what it signed is trusted no longer.
        now: From when it is valid; default: now.
        days: For how long.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("beeld: authority of one message server")
    made = (
        _begun(name, name, key.public_key(), now, days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(pair, made, key)


def make_server(
    pair: Pair,
    authority: Pair,
    names: Sequence[str],
    *,
    now: datetime | None = None,
    days: int = CERTIFICATE_DAYS,
) -> None:
    """Make the certificate of a server.

    Args:
        pair: Where to write.
        authority: Who signs it.
        names: Host names and addresses under which clients connect.
        now: From when it is valid; default: now.
        days: For how long.

    Raises:
        BrokerError: A name cannot stand in a certificate, or the authority cannot be read.
    """
    if not names:
        raise BrokerError("a certificate needs one name of the server at least; name it with --name")
    spoken = x509.SubjectAlternativeName([_general(name) for name in names])
    _issue(pair, authority, _SERVER, spoken, ExtendedKeyUsageOID.SERVER_AUTH, now, days)


def make_client(
    pair: Pair, authority: Pair, name: str, *, now: datetime | None = None, days: int = CERTIFICATE_DAYS
) -> None:
    """Make the certificate of a client, for a server that asks for one beside name and password.

    Args:
        pair: Where to write.
        authority: Who signs it.
        name: Whose it is, for people: a certificate gives no rights.
        now: From when it is valid; default: now.
        days: For how long.

    Raises:
        BrokerError: The name cannot stand in a certificate, or the authority cannot be read.
    """
    _issue(pair, authority, name, None, ExtendedKeyUsageOID.CLIENT_AUTH, now, days)


def valid_until(certificate: Path) -> datetime:
    """Return until when a certificate is valid, UTC.

    Raises:
        BrokerError: It cannot be read.
    """
    return _read_certificate(certificate).not_valid_after_utc


def names_in(certificate: Path) -> tuple[str, ...]:
    """Return the names and addresses for which a certificate of a server stands.

    Raises:
        BrokerError: It cannot be read.
    """
    try:
        spoken = _read_certificate(certificate).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in spoken.value)


def _issue(
    pair: Pair,
    authority: Pair,
    name: str,
    spoken: x509.SubjectAlternativeName | None,
    purpose: x509.ObjectIdentifier,
    now: datetime | None,
    days: int,
) -> None:
    signer, signing_key = _read_certificate(authority.certificate), _read_key(authority.key)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _begun(_name(name), signer.subject, key.public_key(), now, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
        )
    )
    if spoken is not None:
        builder = builder.add_extension(spoken, critical=False)
    _write(pair, builder.sign(signing_key, hashes.SHA256()), key)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime | None, days: int
) -> x509.CertificateBuilder:
    begin = (now or datetime.now(UTC)) - _BEFORE
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    if not 0 < len(common) <= _NAME_CHARACTERS_MAX or not common.isprintable():
        raise BrokerError(
            f"{common!r}: expected a name of 1 to {_NAME_CHARACTERS_MAX} printable characters for a certificate"
        )
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    if name and all(part.replace("-", "").isalnum() and part.isascii() for part in name.split(".")):
        return x509.DNSName(name)
    raise BrokerError(f"{name!r}: expected a host name or an address for a certificate")


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BrokerError(f"{path}: expected a certificate in PEM, found none that can be read") from error


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise BrokerError(f"{path}: expected a private key in PEM, found none that can be read") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BrokerError(f"{path}: expected the key of an authority made here, found one of another kind")
    return key


def _write(pair: Pair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    replace_privately(pair.key, private)
    replace_privately(pair.certificate, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)


def replace_privately(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file that at no moment more people may read than ``mode`` says, whole or not at all.

    Raises:
        BrokerError: It cannot be written.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        new.replace(path)
    except OSError as error:
        raise BrokerError(f"{path}: cannot be written: {error.strerror}") from error
