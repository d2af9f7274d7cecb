"""Find Mosquitto on this machine, and run it as a process of its own."""

from __future__ import annotations

import asyncio
import atexit
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from brokers.adapter import BrokerError, Endpoint
from brokers.mosquitto.keys import PASSWORD_VARIABLE
from brokers.mosquitto.logreader import LogReader

PLUGIN_VARIABLE = "BEELD_MOSQUITTO_PLUGIN"

# Debian keeps servers where an ordinary user's PATH does not look.
_EXECUTABLE_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/sbin")
_PLUGIN_NAME = "mosquitto_dynamic_security.so"
_PLUGIN_FOLDERS = (
    "usr/lib/*-linux-gnu*",  # Debian, Ubuntu
    "usr/lib64",  # Fedora
    "usr/lib",  # Alpine, Arch
    "usr/local/lib",  # Homebrew on Intel, and built by hand
    "opt/homebrew/lib",  # Homebrew on Apple silicon
)
_OWNERS = ("mosquitto", "nobody")
_STOP_TIMEOUT = 5.0


def find_executable() -> Path | None:
    """Return the server, or None when it is not installed."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path=os.pathsep.join(_EXECUTABLE_FOLDERS))
    return Path(found) if found else None


def find_plugin() -> Path | None:
    """Return the dynamic-security plugin: what the environment variable names, else where packages put it."""
    named = os.environ.get(PLUGIN_VARIABLE)
    if named:
        return Path(named) if Path(named).is_file() else None
    for folder in _PLUGIN_FOLDERS:
        for found in sorted(Path("/").glob(f"{folder}/{_PLUGIN_NAME}")):
            return found
    return None


def unavailable_reason() -> str | None:
    """Say in one line why Mosquitto cannot be used here, or return None when it can."""
    if find_executable() is None:
        return "mosquitto is not installed (Debian: apt-get install mosquitto; macOS: brew install mosquitto)"
    if find_plugin() is None:
        named = os.environ.get(PLUGIN_VARIABLE)
        if named:
            return f"{PLUGIN_VARIABLE} names {named}, which is no file"
        return f"{_PLUGIN_NAME} was not found; name it in {PLUGIN_VARIABLE} (it comes with mosquitto 2)"
    if os.geteuid() == 0 and unprivileged_user() is None:
        return f"mosquitto must not run as root, and this machine has no user {' or '.join(_OWNERS)}"
    return None


def unprivileged_user() -> str | None:
    """Return the user that the server runs as when we are root."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in _OWNERS if name in known), None)


def free_endpoint() -> Endpoint:
    """Return a loopback address that is free now; another process may still take it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    return Endpoint(host, port)


def private_folder() -> Path:
    """Make a folder that only the server's user (and root) may enter."""
    return Path(tempfile.mkdtemp(prefix="beeld-mosquitto-"))


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else may read, at no moment."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


class Server:
    """A running server and its folder. Nothing secret is on its command line: all is in the folder.

    When we are root the process is started as an unprivileged user from its first instruction, and the folder
    is made that user's. The server could also drop root by itself, but only after it has read its files and
    opened its log as root; this way there is one owner, and the folder keeps its mode of 0700.
    """

    def __init__(self, executable: Path, conf: Path, folder: Path) -> None:
        """Start the process.

        Args:
            executable: The server.
            conf: Its configuration, inside ``folder``.
            folder: What it may read and write; taken away by ``stop``.

        Raises:
            BrokerError: The process could not be started.
        """
        self._folder = folder
        self._executable, self._conf = executable, conf
        owner = unprivileged_user() if os.geteuid() == 0 else None
        if owner is not None:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, owner, pwd.getpwnam(owner).pw_gid)
        command = [*_until_we_die(), str(executable), "-c", str(conf)]
        # A bare pipe, not one of Popen's: the reader alone decides when its end is closed.
        read_end, write_end = os.pipe()
        try:
            self._process = start_process(command, folder, owner, write_end)
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        self.log = LogReader(read_end)
        atexit.register(self._abandon)

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    @property
    def folder(self) -> Path:
        """Where the server keeps its files."""
        return self._folder

    def running(self) -> bool:
        """Say whether the process lives."""
        return self._process.poll() is None

    async def kill(self) -> None:
        """End the process by force and leave the folder; safe to call twice, and when it was killed already."""
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        await asyncio.to_thread(self.log.close)

    def again(self) -> Server:
        """Return a new process in the same folder, after this one was killed; this one is done with.

        Raises:
            BrokerError: The process could not be started.
        """
        atexit.unregister(self._abandon)
        return Server(self._executable, self._conf, self._folder)

    async def stop(self) -> None:
        """End the process, kindly and then by force, and remove the folder; safe to call twice."""
        if self.running():
            self._process.terminate()
        try:
            await asyncio.to_thread(self._process.wait, _STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
        await asyncio.to_thread(self.log.close)
        self._remove_folder()
        atexit.unregister(self._abandon)

    def _abandon(self) -> None:
        """Leave nothing behind when the interpreter ends without ``stop``."""
        self._process.kill()
        self._process.wait()
        self._remove_folder()

    def _remove_folder(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def start_process(
    command: Sequence[str], folder: Path, owner: str | None, log: int, keep: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start a server.

    Args:
        command: What to run.
        folder: Where it works.
        owner: As whom; None as we do.
        log: Where it writes what it says.
        keep: Descriptors that it keeps open as long as it lives; with any, it outlives us and our terminal.

    Raises:
        BrokerError: The process could not be started.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - no shell, and every part is ours
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            user=owner,
            group=pwd.getpwnam(owner).pw_gid if owner is not None else None,
            extra_groups=() if owner is not None else None,
            umask=0o077,
            env={name: value for name, value in os.environ.items() if name != PASSWORD_VARIABLE},
            pass_fds=keep,
            start_new_session=bool(keep),
        )
    except OSError as error:
        raise BrokerError(f"mosquitto could not be started: {error}") from error


def _until_we_die() -> list[str]:
    """Return what to put before a command so that the kernel ends it when this process is killed.

    Only Linux can do this, by the setpriv of util-linux (BusyBox has one that cannot). Elsewhere a server
    survives a kill -9 of its session, and goes by hand.
    """
    found = shutil.which("setpriv") if sys.platform == "linux" else None
    if found is None or Path(found).resolve().name != "setpriv":
        return []
    return [found, "--pdeathsig", "TERM"]
