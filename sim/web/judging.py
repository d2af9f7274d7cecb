"""Judging a run for the pages, in a process of its own: seconds of work, for which no page should wait.

What comes back is what pages show: small, and nothing of the evidence itself. The functions here run in that process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, TypeVar

from sim.core.assessment.evidence.lineage import lineage
from sim.core.assessment.judging.outcome import Finding
from sim.core.model.text import Language
from sim.report.blocks import Report
from sim.report.exercise.gathering import gather_material
from sim.report.exercise.material import Material
from sim.report.exercise.report import make_report
from sim.report.exercise.words import ReportWords
from sim.report.formats import MAKERS
from sim.report.lineage.drawing import drawing
from sim.report.lineage.words import LineageWords
from sim.runlog.reader import RunLog
from sim.session.parent import end_with_parent
from sim.sweep.store import RESULT_NAME
from sim.web.comparing import Beside, beside

OBSERVATIONS_NAME: Final = "observations.jsonl"
"""Where what observers add stands, in the folder of the run."""

_EVIDENCE_SHOWN: Final = 12
_KEPT: Final = 2

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as a page shows it, with numbers of records that it rests on."""

    about: str
    criterion: str
    text: str
    part: str
    quality: str
    result: str
    result_words: str
    figure: str
    norm: str
    reason: str
    citation: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """The advice on a partner."""

    partner: str
    name: str
    profile: str
    advice: str
    reason: str


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault, and how many held it."""

    id: str
    title: str
    at_ms: int
    at: str
    party: str
    held_by: int
    corrected: str


@dataclass(frozen=True, slots=True)
class ObservedLine:
    """What a person saw, beside what was computed."""

    at_ms: int
    at: str
    role: str
    criterion: str
    party: str
    rating: str
    text: str
    computed: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgment of a run, as pages show it."""

    findings: tuple[FindingLine, ...]
    advice: tuple[AdviceLine, ...]
    faults: tuple[FaultLine, ...]
    observations: tuple[ObservedLine, ...]
    criteria: tuple[tuple[str, str, str], ...]
    is_complete: bool


