"""``beeld new``: something to begin with. Now the spreadsheet of a script; what else can be begun comes here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.exports.scripts import book_file
from sim.cli.output import Common, ExitCode, Speaker, console, print_json
from sim.files.new_files import new_file
from sim.files.problems import InputError, Problem, show
from sim.files.spreadsheet.book import template
from sim.files.spreadsheet.grids import SUFFIXES


def begin(
    *,
    spreadsheet: Annotated[
        Path | None, Parameter(help="Write an empty script (draaiboek) to this file: .xlsx, .ods or .csv.")
    ] = None,
    overwrite: Annotated[bool, Parameter(negative="", help="Write over a file that is there.")] = False,
    common: Common | None = None,
) -> int:
    """Begin something new: the spreadsheet of a script, with an explanation and an example.

    Example: beeld new --spreadsheet draaiboek.xlsx --lang nl

    Args:
        spreadsheet: Where the script goes.
        overwrite: Whether a file that is there is written over.
        common: Options that every command takes.
    """
    options = common or Common()
    if spreadsheet is None:
        expected = "what is to be begun: --spreadsheet FILE"
        raise InputError([Problem("command line", "", expected, "nothing")])
    form = spreadsheet.suffix.lower()
    if form not in SUFFIXES:
        expected = f"a file that ends in one of {', '.join(SUFFIXES)}"
        raise InputError([Problem("command line", "--spreadsheet", expected, show(spreadsheet.name))])
    task = book_file(spreadsheet.name, form[1:], lambda: template(options.language))
    with new_file(spreadsheet, "--spreadsheet", overwrite=overwrite) as file:
        task.write(file)
    if options.json:
        print_json({"files": [str(spreadsheet)]})
        return ExitCode.YES
    say = Speaker(options.language)
    console().print(say("exported", path=spreadsheet), soft_wrap=True, markup=False)
    console().print(say("new-next", file=spreadsheet), soft_wrap=True, markup=False)
    return ExitCode.YES
