"""How the pages are served."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from sim.core.model.text import Language
from sim.sweep.store import SWEEPS_FOLDER

PORT: Final = 8600
LOOPBACK: Final = "127.0.0.1"


class Role(StrEnum):
    """What somebody may do."""

    STAFF = "staff"
    ASSESSOR = "assessor"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How the pages are served.

    Attributes:
        runs: Folder that holds the folders of runs.
        host: Address to listen at.
        port: Port to listen at; 0 is any that is free.
        language: Of who has not chosen one.
        accounts: File with who may log in; None lets everybody in that reaches the address.
        certificate: Certificate (PEM) for TLS; None serves without.
        key: Its private key.
        names: Names and addresses, beside that of ``host``, under which browsers may ask for the pages.
        areas: GeoJSON of the regions on the map; None is the one that comes with the product.
        sweeps: Folder that holds the folders of sweeps.
        scenarios: Folder that holds folders of scenarios of one's own; None offers those that come with the product.
    """

    runs: Path
    host: str = LOOPBACK
    port: int = PORT
    language: Language = "nl"
    accounts: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    names: tuple[str, ...] = ()
    areas: Path | None = None
    scenarios: Path | None = None
    sweeps: Path = SWEEPS_FOLDER

    @property
    def is_local(self) -> bool:
        """Say whether only this machine can reach the pages."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