class Judging:
    """Has runs judged, one at a time."""

    def __init__(self) -> None:
        self._pool = _pool()
        self._known: dict[tuple[Path, str, Language, int], asyncio.Task[Judged]] = {}

    async def judged(self, folder: Path, head: str, language: Language) -> Judged:
        """Return the judgment of a run whose log ends with ``head``."""
        file = folder / OBSERVATIONS_NAME
        key = (folder, head, language, file.stat().st_size if file.exists() else 0)
        if key not in self._known:
            self._known = {
                one: task for one, task in self._known.items() if one[0] != folder or one[1] == head
            }
            self._known[key] = asyncio.create_task(self._run(judge, folder, head, language))
        try:
            return await asyncio.shield(self._known[key])
        except Exception:
            self._known.pop(key, None)
            raise

    async def tree(self, folder: Path, head: str, language: Language, fault: str) -> str:
        """Return the contamination tree of a fault as SVG; empty where there is no such fault."""
        return await self._run(tree, folder, head, language, fault)

    async def report(self, folder: Path, head: str, language: Language, form: str) -> bytes:
        """Return the report on a run in a format."""
        return await self._run(report, folder, head, language, form)

    async def beside(self, one: Path, other: Path, heads: tuple[str, ...], language: Language) -> Beside:
        """Return what differs between two runs, whose logs end with ``heads``."""
        return await self._run(beside, one, other, heads, language)

    async def sweep(self, folder: Path, language: Language) -> Report:
        """Return the report on a sweep, as the blocks that a page shows."""
        return await self._run(sweep, folder, _stamp(folder), language)

    async def sweep_in_format(self, folder: Path, language: Language, form: str) -> bytes:
        """Return the report on a sweep in a format."""
        return await self._run(sweep_in_format, folder, _stamp(folder), language, form)

    def close(self) -> None:
        """Judge no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, function: Callable[..., _Made], *arguments: object) -> _Made:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, partial(function, *arguments))
        except BrokenProcessPool:
            self._pool = _pool()
            return await loop.run_in_executor(self._pool, partial(function, *arguments))


def _pool() -> ProcessPoolExecutor:
    # Begun anew, and not as a copy of this process with its tasks and sockets.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=context, initializer=end_with_parent)


def judge(folder: Path, head: str, language: Language) -> Judged:
    """Return the judgment of a run."""
    material = _material(folder, head, _size(folder))
    words = ReportWords(material.evidence.log.opening, language)
    assessment = material.assessment
    findings = [_finding("", one, words) for one in assessment.criteria]
    for partner in assessment.partners:
        findings += [_finding(words.text(partner.name), one, words) for one in partner.criteria]
    return Judged(
        findings=tuple(findings),
        advice=tuple(
            AdviceLine(
                one.id,
                words.text(one.name),
                words.text(one.profile_name),
                words.say(f"advice-{one.advice.value.replace(' ', '-')}"),
                words.text(one.reason),
            )
            for one in assessment.partners
        ),
        faults=tuple(_faults(material, words)),
        observations=tuple(_observations(material, words)),
        criteria=tuple((one.id, words.text(one.text), one.scope) for one in material.criteria),
        is_complete=assessment.complete,
    )


def tree(folder: Path, head: str, language: Language, fault: str) -> str:
    """Return the contamination tree of a fault as SVG; empty where there is no such fault."""
    material = _material(folder, head, _size(folder))
    evidence = material.evidence
    words = LineageWords(language, evidence.log.start)
    opening = evidence.log.opening
    for result, case in zip(material.assessment.faults, evidence.cases, strict=True):
        if result.id == fault:
            of_run = words.say("lineage-run", scenario=opening.name.in_language(language), seed=opening.seed)
            return drawing(result, lineage(evidence.log, case), words, of_run, evidence.log.end_ms)
    return ""


def report(folder: Path, head: str, language: Language, form: str) -> bytes:
    """Return the report on a run in a format.

    Raises:
        InputError: The format cannot be made on this machine.
    """
    return MAKERS[form](make_report(_material(folder, head, _size(folder)), language))


@lru_cache(maxsize=_KEPT)
def sweep(folder: Path, stamp: int, language: Language) -> Report:  # noqa: ARG001 -- it is what it is kept by
    """Return the report on a sweep.

    Raises:
        RunLogError: The sweep has no results, or they are damaged.
    """
    from sim.report.sweeps.gathering import sweep_report  # noqa: PLC0415 -- statistics: loaded by who asks for them

    return sweep_report(folder, None, language)


def sweep_in_format(folder: Path, stamp: int, language: Language, form: str) -> bytes:
    """Return the report on a sweep in a format.

    Raises:
        InputError: The format cannot be made on this machine.
        RunLogError: The sweep has no results, or they are damaged.
    """
    return MAKERS[form](sweep(folder, stamp, language))


def _stamp(folder: Path) -> int:
    file = folder / RESULT_NAME
    return file.stat().st_mtime_ns if file.exists() else 0


def _size(folder: Path) -> int:
    file = folder / OBSERVATIONS_NAME
    return file.stat().st_size if file.exists() else 0


@lru_cache(maxsize=_KEPT)
def _material(folder: Path, head: str, observed_bytes: int) -> Material:  # noqa: ARG001 -- they are what it is kept by
    file = folder / OBSERVATIONS_NAME
    return gather_material(RunLog(folder), None, file if file.exists() else None, None)


def _finding(about: str, finding: Finding, words: ReportWords) -> FindingLine:
    return FindingLine(
        about=about,
        criterion=finding.id,
        text=words.text(finding.text),
        part=words.say(f"part-of-{finding.part}"),
        quality=words.say(f"quality-{finding.quality}"),
        result=finding.result.value.replace(" ", "-"),
        result_words=words.result(finding.result),
        figure=words.figure(finding.measure, finding.norm),
        norm=words.norm(finding.norm),
        reason=words.finding(finding),
        citation=finding.citation,
        cited=finding.evidence[:_EVIDENCE_SHOWN],
    )


def _faults(material: Material, words: ReportWords) -> Iterator[FaultLine]:
    for one in material.assessment.faults:
        yield FaultLine(
            id=one.id,
            title=words.text(one.title),
            at_ms=one.at_ms,
            at=words.moment(one.at_ms),
            party=words.party(one.party),
            held_by=one.size,
            corrected=words.after(one.time_to_correct_ms),
        )


def _observations(material: Material, words: ReportWords) -> Iterator[ObservedLine]:
    for one in material.observations:
        seen = one.observation
        yield ObservedLine(
            at_ms=seen.at_ms,
            at=words.moment(seen.at_ms),
            role=seen.role,
            criterion=seen.criterion,
            party=words.party(seen.party) if seen.party else "",
            rating="" if seen.rating is None else words.say(f"result-{seen.rating.replace(' ', '-')}"),
            text=seen.text,
            computed="" if one.finding is None else words.result(one.finding.result),
        )
