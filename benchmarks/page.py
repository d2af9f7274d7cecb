"""Puts tables into docs/performance.md, between the marks that stand there for each comparison."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "performance.md"


def write(parts: dict[str, str]) -> None:
    """Replace the named parts of the page.

    Raises:
        ValueError: The page has no marks for one of them.
    """
    text = with_parts(PAGE.read_text(encoding="utf-8"), parts, PAGE)
    PAGE.write_text(text, encoding="utf-8")


def with_parts(text: str, parts: dict[str, str], page: Path) -> str:
    """Return the text of a page in which the named parts, between their marks, are replaced.

    Raises:
        ValueError: The page has no marks for one of them.
    """
    for name, part in parts.items():
        marks = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        if not marks.search(text):
            raise ValueError(f"{page}: expected the marks '<!-- {name}: begin -->' and '... end', found none")
        text = marks.sub(lambda match, part=part: f"{match[1]}{part}\n{match[2]}", text)  # type: ignore[misc]
    return text


def machine() -> str:
    """Return on what was measured, in one line."""
    parts = [
        f"{os.cpu_count()} cores",
        _system(),
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("aiomqtt", "paho-mqtt", "simpy", "msgspec")),
        *_mosquitto(),
    ]
    return ", ".join(parts)


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _mosquitto() -> list[str]:
    path = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if path is None:
        return []
    told = subprocess.run([path, "-h"], capture_output=True, text=True, check=False).stdout
    return told.splitlines()[:1]
