"""``beeld faults``: the catalogue of what can be made wrong in an exercise."""

from __future__ import annotations

from typing import Any

import msgspec

from sim.cli.output import Common, ExitCode, Speaker, console, print_json, print_table, table
from sim.core.world.faults import FaultType
from sim.core.world.faults.catalogue import Catalogue, TypeEntry
from sim.files.faults.catalogue import load_fault_catalogue
from sim.files.problems import InputError, Problem, hint, show


def show_faults(fault: str | None = None, /, *, common: Common | None = None) -> int:
    """Show what can be made wrong in an exercise: where it can enter, and what it should come to.

    Example: beeld faults wrong-unit

    Args:
        fault: One type, with all that is known of it and an example; all of them by default.
        common: Options that every command takes.
    """
    options = common or Common()
    catalogue, say = load_fault_catalogue(), Speaker(options.language)
    entry = None if fault is None else catalogue.type(_type_of(fault))
    if options.json:
        print_json(_document(catalogue) if entry is None else msgspec.to_builtins(entry))
    elif entry is None:
        _print_all(catalogue, say)
    else:
        _print_one(catalogue, entry, say)
    return ExitCode.YES


def _type_of(name: str) -> FaultType:
    names = [kind.value for kind in FaultType]
    if name not in names:
        expected = f"one of {', '.join(names)}{hint(name, names)}"
        raise InputError([Problem("command line", "fault", expected, show(name))])
    return FaultType(name)


def _document(catalogue: Catalogue) -> Any:
    return msgspec.to_builtins(catalogue)


def _print_all(catalogue: Catalogue, say: Speaker) -> None:
    screen = console()
    made = table(
        say("faults-catalogue", count=len(catalogue.types)),
        "id",
        say("fault"),
        say("fault-does"),
        say("fault-answer"),
        say("fault-hops"),
        say("fault-keys"),
    )
    for entry in catalogue.types:
        made.add_row(
            entry.id,
            entry.name.in_language(say.language),
            entry.does.in_language(say.language),
            catalogue.answer(entry.answer).name.in_language(say.language),
            ", ".join(entry.hops),
            ", ".join((*entry.needs, *(f"({key})" for key in entry.may))) or "·",
        )
    print_table(made, screen, say)
    hops = table(say("fault-hops"), "id", say("fault-hop"), say("fault-does"))
    for hop in catalogue.hops:
        hops.add_row(hop.id, hop.name.in_language(say.language), hop.does.in_language(say.language))
    print_table(hops, screen, say)
    screen.print(say("faults-next"))


def _print_one(catalogue: Catalogue, entry: TypeEntry, say: Speaker) -> None:
    screen, language = console(), say.language
    answer = catalogue.answer(entry.answer)
    screen.print(f"[bold]{entry.name.in_language(language)}[/bold] ({entry.id})")
    rows = (
        (say("fault-does"), entry.does.in_language(language)),
        (say("fault-recognise"), entry.recognise.in_language(language)),
        (say("fault-answer"), f"{answer.name.in_language(language)}. {answer.does.in_language(language)}"),
        (
            say("fault-hops"),
            ", ".join(f"{catalogue.hop(hop).name.in_language(language)} ({hop})" for hop in entry.hops),
        ),
        (say("fault-keys"), ", ".join((*entry.needs, *(f"({key})" for key in entry.may))) or say("none")),
    )
    for name, text in rows:
        screen.print(f"{name}: {text}")
    screen.print(f"\n{say('fault-example')}:\n")
    screen.print(entry.example, markup=False, soft_wrap=True)
