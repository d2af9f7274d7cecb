"""``beeld``: the command line."""

from __future__ import annotations

import sys
import traceback
from asyncio import CancelledError
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn

from cyclopts import App, CycloptsError
from rich.console import Console

from brokers.adapter import BrokerError
from sim.cli.commands.access import show_access
from sim.cli.commands.agreement import agreement_app
from sim.cli.commands.assess import assess_run
from sim.cli.commands.broker import broker_app
from sim.cli.commands.compare import compare_runs
from sim.cli.commands.completion import make_completion
from sim.cli.commands.doctor import examine
from sim.cli.commands.exam import hold_exam
from sim.cli.commands.export import export
from sim.cli.commands.faults import show_faults
from sim.cli.commands.generate import generate_scenario
from sim.cli.commands.import_ import import_file
from sim.cli.commands.improve import improve_from, show_points
from sim.cli.commands.lint import lint_scenario
from sim.cli.commands.new import begin
from sim.cli.commands.overview import show_overview
from sim.cli.commands.picture import show_picture
from sim.cli.commands.replay import replay_run
from sim.cli.commands.report import report_run
from sim.cli.commands.run import run as run_command
from sim.cli.commands.schema import show_schema
from sim.cli.commands.serve import make_account, serve_pages
from sim.cli.commands.trace import trace_fault
from sim.cli.commands.verify import verify_run
from sim.cli.commands.worker import run_worker
from sim.cli.output import ExitCode, print_error
from sim.diagnostics import configure
from sim.files.problems import InputError
from sim.runlog.errors import RunLogError

app = App(
    name="beeld",
    help="Exercises in net-centric collaboration: run them, and judge them from their log.",
    version=version("beeld"),
    version_flags=["--version"],
    console=Console(highlight=False),
    result_action="return_value",
)
app.command(lint_scenario, name="lint")
app.command(begin, name="new")
app.command(import_file, name="import")
app.command(generate_scenario, name="generate")
app.command(show_access, name="access")
app.command(show_schema, name="schema")
app.command(examine, name="doctor")
app.command(run_command, name="run")
app.command(run_worker, name="worker")
app.command(verify_run, name="verify")
app.command(show_faults, name="faults")
app.command(show_picture, name="picture")
app.command(export, name="export")
app.command(assess_run, name="assess")
app.command(trace_fault, name="trace")
app.command(hold_exam, name="exam")
app.command(report_run, name="report")
app.command(replay_run, name="replay")
app.command(compare_runs, name="compare")
app.command(improve_from, name="improve")
app.command(show_points, name="points")
app.command(show_overview, name="overview")
app.command(serve_pages, name="serve")
app.command(make_account, name="account")
app.command(agreement_app)
app.command(broker_app)
app.command(make_completion(app))


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code (see :class:`sim.cli.output.ExitCode`)."""
    verbose = "--verbose" in arguments or "-v" in arguments
    configure(verbose=verbose)
    try:
        result = app(list(arguments), exit_on_error=False, print_error=False)
    except CycloptsError as error:
        print_error(_one_line(str(error)))
        return ExitCode.BAD_INPUT
    except (InputError, RunLogError, BrokerError) as error:
        print_error(str(error))
        return ExitCode.BAD_INPUT
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 -- the last line of defence: a bug of ours ends in one line too
        if verbose:
            traceback.print_exc()
        print_error(
            f"a mistake of beeld itself: {type(error).__name__}: {_one_line(str(error))}; -v shows where"
        )
        return ExitCode.OUR_MISTAKE
    return int(result) if isinstance(result, int) else ExitCode.YES


def run() -> NoReturn:
    """Run the command of this process's arguments, and end the process."""
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130  # as shells have it: 128 and the signal's number
    except CancelledError:  # SIGTERM: the session was stopped, and cleared away what it had set up
        code = 143
    except BrokenPipeError:  # somebody closed the pipe that we print to, e.g. `head`
        sys.stderr.close()
        code = ExitCode.YES
    sys.exit(code)


def _one_line(message: str) -> str:
    return " ".join(message.split())
