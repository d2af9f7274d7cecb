"""``python -m benchmarks [mqtt|simpy|parties|assess|long|seek|workers] [--quick] [--write]``."""

from __future__ import annotations

import argparse
from time import perf_counter

from benchmarks import page
from benchmarks.comparisons import COMPARISONS, FULL, LONG, QUICK
from benchmarks.table import for_markdown, for_terminal

_ALL = {**COMPARISONS, **LONG}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure what an exchange costs, as ratios within one run: some ninety seconds in all.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"one of {', '.join(_ALL)}; all but {', '.join(LONG)} by default",
    )
    parser.add_argument(
        "--quick", action="store_true", help="some twenty seconds in all, and figures to match"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in _ALL]
    if unknown:
        parser.error(f"NAME: expected {', '.join(_ALL)}, found {', '.join(unknown)}")
    if arguments.quick and arguments.write:
        parser.error("--write: expected a full measurement, found --quick")
    return arguments


def main() -> None:
    """Measure, print the tables, and put them into the page where that is asked for."""
    arguments = _arguments()
    print(page.machine())
    parts = {"machine": page.machine()}
    for name in arguments.names or COMPARISONS:
        start = perf_counter()
        rows = _ALL[name](QUICK if arguments.quick else FULL)
        command = f"python -m benchmarks {name}{' --quick' if arguments.quick else ''}"
        print(f"\n{command}  ({perf_counter() - start:.0f} s)\n{for_terminal(rows)}", flush=True)
        parts[name] = for_markdown(rows)
    if arguments.write:
        page.write(parts)


if __name__ == "__main__":
    main()
