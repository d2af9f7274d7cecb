"""The desk of exercise staff: exercises that were started from the pages, each in a process of its own."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from brokers.mosquitto import MosquittoBroker
from sim.core.engine.cast import cast_of
from sim.core.model.access import AccessTable
from sim.core.model.ids import PartyId
from sim.core.world.scenario import Scenario
from sim.files.problems import InputError, Problem, show
from sim.files.scenario.loading import load_scenario
from sim.session.pacing import parse_pace
from sim.session.steering.remote import SteeredRun, SteeredRunError
from sim.web.offered import Offered
from sim.web.stirring import Stirring

EXERCISES_MAX: Final = 4
"""Exercises that go on at once; more would be late, all of them."""
_SEED: Final = re.compile(r"\d{1,9}\Z")


@dataclass(frozen=True, slots=True)
class Begin:
    """What somebody filled in to start an exercise, as it was typed."""

    scenario: str = ""
    seed: str = "1"
    broker: str = "embedded"
    speed: str = "20"
    paused: bool = True


@dataclass
class Exercise:
    """An exercise that was started here.

    Attributes:
        name: Name of its run.
        scenario: What is run.
        table: Who may do what before anybody is let in.
        run: Its process.
        stack: Ends the process when it is closed.
        stirring: Wakes who waits for news of how far it is.
        offered: What each party was last found to be able to write, and by whom was let in then.
    """

    name: str
    scenario: Scenario
    table: AccessTable
    run: SteeredRun
    stack: AsyncExitStack = field(repr=False)
    stirring: Stirring = field(default_factory=Stirring)
    offered: dict[PartyId, tuple[Any, Any]] = field(default_factory=dict, repr=False)


class Desk:
    """Starts exercises, and has those that go on.

    Args:
        runs: Folder in which their runs go.
        offered: The scenarios that can be started; those that come with the product by default.
    """

    def __init__(self, runs: Path, offered: Offered | None = None) -> None:
        self._runs = runs
        self._offered = offered or Offered()
        self._exercises: dict[str, Exercise] = {}
        self._starting = asyncio.Lock()

    def exercise(self, name: str) -> Exercise | None:
        """Return the exercise of a run that goes on; None for any other."""
        found = self._exercises.get(name)
        return None if found is None or found.run.is_over else found

    async def begin(self, begin: Begin) -> str:
        """Start an exercise, and return the name of its run once its log has begun.

        Raises:
            InputError: It cannot be started so.
        """
        plan = self._check(begin)
        async with self._starting:
            await self._tidy()
            if len(self._exercises) >= EXERCISES_MAX:
                _refuse("exercise", f"at most {EXERCISES_MAX} that go on at once", "one more")
            scenario = await asyncio.to_thread(load_scenario, plan)
            name = self._free_name(f"{scenario.id}-seed{int(begin.seed)}")
            self._runs.mkdir(parents=True, exist_ok=True)
            stack, stirring = AsyncExitStack(), Stirring()
            try:
                run = await stack.enter_async_context(
                    SteeredRun.start(
                        plan,
                        seed=int(begin.seed),
                        pace=f"x{begin.speed}",
                        broker=begin.broker,
                        folder=self._runs / name,
                        paused=begin.paused,
                        on_progress=lambda _progress: stirring.stir(),
                    )
                )
            except SteeredRunError as error:
                raise InputError([Problem("exercise", "", "one that starts", str(error))]) from error
            self._exercises[name] = exercise = Exercise(
                name, scenario, cast_of(scenario).table(), run, stack, stirring
            )
            watching = asyncio.create_task(_watch(exercise))
            stack.callback(watching.cancel)
            return name

    async def close(self) -> None:
        """End all exercises that go on: each closes its log."""
        await asyncio.gather(*(one.stack.aclose() for one in self._exercises.values()))
        self._exercises.clear()

    async def _tidy(self) -> None:
        """Let go of what is over."""
        for name in [name for name, one in self._exercises.items() if one.run.is_over]:
            await self._exercises.pop(name).stack.aclose()

    def _check(self, begin: Begin) -> str:
        """Return by what the scenario is run.

        Raises:
            InputError: Something was filled in that cannot be.
        """
        plan = self._offered.find(begin.scenario)
        if plan is None:
            _refuse("scenario", f"one of {', '.join(self._offered.names())}", show(begin.scenario))
        if not _SEED.match(begin.seed):
            _refuse("seed", "a whole number of at most nine digits", show(begin.seed))
        if begin.broker not in brokers_here():
            _refuse("broker", f"one of {', '.join(brokers_here())}", show(begin.broker))
        try:
            parse_pace(f"x{begin.speed}")
        except ValueError:
            _refuse("speed", "a number above 0", show(begin.speed))
        return plan

    def _free_name(self, wanted: str) -> str:
        name, number = wanted, 1
        while (self._runs / name).exists():
            number += 1
            name = f"{wanted}-{number}"
        return name


async def _watch(exercise: Exercise) -> None:
    """Tell who looks on that an exercise is over, once its process has nothing more to tell."""
    with suppress(SteeredRunError):
        await exercise.run.wait()
    exercise.stirring.stir()


def brokers_here() -> tuple[str, ...]:
    """Return the brokers that exercises can be started on from the pages."""
    return ("embedded", "mosquitto") if MosquittoBroker.available() is None else ("embedded",)


def _refuse(key: str, expected: str, found: str) -> NoReturn:
    raise InputError([Problem("exercise", key, expected, found)])
