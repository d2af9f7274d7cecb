"""``beeld overview``: which partner works with which region, in which profile, and how far they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter
from rich.console import Console

from sim.cli.output import Common, ExitCode, Speaker, console, print_error
from sim.cli.overview import print_overview
from sim.core.model.overview import Overview, overview_of
from sim.core.model.progress import Progress, progress_of
from sim.files.agreements.collaborations import load_collaborations
from sim.files.problems import InputError, Problem, Problems
from sim.files.register.reading import read_register
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
    register: Annotated[
        list[Path] | None,
        Parameter(
            negative="", help="Register of points to improve, to tell what came of exercises; repeatable."
        ),
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

    With registers of points to improve it also shows what came of the last exercise of each agreement.

    Example: beeld overview scenarios/* --runs runs --format html --out overview.html

    Args:
        folders: Folders of agreements: scenarios (by path or name), or folders with *.toml.
        runs: Folder of runs.
        register: Registers of points to improve.
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
    progress = _progress(register or [])
    overview = overview_of(
        found.listed, found.profiles, found.regions, exercises, [each for _, each in progress]
    )
    for line in _about_nobody(overview, progress):
        print_error(f"{word('warning', options.language)}: {line}")
    _show(overview, options, format, out)
    return ExitCode.YES


def _show(overview: Overview, options: Common, form: str, out: Path | None) -> None:
    if out is not None:
        _write(out, _rendered(overview, options, form))
        if not options.json:
            console().print(word("overview-written", options.language, path=out), markup=False)
    elif options.json or form == "html":
        sys.stdout.write(_rendered(overview, options, form))
    else:
        print_overview(overview, console(), Speaker(options.language))


def _progress(registers: Sequence[Path]) -> list[tuple[Path, Progress]]:
    """Return what registers tell, each file once; every mistake in every one of them is said."""
    problems = Problems()
    paths = list({path.absolute(): path for path in registers}.values())
    files = [(path, read_register(path, problems)) for path in paths]
    problems.raise_errors()
    return [(path, each) for path, file in files if file is not None for each in progress_of(file.register)]


def _about_nobody(overview: Overview, progress: Sequence[tuple[Path, Progress]]) -> Iterator[str]:
    """Yield which agreements of registers are not among those of the overview."""
    shown = [each for row in overview.partners for agreement in row.agreements for each in agreement.progress]
    for path, each in progress:
        if each not in shown:
            where, expected = f"{path}: agreements[{each.agreement.id}]", "an agreement in the folders"
            found = "none for this partner, core task, profile and region"
            yield f"{where}: expected {expected}, found {found}"


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
