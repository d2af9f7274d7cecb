"""``beeld new``: something to begin with: a scenario, or the spreadsheet of a script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from sim.cli.beginning import Given, answers_of, filled_in, is_terminal
from sim.cli.completing import event_names, region_codes
from sim.cli.exports.scripts import book_file
from sim.cli.output import Common, ExitCode, Speaker, console, print_json
from sim.cli.questions import Questions
from sim.files.beginning.make import begin_scenario, load_ground
from sim.files.new_files import new_file, new_folder
from sim.files.places import SCENARIO_FILE
from sim.files.problems import InputError, Problem, show
from sim.files.spreadsheet.book import template
from sim.files.spreadsheet.grids import SUFFIXES

_TABLES: Final = ("parties", "facts", "injects", "faults")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a scenario is to be; what is not said is asked on a terminal."""

    event: Annotated[
        str | None, Parameter(help="What happens, e.g. power-failure or flood.", completer=event_names)
    ] = None
    region: Annotated[
        str | None, Parameter(help="Safety region, by code or name, e.g. vr04.", completer=region_codes)
    ] = None
    partner: Annotated[
        list[str] | None,
        Parameter(
            negative="", help="PARTNER, or PARTNER=PROFILE for another than its usual one; repeatable."
        ),
    ] = None
    name: Annotated[str | None, Parameter(help="Name of the exercise; default: that of the event.")] = None
    hours: Annotated[int | None, Parameter(help="How long it takes, 3 to 24; usually 6.")] = None
    faults: Annotated[bool | None, Parameter(help="Whether something is told wrongly; usually so.")] = None
    seed: Annotated[
        int, Parameter(help="Seed of what is drawn; the same answers and seed make the same files.")
    ] = 7
    yes: Annotated[
        bool,
        Parameter(
            name=["--yes", "-y"], negative="", help="Ask nothing: take what is usual where nothing is said."
        ),
    ] = False


def begin(
    folder: Annotated[Path | None, Parameter(help="New folder of the scenario; its name is its id.")] = None,
    /,
    *,
    wanted: Wanted | None = None,
    spreadsheet: Annotated[
        Path | None, Parameter(help="Write an empty script (draaiboek) to this file: .xlsx, .ods or .csv.")
    ] = None,
    overwrite: Annotated[
        bool, Parameter(negative="", help="Write over a spreadsheet that is there; a scenario never is.")
    ] = False,
    common: Common | None = None,
) -> int:
    """Begin a scenario of your own by a few questions; or, with --spreadsheet, an empty script.

    On a terminal it asks what the options do not say. The scenario lints clean and runs; its comments explain it.

    Example: beeld new mijn-oefening --event power-failure --region vr04 --partner enexis --partner vitens=link --yes

    Args:
        folder: Where the scenario goes.
        wanted: What it is to be.
        spreadsheet: Where the script goes.
        overwrite: Whether a spreadsheet that is there is written over.
        common: Options that every command takes.
    """
    options, said = common or Common(), wanted or Wanted()
    if spreadsheet is None:
        return _begin_scenario(_given(folder, said, options), options)
    if folder is not None:
        expected = "either a FOLDER for a scenario or --spreadsheet"
        raise InputError([Problem("command line", "--spreadsheet", expected, "both")])
    return _begin_spreadsheet(spreadsheet, overwrite, options)


def _given(folder: Path | None, wanted: Wanted, options: Common) -> Given:
    return Given(
        folder=folder,
        lang=options.lang,
        name=wanted.name,
        event=wanted.event,
        region=wanted.region,
        partners=wanted.partner,
        hours=wanted.hours,
        faults=wanted.faults,
        seed=wanted.seed,
        yes=wanted.yes,
    )


def _begin_scenario(given: Given, options: Common) -> int:
    ground = load_ground()
    screen = console()
    if is_terminal() and not given.yes and not options.json:
        given = filled_in(given, ground, options.language, screen, Questions(screen))
    folder, answers = answers_of(given, ground, options.language)
    made = begin_scenario(ground, answers)
    with new_folder(folder, "FOLDER") as new:
        made.write(new)
    text = made.files[SCENARIO_FILE].decode()
    counts = {table: text.count(f"\n[[{table}]]\n") for table in _TABLES}
    if options.json:
        print_json({"scenario": str(folder), "files": sorted(made.files), "made": counts})
        return ExitCode.YES
    say = Speaker(answers.language)
    screen.print(say("new-made", folder=folder, **counts), soft_wrap=True, markup=False)
    screen.print(say("new-made-next", folder=folder), soft_wrap=True, markup=False)
    return ExitCode.YES


def _begin_spreadsheet(spreadsheet: Path, overwrite: bool, options: Common) -> int:
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
