"""Where RabbitMQ 4 is on this machine: installed, or in a folder with the packages of Debian 13."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT_VARIABLE: Final = "BEELD_RABBITMQ_ROOT"
"""Names a folder with Debian 13 and its rabbitmq-server, which `make cluster-root` makes."""

LEAST_VERSION: Final = 4

# Debian's own command changes to its own user and folder; the script beneath it does neither.
_SCRIPT: Final = "usr/lib/rabbitmq/bin/rabbitmq-server"
_EXECUTABLE_FOLDERS: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/rabbitmq/sbin", "/opt/homebrew/sbin")
_TOOLS_OF_ROOT: Final = ("unshare", "mount", "chroot")
_NOBODY: Final = "65534"

EXPECTED: Final = (
    f"expected rabbitmq-server {LEAST_VERSION} or newer on PATH, or (as root, on Linux) a folder with Debian 13's in "
    f"{ROOT_VARIABLE}; make one with: make cluster-root"
)


@dataclass(frozen=True, slots=True)
class Installation:
    """A RabbitMQ that can be started.

    Attributes:
        script: The server's start script, as seen from inside ``root``.
        epmd: The daemon by which the nodes find each other, likewise.
        version: Such as ``4.0.5``.
        root: The folder that is entered first; None where RabbitMQ is installed on this machine.
    """

    script: str
    epmd: str
    version: str
    root: Path | None = None

    def command(self, program: str) -> list[str]:
        """Return the command line of a program of this installation.

        In a folder it runs as an ordinary user, with a /proc of its own that is gone when it ends: nothing has to be
        unmounted. It is killed when we are, where the kernel can do that.
        """
        dies_with_us = self._dies_with_us()
        if self.root is None:
            return [*dies_with_us, program]
        enter = 'mount -t proc proc "$0/proc" && exec chroot --userspec=' + f'{_NOBODY}:{_NOBODY} "$0" "$@"'
        return ["unshare", "--mount", "sh", "-c", enter, str(self.root), *dies_with_us, program]

    def inside(self, path: Path) -> str:
        """Return a path as the server sees it."""
        return str(path) if self.root is None else f"/{path.relative_to(self.root)}"

    def owner(self) -> int | None:
        """Return the id of the user that the server runs as, where that is not ours."""
        return None if self.root is None else int(_NOBODY)

    def folder(self) -> Path | None:
        """Return where the server's folders have to be; None where anywhere will do."""
        return None if self.root is None else self.root / "tmp"

    def _dies_with_us(self) -> list[str]:
        # After the change of user, which would make the kernel forget it.
        setpriv = "/usr/bin/setpriv"
        here = Path(setpriv) if self.root is None else self.root / setpriv[1:]
        is_usable = sys.platform == "linux" and here.exists() and here.resolve().name == "setpriv"
        return [setpriv, "--pdeathsig", "KILL"] if is_usable else []


def find() -> Installation | str:
    """Return the RabbitMQ to use, or in one line why there is none.

    What is on PATH goes first, when it is new enough; then the folder that the environment names.
    """
    installed, version = _installed()
    if installed is not None:
        return installed
    named = os.environ.get(ROOT_VARIABLE)
    if named:
        return _in_folder(Path(named))
    found = f"rabbitmq-server {version}" if version else "neither"
    return f"rabbitmq: {EXPECTED}; found {found}"


def _installed() -> tuple[Installation | None, str]:
    places = (None, os.pathsep.join(_EXECUTABLE_FOLDERS))
    found = next((path for place in places if (path := shutil.which("rabbitmq-server", path=place))), None)
    if found is None:
        return None, ""
    beneath = Path("/") / _SCRIPT
    script = beneath if beneath.exists() and Path(found).is_relative_to("/usr/sbin") else Path(found)
    version = version_of(script)
    epmd = shutil.which("epmd")
    if epmd is None or not _is_new_enough(version):
        return None, version
    return Installation(str(script), epmd, version), version


def _in_folder(root: Path) -> Installation | str:
    script = root / _SCRIPT
    if not script.exists():
        return f"{ROOT_VARIABLE}: {EXPECTED}; found no {_SCRIPT} in {root}"
    if os.geteuid() != 0 or not _all_here(_TOOLS_OF_ROOT):
        return f"{ROOT_VARIABLE}: {root} can be entered by root only, on Linux; {EXPECTED}"
    version = version_of(script)
    if not _is_new_enough(version):
        return f"{ROOT_VARIABLE}: {EXPECTED}; found {version or 'no version'} in {root}"
    return Installation(f"/{_SCRIPT}", "/usr/bin/epmd", version, root.resolve())


def version_of(script: Path) -> str:
    """Return the version of the server that a start script belongs to; empty when that cannot be told."""
    for plugin in sorted((script.resolve().parent.parent / "plugins").glob("rabbit-[0-9]*")):
        return plugin.name.removeprefix("rabbit-").removesuffix(".ez")
    return ""


def _is_new_enough(version: str) -> bool:
    major = version.partition(".")[0]
    return major.isdigit() and int(major) >= LEAST_VERSION


def _all_here(programs: Sequence[str]) -> bool:
    return all(shutil.which(program) for program in programs)
