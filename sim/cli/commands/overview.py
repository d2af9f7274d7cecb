"""``beeld overview``: which partner works with which region, in which profile, and how far they are."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter
from rich.console import Console

from sim.cli.output import Common, ExitCode, Speaker, console, print_error
from sim.cli.overview import print_overview
from sim.core.model.overview import Overview, overview_of
from sim.files.collaborations import load_collaborations
from sim.files.problems import InputError, Problem
from sim.replay.exercised import exercises_in
from sim.report.overview import overview_page
from sim.runlog.disk import replace_file
from sim.words import word

_FILE_WIDTH = 100
"""Characters in a line of the table in a file."""


def show_overview(
    *folders: Path,
    runs: Annotated[
        Path | None, Parameter(help="Folder of runs, to tell which agreements were used.")
    ] = None,
    format: Annotated[  # noqa: A002 -- the option's name
        Literal["text", "html"], Parameter(help="A table, or one self-contained page.")
    ] = "text",
    out: Annotated[
        Path | None, Parameter(help="Write to this file instead; an older one is replaced.")
    ] = None,
    common: Common | None = None,
) -> int:
    """Show the national overview of agreements: who works with whom, how far, assessed and exercised or not.

    Example: beeld overview scenarios/* --runs runs --format html --out overview.html

    Args:
        folders: Folders of agreements: scenarios (by path or name), or folders with *.toml.
        runs: Folder of runs.
        format: How to show it.
        out: File to write to.
        common: Options that every command takes.
    """
    options = common or Common()
    _check(options, format, out)
    found = load_collaborations(folders)
    for problem in found.warnings:
        print_error(f"{word('warning', options.language)}: {problem.message}")
    exercises = () if runs is None else exercises_in(runs)
    overview = overview_of(found.listed, found.profiles, found.regions, exercises)
    if out is not None:
        _write(out, _rendered(overview, options, format))
        if not options.json:
            console().print(word("overview-written", options.language, path=out), markup=False)
    elif options.json or format == "html":
        sys.stdout.write(_rendered(overview, options, format))
    else:
        print_overview(overview, console(), Speaker(options.language))
    return ExitCode.YES


def _check(options: Common, form: str, out: Path | None) -> None:
    problems = []
    if options.json and form == "html":
        problems.append(Problem("command line", "--format", "text, or no --json", "'html' beside --json"))
    if out is not None and out.is_dir():
        problems.append(Problem("command line", "--out", "the name of a file", f"the folder '{out}'"))
    if problems:
        raise InputError(problems)


def _rendered(overview: Overview, options: Common, form: str) -> str:
    if options.json:
        return msgspec.json.format(msgspec.json.encode(overview), indent=2).decode() + "\n"
    if form == "html":
        return overview_page(overview, options.language) + "\n"
    written = StringIO()
    print_overview(
        overview, Console(file=written, width=_FILE_WIDTH, highlight=False), Speaker(options.language)
    )
    return written.getvalue()


def _write(out: Path, text: str) -> None:
    try:
        replace_file(out, text.encode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that is no path"
        raise InputError(
            [Problem("command line", "--out", f"a file that can be written: {out}", reason)]
        ) from error
