"""Variants that try what results hang on: the people of one party at a time, one way of exchange at a time.

They are laid beside the scenario as written, over the same seeds. By how much people are made worse or better, and for
how long a channel fails, is chosen for exercises and said in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sim.core.model.ids import PartyId
from sim.core.model.party import Party
from sim.core.model.staff import Post
from sim.core.model.staffed import posts_of
from sim.core.model.time import SECOND_MS
from sim.core.world.scenario import Scenario
from sim.core.world.technology import works_in_tool
from sim.files.known import refer
from sim.files.problems import Problems, Where, show
from sim.files.scenario.settings import COMMAND_LINE
from sim.sweep.results import Tried, Variant
from sim.sweep.variants import AS_WRITTEN, VARIANTS_MAX

OPTION: Final = "--sensitivity"
NORMS, PEOPLE, CHANNELS = "norms", "people", "channels"
"""What can be tried; norms need no runs, and are in every report."""

SLOWER: Final = 1.5
"""People made worse take so many times as long; made better, as much shorter (exercise)."""

LESS_SKILLED: Final = 0.75
"""Skill of people made worse, as a share of theirs; made better, half of what they lack is made up (exercise)."""

_PIECES: Final = 8
"""A channel fails for an eighth of the exercise: the first after a quarter that no outage touches (exercise)."""

_FILE: Final = "tried.toml"


def read_tried(texts: Iterable[str], scenario: Scenario, problems: Problems) -> tuple[Variant, ...]:
    """Return the variants that some texts ask for, each ``people`` or ``channels``, or with ``=PARTY,PARTY`` after it.

    The first is the scenario as written. What is wrong with a text is reported.
    """
    found: list[Variant] = [Variant(AS_WRITTEN)]
    where = Where(problems, COMMAND_LINE, OPTION)
    for text in texts:
        what, equals, names = text.strip().partition("=")
        if not refer(what, "one of norms, people, channels", (NORMS, PEOPLE, CHANNELS), where):
            continue
        parties = [name.strip() for name in names.split(",")] if equals else list(scenario.parties)
        known = [name for name in parties if refer(name, "a party of the scenario", scenario.parties, where)]
        if what == PEOPLE:
            found += _people(scenario, known)
        elif what == CHANNELS:
            found += _channels(scenario, known)
    if len(found) > VARIANTS_MAX:
        where.error(
            f"at most {VARIANTS_MAX} variants, so name parties, as people=PARTY,PARTY", f"{len(found)}"
        )
    if len(set(found)) < len(found):
        where.error("everything once", show(" ".join(texts)))
    return tuple(found)


@contextmanager
def with_outage(text: str, faults: Sequence[str | Path]) -> Iterator[tuple[str | Path, ...]]:
    """Give files of faults, and one more that holds a text and goes away again; without a text none more."""
    if not text:
        yield tuple(faults)
        return
    with TemporaryDirectory(prefix="beeld-tried-") as folder:
        path = Path(folder) / _FILE
        path.write_text(text, "utf-8")
        yield (*faults, path)


def _people(scenario: Scenario, parties: Iterable[PartyId]) -> Iterator[Variant]:
    for name in parties:
        party = scenario.parties[name]
        posts = posts_of(party, scenario.profiles[party.profile]).values()
        for what, times in (("people-worse", SLOWER), ("people-better", 1 / SLOWER)):
            better = times < 1
            settings = (
                *_of_party(party, times, better=better),
                *_of_posts(name, posts, times, better=better),
            )
            yield Variant(
                f"{what}: {name}", settings, Tried("people-better" if better else "people-worse", name)
            )


def _of_party(party: Party, times: float, *, better: bool) -> Iterator[str]:
    people = party.people
    for key, (low, high) in (("perception", people.perception_ms), ("reaction", people.reaction_ms)):
        yield f"{party.id}.people.{key}={_seconds(low, times)}-{_seconds(high, times)}"
    yield f"{party.id}.people.skill={_skill(people.skill, better=better)}"


def _of_posts(party: PartyId, posts: Iterable[Post], times: float, *, better: bool) -> Iterator[str]:
    """Yield settings of roles that have figures of their own, which those of all people do not reach."""
    for post in posts:
        if post.handling is not None:
            spread = post.handling
            durations = [spread.low_ms, *([] if spread.mode_ms is None else [spread.mode_ms]), spread.high_ms]
            yield f"{party}.{post.role}.handling={'-'.join(_seconds(each, times) for each in durations)}"
        if post.skill is not None:
            yield f"{party}.{post.role}.skill={_skill(post.skill, better=better)}"


def _seconds(duration_ms: int, times: float) -> str:
    return f"{round(duration_ms * times / SECOND_MS)}s"


def _skill(skill: float, *, better: bool) -> str:
    return f"{1 - (1 - skill) / 2 if better else skill * LESS_SKILLED:.4g}"


def _channels(scenario: Scenario, parties: Iterable[PartyId]) -> Iterator[Variant]:
    yield Variant("channel-away", (), Tried("channel-away"), _outage(scenario, 'type = "broker"'))
    slow = 'type = "slow-link"\ndelay = ["30s", "5m"]\nloss = 0.1\nretry = "60s"'
    yield Variant("channel-slow", (), Tried("channel-slow"), _outage(scenario, slow))
    for name in parties:
        if works_in_tool(scenario.parties[name], scenario.profiles):
            cut_off = f'type = "partition"\nparties = ["{name}"]'
            yield Variant(
                f"channel-cut-off: {name}", (), Tried("channel-cut-off", name), _outage(scenario, cut_off)
            )


def _outage(scenario: Scenario, what: str) -> str:
    """Return a file with one outage, at a time at which no other strikes."""
    piece = scenario.end_ms // _PIECES
    starts = [piece * number for number in range(2, _PIECES)]
    free = (
        start
        for start in starts
        if all(start + piece <= one.from_ms or one.until_ms <= start for one in scenario.outages)
    )
    start = next(free, starts[0])
    return (
        f'[[outages]]\nid = "tried"\n{what}\nfrom = "T+{_clock(start)}"\nduration = "{piece // SECOND_MS}s"\n'
        'title = { nl = "Een kanaal valt uit of is traag, om te zien wat daaraan hangt", '
        'en = "A channel fails or is slow, to see what hangs on it" }\n'
    )


def _clock(at_ms: int) -> str:
    seconds = at_ms // SECOND_MS
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
