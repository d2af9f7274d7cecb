"""Checks of the machine: Python, libraries, servers, folder, port and terminal."""

from __future__ import annotations

import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from brokers.mosquitto.launch import find_executable, unavailable_reason
from brokers.rabbitmq.installation import find
from sim.cli.checkup.finding import Check
from sim.cli.output import console
from sim.report.pdf import html_to_pdf
from sim.web.options import LOOPBACK

_LEAST_PYTHON: Final = (3, 11)
_PATIENCE_S: Final = 10.0
_NAME: Final = re.compile(r"^[A-Za-z0-9._-]+")
_NARROW: Final = 100
"""Characters below which tables are broken over lines."""


class NotThereError(Exception):
    """A thing is not there, or not as it should be."""


def python() -> str:
    """Return which Python this is."""
    found = f"{platform.python_implementation()} {platform.python_version()}"
    if sys.version_info < _LEAST_PYTHON:
        raise NotThereError(f"{found}, where {'.'.join(map(str, _LEAST_PYTHON))} or newer is needed")
    return found


def product() -> str:
    """Return the version of the product."""
    return version("beeld")


def libraries() -> str:
    """Return the versions of all libraries that the product needs."""
    needed = [line for line in requires("beeld") or () if "extra ==" not in line]
    names = [found[0] for found in map(_NAME.match, needed) if found is not None]
    there, missing = [], []
    for name in names:
        try:
            there.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise NotThereError(f"{', '.join(missing)}: not installed")
    return ", ".join(there)


def mosquitto() -> str:
    """Return the version of Mosquitto, with its plugin found."""
    reason, executable = unavailable_reason(), find_executable()
    if reason is not None or executable is None:
        raise NotThereError(reason or "not installed")
    told = subprocess.run(  # noqa: S603 -- the server that was found, asked for its version
        [executable, "-h"], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
    )
    lines = told.stdout.splitlines()
    return f"{lines[0] if lines else executable}, dynamic-security plugin"


def rabbitmq() -> str:
    """Return the version of RabbitMQ."""
    found = find()
    if isinstance(found, str):
        raise NotThereError(found.removeprefix("rabbitmq: "))
    return found.version


def pango() -> str:
    """Return how large a page is that was laid out as PDF."""
    return f"PDF, {len(html_to_pdf('<p>beeld</p>'))} bytes"


def module(name: str) -> str:
    """Return the version of a library that is not needed for all things."""
    import_module(name)
    return f"{name} {version(name)}"


def folder() -> str:
    """Return the folder that runs are written below; something was written there, and taken away."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory(dir=here, prefix=".beeld-doctor-"):
        return str(here)


def port() -> str:
    """Return where clients of this machine reach a broker: a free port was taken there, and given back."""
    with socket.create_server((LOOPBACK, 0)) as server, socket.create_connection(server.getsockname()[:2]):
        return LOOPBACK


def terminal() -> str:
    """Return the width and the encoding of what people read on."""
    encoding = (sys.stdout.encoding or "unknown").lower()
    "é → ·".encode(encoding)
    width = console().width
    if os.isatty(1) and width < _NARROW:
        raise NotThereError(f"{width} characters wide, {encoding}")
    return f"{width} characters wide, {encoding}"


def zones() -> str:
    """Return a time zone that was found."""
    return str(ZoneInfo("Europe/Amsterdam"))


MACHINE: Final = (
    Check("python", python),
    Check("product", product),
    Check("libraries", libraries),
    Check("folder", folder),
    Check("port", port),
    Check("terminal", terminal, optional=True),
    Check("zones", zones, optional=True),
    Check("mosquitto", mosquitto, optional=True),
    Check("rabbitmq", rabbitmq, optional=True),
    Check("pango", pango, optional=True),
    *(Check(name, partial(module, name), optional=True) for name in ("pyarrow", "uvloop", "scipy", "dask")),
)
"""In the order in which they are shown."""
