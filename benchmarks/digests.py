"""Every exercise that comes with beeld, on every broker and with workers: is the digest the same?

``python -m benchmarks.digests [--brokers embedded,mosquitto] [--workers 0,2] [--scenarios gaslek-keten] [--write]``

Each run is a process of its own. Runs that were done before, of the same version of the code, are taken from
``build/digests.json``, so that a long series can go on where it stopped; ``--write`` puts the table into
docs/determinism.md. All of it takes hours; tests hold a part of it (docs/determinism.md, How it is enforced).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.page import with_parts
from sim.files.places import known_scenarios

SEED: Final = 7
BROKERS: Final = ("memory", "embedded", "mosquitto", "federation", "rabbitmq")
WORKERS: Final = (0, 1, 2, 4)
ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "determinism.md"
DONE: Final = ROOT / "build" / "digests.json"


class Done(msgspec.Struct, frozen=True):
    """One run: of what, how, and what came of it; ``digest`` is empty for a run that failed."""

    code: str
    scenario: str
    broker: str
    workers: int
    digest: str
    wall_s: float
    reason: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the runs that are asked for; return whether a digest differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenarios", default=",".join(known_scenarios()))
    parser.add_argument("--brokers", default=",".join(BROKERS))
    parser.add_argument("--workers", default=",".join(map(str, WORKERS)))
    parser.add_argument("--write", action="store_true", help="put the table of what was done into the page")
    asked = parser.parse_args(arguments)
    code = _code()
    for scenario in asked.scenarios.split(","):
        for broker in asked.brokers.split(","):
            for workers in map(int, asked.workers.split(",")):
                if not (workers and broker == "memory"):
                    _do(code, scenario, broker, workers)
    kept = [one for one in _kept() if one.code == code]
    if asked.write:
        PAGE.write_text(with_parts(PAGE.read_text("utf-8"), {"digests": _table(kept)}, PAGE), "utf-8")
    differing = _differing(kept)
    print("digests that differ:", ", ".join(differing) or "none")
    return int(bool(differing))


def _do(code: str, scenario: str, broker: str, workers: int) -> None:
    kept = _kept()
    if any(
        (one.code, one.scenario, one.broker, one.workers) == (code, scenario, broker, workers) for one in kept
    ):
        return
    done = _run(code, scenario, broker, workers)
    print(
        f"{scenario} {broker} {workers} workers: {done.digest[:12] or done.reason}  {done.wall_s:.0f} s",
        flush=True,
    )
    DONE.parent.mkdir(exist_ok=True)
    DONE.write_bytes(msgspec.json.format(msgspec.json.encode([*_kept(), done])))


def _run(code: str, scenario: str, broker: str, workers: int) -> Done:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="beeld-digests-") as folder:
        command = [
            str(Path(sys.executable).with_name("beeld")), "run", scenario, "--seed", str(SEED), "--broker", broker,
            "--workers", str(workers), "--out", f"{folder}/run", "--json",
        ]  # fmt: skip
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    wall_s = time.monotonic() - begun
    if ended.returncode:
        return Done(code, scenario, broker, workers, "", wall_s, ended.stderr.strip().splitlines()[-1][:200])
    return Done(code, scenario, broker, workers, msgspec.json.decode(ended.stdout)["digest"], wall_s)


def _kept() -> list[Done]:
    return msgspec.json.decode(DONE.read_bytes(), type=list[Done]) if DONE.exists() else []


def _code() -> str:
    """Return a hash over all that a run depends on."""
    digest = sha256()
    for room in ("sim", "brokers", "scenarios", "profiles"):
        for file in sorted((ROOT / room).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _differing(kept: Sequence[Done]) -> list[str]:
    scenarios = dict.fromkeys(one.scenario for one in kept)
    return [name for name in scenarios if len({one.digest for one in kept if one.scenario == name}) > 1]


def _table(kept: Sequence[Done]) -> str:
    heads = ["exercise", "digest", *BROKERS]
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for scenario in dict.fromkeys(one.scenario for one in kept):
        of_it = [one for one in kept if one.scenario == scenario]
        cells = [
            ", ".join(_cell(one, of_it[0].digest) for one in of_it if one.broker == broker) or "·"
            for broker in BROKERS
        ]
        lines.append(f"| `{scenario}` | `{of_it[0].digest[:12]}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(one: Done, digest: str) -> str:
    name = str(one.workers) if one.workers else "="
    return name if one.digest == digest else f"**{name} differs**"


if __name__ == "__main__":
    sys.exit(main())
