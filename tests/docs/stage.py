"""Runs the commands of a page as a reader would, in order, and holds what they print against what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from urllib.request import urlopen

from tests.docs.pages import ROOT, Block, Page
from tests.docs.terminal import converse

LONGEST_S = 540.0
"""No block takes longer."""

PRESUMED = ("scenarios", "examples")
"""What a reader in a checkout has before them; copied, so that nothing of it can change."""

WHERE = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin"])
"""Where programs are looked for: beeld and python as they are tested, then those of the machine."""

NOWHERE = re.compile(r"\[\.\.\.[^\[\]]*\]")
"""What stands for anything that was left out: a line of its own for lines, within a line for a part of it."""


@dataclass(frozen=True)
class Said:
    """What came of a block of commands: what they printed, on either stream, and how they ended."""

    text: str
    code: int


class Stage:
    """A directory in which the commands of one page are run.

    Args:
        folder: A new directory.
        page: Whose commands are run; says where from, and in which locale.
        kept: Where runs that pages presume are kept, so that each is played once for all pages.
    """

    def __init__(self, folder: Path, page: Page, kept: Path) -> None:
        self.folder = folder / "here"
        self._kept = kept
        self._here = self.folder
        self._home = folder / "home"
        self._locale = page.marks.get("locale", "C.UTF-8")
        self._presumed: set[str] = set()
        self.folder.mkdir(parents=True)
        self._home.mkdir()
        if page.marks.get("from") != "an empty directory":
            for name in PRESUMED:
                shutil.copytree(ROOT / name, self.folder / name)
            (self.folder / ".venv").symlink_to(sys.prefix)

    def run(self, block: Block) -> Said:
        """Run the commands of a block, and what it presumes before."""
        for command in block.marks.get("before", ()):
            if command not in self._presumed:
                self._presumed.add(command)
                self._presume(command, block)
        if (typed := block.marked("typed")) is not None:
            answers = [line.strip() for line in typed.splitlines()]
            script = ["bash", "-c", f"set -e\n{block.text}"]
            return Said(
                *converse(script, answers, cwd=self._here, env=self._environment(), longest_s=LONGEST_S)
            )
        given = "".join(f"{line.strip()}\n" for line in (block.marked("answers") or "").splitlines())
        return self._said(block.text, given, block.marked("stop when"), block.marks.get("open", []))

    def _presume(self, command: str, block: Block) -> None:
        """Run what a page presumes; a run in the place that it has by itself is copied from where it was made."""
        words = command.split()
        comes_along = words[:2] == ["beeld", "run"] and (ROOT / "scenarios" / words[2]).is_dir()
        if not comes_along or "--out" in words or "&&" in words:
            said = self._said(command, "")
        else:
            kept = self._kept / sha256(command.encode()).hexdigest()
            said = Said("", 0)
            if not (kept / "runs").is_dir():
                kept.mkdir(parents=True)
                (kept / "scenarios").symlink_to(ROOT / "scenarios")
                said = self._said(command, "", folder=kept)
            if (kept / "runs").is_dir():
                shutil.copytree(kept / "runs", self._here / "runs", dirs_exist_ok=True)
        assert said.code == 0, f"{block.place}: before it, {command!r} ended with {said.code}:\n{said.text}"

    def _said(
        self,
        script: str,
        answers: str,
        stop_when: str | None = None,
        opened: Sequence[str] = (),
        folder: Path | None = None,
    ) -> Said:
        place = self._home / "place"
        whole = f"set -e\n{script}\npwd >'{place}'\n"
        with subprocess.Popen(
            ["bash", "-c", whole],
            cwd=folder or self._here,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            stopped = _Stopper(process)
            try:
                said = (
                    stopped.until(stop_when, opened)
                    if stop_when
                    else process.communicate(answers, LONGEST_S)[0]
                )
            finally:
                stopped.for_good()
        if folder is None and place.exists():
            self._here = Path(place.read_text("utf-8").strip())
        return Said(said, process.returncode)

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key in {"LD_LIBRARY_PATH", "TMPDIR"}}
        return {
            **kept,
            "HOME": str(self._home),
            # The characters of a locale that is on every machine: the one of the page may not be installed.
            "LC_CTYPE": "C.UTF-8",
            "LANG": self._locale,
            "PATH": WHERE,
        }


class _Stopper:
    """Ends a process and all that it started, in time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def until(self, text: str, opened: Sequence[str]) -> str:
        """Read what it prints until a text stands there, open pages, interrupt it as Ctrl-C does, and read the rest."""
        late = threading.Timer(LONGEST_S, self.for_good)
        late.start()
        assert self._process.stdout is not None
        said = ""
        try:
            for line in self._process.stdout:
                said += line
                if text in line:
                    for address in opened:
                        with urlopen(address, timeout=LONGEST_S) as answer:
                            assert answer.status == HTTPStatus.OK
                    os.killpg(self._process.pid, signal.SIGINT)
        finally:
            late.cancel()
        self._process.wait(LONGEST_S)
        return said

    def for_good(self) -> None:
        """End what is still there."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)


def wrong_with_ending(block: Block, said: Said) -> str | None:
    """Say when commands ended otherwise than the page has it."""
    interrupted = {0, 130, -signal.SIGINT}
    expected = interrupted if block.marked("stop when") else {int(block.marked("exit") or 0)}
    if said.code in expected:
        return None
    return f"{block.place}: expected exit code {min(expected)}, found {said.code}:\n{said.text}"


def wrong_with_output(shown: Block, said: Said) -> str | None:
    """Say when a page shows other than what was printed."""
    if pattern_of(shown.text).fullmatch(_lines(said.text)):
        return None
    expected = shown.text.splitlines()
    missing = [line for line in expected if not pattern_of(line, within=True).search(_lines(said.text))]
    hint = "\n".join(missing) or "every line is there, in another order or with others between"
    return f"{shown.place}: not printed so:\n{hint}\n--- printed:\n{said.text}"


def pattern_of(text: str, *, within: bool = False) -> re.Pattern[str]:
    """Return what matches an output that a page shows, with anything in the places of what was left out."""
    parts: list[str] = []
    for line in text.strip("\n").splitlines():
        if NOWHERE.fullmatch(line.strip()):
            parts.append(r"(?:.*\n)*")
        else:
            pieces = [re.escape(piece) for piece in NOWHERE.split(line.rstrip())]
            parts.append(r"[^\n]*".join(pieces) + r"[^\n\S]*\n")
    whole = "".join(parts)
    return re.compile(f"(?m)^{whole}" if within else whole)


def _lines(text: str) -> str:
    """Return lines without blanks at their ends, and without empty lines at the ends of the whole."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"
