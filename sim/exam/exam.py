"""The exam: every fault of the catalogue, at every hop, with every profile that can meet it, with and without skill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from sim.core.model.ids import PartyId
from sim.core.model.time import HOUR_MS
from sim.core.world.faults import ANSWERS, TYPES_AT, Fault, FaultType, KnownAnswer
from sim.core.world.scenario import Scenario
from sim.exam.candidates import Candidate, candidates
from sim.exam.making import made
from sim.exam.marking import KNOWING, case_of, competent, could_know, grade, is_overtaken, why_none
from sim.exam.question import Case, Exam, NoCase, Question, Why
from sim.exam.room import Sitting, hall, room, sit

WINDOW_MS = 6 * HOUR_MS
"""How long an exercise goes on after the fault was set to enter."""

PERFECT, NONE = 1.0, 0.0
"""Skill of everybody: recognising whatever can be recognised, and nothing."""

TRIES_MAX = 6
"""Candidates that are tried for one question, until one makes a case."""

MOMENTS_MAX = 2
"""Moments at which one party is tried with one subject."""

_WHYS: tuple[Why, ...] = (
    "nobody-there",
    "nothing-to-make-wrong",
    "never-entered",
    "nobody-told",
    "nobody-else-knows",
    "overtaken",
)
"""Why there is no case, from what stands in the way first to what does last."""


def questions(scenario: Scenario) -> tuple[Question, ...]:
    """Return every question of the catalogue for the profiles of a scenario, in order."""
    profiles = sorted({party.profile for party in scenario.parties.values()})
    return tuple(
        Question(fault_type, hop, profile)
        for fault_type in FaultType
        for hop, types in TYPES_AT.items()
        if fault_type in types
        for profile in profiles
    )


def hold(
    scenario: Scenario,
    seed: int,
    asked: Sequence[Question],
    *,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> Exam:
    """Put questions to a scenario, and return how each came out; the same with any number of workers.

    Args:
        scenario: What exercise is taken apart for it.
        seed: Seed of all chance.
        asked: The questions.
        workers: Processes that put them.
        on_progress: Called with how many are done, and how many there are.
    """
    done: list[Case | NoCase] = []
    for outcome in _outcomes(scenario, seed, asked, workers):
        done.append(outcome)
        if on_progress is not None:
            on_progress(len(done), len(asked))
    return Exam(
        scenario=scenario.id,
        seed=seed,
        cases=tuple(one for one in done if isinstance(one, Case)),
        no_cases=tuple(one for one in done if isinstance(one, NoCase)),
    )


def _outcomes(
    scenario: Scenario, seed: int, asked: Sequence[Question], workers: int
) -> Iterator[Case | NoCase]:
    if workers == 1:
        examiner = _Examiner(scenario, seed)
        yield from map(examiner.put, asked)
        return
    fresh = get_context("spawn")  # on every system the same, whatever threads this process has
    with ProcessPoolExecutor(workers, fresh, _begin, (scenario, seed)) as pool:
        yield from pool.map(_put, asked, chunksize=4)


class _Examiner:
    """Puts questions about one scenario.

    Args:
        scenario: What exercise is taken apart for it.
        seed: Seed of all chance.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._seed = seed
        self._skilled = hall(scenario, 1.0, asking=False)
        self._halls = {
            (skill, asking): hall(scenario, skill, asking=asking)
            for skill in (PERFECT, NONE)
            for asking in (False, True)
        }
        self._rehearsal = sit(self._skilled, seed).evidence
        self._subjects = tuple(dict.fromkeys(change.fact.subject for change in scenario.truth))

    def put(self, question: Question) -> Case | NoCase:
        """Put one question: to the first candidate where the fault enters and somebody could know better."""
        why: Why = "nobody-there"
        tries = 0
        for candidate in self._candidates(question):
            fault = made(self._skilled, candidate, question.type, question.hop)
            if fault is None:
                why = _later(why, "nothing-to-make-wrong")
                continue
            if ANSWERS[question.type] in KNOWING and not could_know(self._skilled, candidate):
                why = _later(why, "nobody-else-knows")
                continue
            outcome = self._examine(question, candidate, fault)
            if isinstance(outcome, Case):
                return outcome
            why, tries = _later(why, outcome), tries + 1
            if tries == TRIES_MAX:
                break
        return NoCase(question, why)

    def _candidates(self, question: Question) -> Iterator[Candidate]:
        """Yield where the fault could enter, subject by subject; each party comes a few times with each at most."""
        for subject in self._subjects:
            seen: Counter[PartyId] = Counter()
            for candidate in candidates(
                self._skilled, self._rehearsal, subject, question.type, question.hop, question.profile
            ):
                seen[candidate.party] += 1
                if seen[candidate.party] <= MOMENTS_MAX:
                    yield candidate

    def _examine(self, question: Question, candidate: Candidate, fault: Fault) -> Case | Why:
        answer = ANSWERS[question.type]
        perfect = self._sit(PERFECT, candidate, fault)
        case = case_of(perfect, fault)
        if case is None:
            return "never-entered"
        why = why_none(perfect, case, answer)
        if why is not None:
            return why
        none = self._sit(NONE, candidate, fault)
        unskilled = case_of(none, fault)
        if unskilled is None:
            return "never-entered"
        if is_overtaken(unskilled, answer):
            return "overtaken"
        return Case(
            question=question,
            answer=answer,
            party=candidate.party,
            subject=candidate.subject,
            at_ms=candidate.at_ms,
            competent=competent(perfect, case, answer),
            perfect=grade(perfect, case, answer),
            none=grade(none, unskilled, answer),
        )

    def _sit(self, skill: float, candidate: Candidate, fault: Fault) -> Sitting:
        open_hall = self._halls[skill, ANSWERS[fault.type] is KnownAnswer.TOLD_LATE]
        end_ms = candidate.at_ms + WINDOW_MS
        return sit(room(open_hall, fault, candidate.last_change_ms, end_ms), self._seed)


def _later(one: Why, other: Why) -> Why:
    """Return which of two reasons stands in the way later: the nearest that it came to a case."""
    return max(one, other, key=_WHYS.index)


_examiner: list[_Examiner] = []


def _begin(scenario: Scenario, seed: int) -> None:
    _examiner[:] = [_Examiner(scenario, seed)]


def _put(question: Question) -> Case | NoCase:
    return _examiner[0].put(question)
