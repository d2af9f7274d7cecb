"""``beeld schema``: the JSON Schema of a kind of file, for editors and programs."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from sim.cli.completing import schema_names
from sim.cli.output import Common, ExitCode, Speaker, console, print_json, print_table, table
from sim.files.schemas import SCHEMAS, schema_text


def show_schema(
    name: Annotated[str | None, Parameter(completer=schema_names)] = None,
    /,
    *,
    common: Common | None = None,
) -> int:
    """Print the JSON Schema of a kind of file that people write, so that an editor completes and checks it.

    Example: beeld schema scenario > scenario.schema.json

    Args:
        name: scenario, agreement, faults, criteria, observations or register; without it these are listed.
        common: Options that every command takes.
    """
    options = common or Common()
    if name is not None:
        sys.stdout.write(schema_text(name))
        return ExitCode.YES
    if options.json:
        print_json({"schemas": list(SCHEMAS)})
        return ExitCode.YES
    say, screen = Speaker(options.language), console()
    made = table(say("schemas-title"), say("schema-name"), say("schema-of"))
    for each in SCHEMAS:
        made.add_row(each, say(f"schema-of-{each}"))
    print_table(made, screen, say)
    screen.print(say("schemas-next"), soft_wrap=True, markup=False)
    return ExitCode.YES
