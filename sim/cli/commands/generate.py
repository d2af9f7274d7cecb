"""``beeld generate``: make a scenario from a story and the catalogue of partners."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from sim.cli.output import Common, ExitCode, Speaker, console, print_json
from sim.core.model.ids import is_id
from sim.files.making.material import STORY_FILE
from sim.files.making.recipe import ALL, Made, make_scenario
from sim.files.places import profiles_folder, scenarios_folder, story_scenarios
from sim.files.problems import InputError, Problem, hint, show

_SCENARIO: Final = "scenario.toml"
_TABLES: Final = ("parties", "activities", "facts", "truth", "injects", "faults", "outages")


def generate_scenario(
    story: str,
    /,
    *,
    out: Annotated[Path, Parameter(help="New folder of the scenario; its name is the scenario's id.")],
    seed: Annotated[int, Parameter(help="Seed of what is drawn; the same seed makes the same files.")] = 7,
    regions: Annotated[
        str | None, Parameter(help="Codes of the regions that take part, e.g. vr23,vr24; default: all.")
    ] = None,
    common: Common | None = None,
) -> int:
    """Make a scenario of a story: the partners of the catalogue, in some regions or in all.

    Example: beeld generate landelijk-hoogwater --regions vr23,vr24 --seed 3 --out limburg-oefent

    Args:
        story: Name of a scenario that comes as a story, or a folder with a story.toml.
        out: Where the scenario goes.
        seed: Seed of what is drawn.
        regions: Which regions take part.
        common: Options that every command takes.
    """
    options = common or Common()
    say = Speaker(options.language)
    root = _story_at(story)
    _check_out(out)
    chosen = ALL if regions is None else tuple(code.strip().lower() for code in regions.split(","))
    made = make_scenario(root, profiles_folder(), out.name, seed, chosen)
    try:
        made.write(out)
    except OSError as error:
        found = error.strerror or "an error"
        raise InputError(
            [Problem("command line", "--out", "a folder that can be written", f"{out}: {found}")]
        ) from error
    counts = _counts(made)
    if options.json:
        print_json({"scenario": str(out), "seed": seed, "sha256": made.digest, "made": counts})
        return ExitCode.YES
    screen = console()
    partners = sum(path.startswith("agreements/") for path in made.files)
    screen.print(say("generated", folder=out, parties=counts["parties"], partners=partners))
    screen.print(say("generated-what", **counts))
    screen.print(say("generated-next", folder=out))
    return ExitCode.YES


def _story_at(story: str) -> Path:
    if story in story_scenarios():
        return scenarios_folder() / story
    path = Path(story)
    try:
        if (path / STORY_FILE).is_file():
            return path
    except (OSError, ValueError):  # a name that no file system takes
        pass
    known = story_scenarios()
    expected = f"the name of a story ({', '.join(known)}) or a folder with a {STORY_FILE}{hint(story, known)}"
    raise InputError([Problem("command line", "STORY", expected, show(story))])


def _check_out(out: Path) -> None:
    problems = []
    if out.exists():
        problems.append(Problem("command line", "--out", "a folder that does not exist yet", str(out)))
    if not is_id(out.name):
        expected = "a folder whose name is an id ([a-z0-9-]), as it is that of the scenario"
        problems.append(Problem("command line", "--out", expected, show(out.name)))
    if problems:
        raise InputError(problems)


def _counts(made: Made) -> dict[str, int]:
    """Return how many of each thing the scenario has."""
    text = made.files[_SCENARIO].decode()
    return {table: text.count(f"\n[[{table}]]\n") for table in _TABLES}
