"""Why a command of the documentation may stand there without being run by the tests of the documentation."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

REASONS = {
    "needs root": "it installs software or changes services of the machine",
    "needs other machines": "it speaks of names, certificates or machines that are not here",
    "needs the internet": "it fetches something from elsewhere",
    "changes this checkout": "it makes or changes files that belong to who works here",
    "takes minutes": "it is run by a target of the Makefile or by who measures",
}

_ELSEWHERE = re.compile(r"run by (?P<who>\S+|make \S+)")


def wrong_with(reason: str) -> str | None:
    """Say what is wrong with a reason: it is not known, or names a test or target that does not exist."""
    if reason in REASONS:
        return None
    found = _ELSEWHERE.fullmatch(reason)
    if found is None:
        return f"expected one of {', '.join(REASONS)}, or 'run by TEST', or 'run by make TARGET'; found {reason!r}"
    who = found["who"]
    if who.startswith("make "):
        target = f"\n{who.removeprefix('make ')}:"
        return None if target in (ROOT / "Makefile").read_text("utf-8") else f"there is no target of {who!r}"
    file, _, name = who.partition("::")
    path = ROOT / file
    if not (file.startswith("tests/") and path.is_file()):
        return f"there is no test {file!r}"
    return None if name in path.read_text("utf-8") else f"there is no {name!r} in {file}"
