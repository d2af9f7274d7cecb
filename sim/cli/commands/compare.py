"""``beeld compare``: two runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.comparing import print_comparison
from sim.cli.output import Common, ExitCode, Speaker, console, print_json
from sim.files.criteria import load_criteria
from sim.replay.comparison import compare
from sim.runlog.reader import RunLog
from sim.session.collector import calm_collector


def compare_runs(
    one: Path,
    other: Path,
    /,
    *,
    criteria: Annotated[Path | None, Parameter(help="Judge both by a criteria file of your own.")] = None,
    common: Common | None = None,
) -> int:
    """Show what differs between two runs: set-up, totals, judgment, and when each party first knew of each subject.

    Example: beeld compare runs/limburg-hoogwater-seed7 runs/limburg-hoogwater-seed8

    Args:
        one: Folder of the one run.
        other: Folder of the other.
        criteria: A criteria file of your own.
        common: Options that every command takes.
    """
    options = common or Common()
    framework = load_criteria(criteria)
    with calm_collector():
        found = compare(RunLog(one), RunLog(other), framework)
    if options.json:
        print_json(
            {"same": found.is_same, **{name: getattr(found, name) for name in found.__struct_fields__}}
        )
    else:
        print_comparison(found, str(one), str(other), console(), Speaker(options.language))
    return ExitCode.YES
