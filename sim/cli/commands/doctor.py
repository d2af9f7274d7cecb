"""``beeld doctor``: what this machine has, and what works on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import Console

from sim.cli.output import Common, ExitCode, Speaker, console, plain, print_json
from sim.words import keys

_STYLES: Final = {"ok": "green", "missing": "yellow", "wrong": "red"}


def examine(*, common: Common | None = None) -> int:
    """Look whether this machine has what beeld needs, and try it: an exercise on two brokers, and the pages.

    It ends with 1 when something is wrong; what is missing but optional is told with what one cannot do without it.

    Example: beeld doctor --lang nl

    Args:
        common: Options that every command takes.
    """
    # Loaded here: other commands do not wait for all that is looked at.
    from sim.cli.checkup.machine import MACHINE  # noqa: PLC0415
    from sim.cli.checkup.trial import TRIALS  # noqa: PLC0415

    options = common or Common()
    screen, say = console(), Speaker(options.language)
    found = []
    for check in (*MACHINE, *TRIALS):
        finding = check.look()
        found.append(finding)
        if not options.json:
            _print(finding.id, finding.state.value, finding.found, screen, say)
    wrong = sum(finding.state == "wrong" for finding in found)
    missing = sum(finding.state == "missing" for finding in found)
    if options.json:
        rows = [
            {
                "id": one.id,
                "state": one.state.value,
                "found": one.found,
                "told": list(_told(one.id, one.state.value, say)),
            }
            for one in found
        ]
        print_json({"checks": rows, "wrong": wrong, "missing": missing})
    else:
        screen.print(
            say("doctor-wrong" if wrong else "doctor-well", wrong=wrong, missing=missing), markup=False
        )
    return ExitCode.NO if wrong else ExitCode.YES


def _print(name: str, state: str, found: str, screen: Console, say: Speaker) -> None:
    shown = plain(f"{say(f'doctor-state-{state}'):9} ")
    shown.stylize(_STYLES[state])
    screen.print(shown.append_text(plain(f"{say(f'doctor-{name}')}: {found}")), soft_wrap=True)
    for line in _told(name, state, say):
        screen.print(plain(f"{'':10}{line}"), soft_wrap=True)


def _told(name: str, state: str, say: Speaker) -> Iterator[str]:
    """Yield what cannot be done without a thing, and how to get it."""
    key = f"doctor-without-{name}"
    if state != "ok" and key in keys():
        yield say(key)
