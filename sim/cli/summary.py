"""What a person wants to see after a run: who wrote and read what, refusals, faults, outages, a first judgment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console

from sim.cli.judgment import print_faults, print_incomplete, print_partners
from sim.cli.output import Speaker, plain, print_table, table
from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.messages.topics import Shape
from sim.core.model.time import format_duration, format_offset
from sim.files.criteria import load_criteria
from sim.replay.evidence import evidence_of
from sim.replay.failures import Failure, failures
from sim.replay.tally import PartyTally, Tally, tally
from sim.runlog.reader import RunLog, read

TOPIC_CHARACTERS_MAX = 200
"""What is shown of a topic; the log has all of it."""

_COLUMNS: dict[str, tuple[Shape, str] | tuple[None, str]] = {
    "own-items": (Shape.OWN, "item"),
    "shared-items": (Shape.SHARED, "item"),
    "proposals": (Shape.PROPOSAL, "proposal"),
    "sitreps": (None, "sitrep"),
    "signals": (None, "signal"),
}


def print_summary(folder: Path, screen: Console, say: Speaker) -> None:
    """Print the summary of a run, from its log."""
    counted = tally(read(folder))
    _print_exchange(counted, screen, say)
    _print_denials(counted, screen, say)
    assessment = assess_evidence(evidence_of(RunLog(folder)), load_criteria())
    print_incomplete(assessment, counted.start, screen, say)
    print_faults(assessment.faults, counted.start, screen, say)
    _print_unmet(counted, screen, say)
    _print_failures(failures(read(folder)), counted.start, screen, say)
    print_partners(assessment, screen, say)


def _print_exchange(counted: Tally, screen: Console, say: Speaker) -> None:
    names = [say(key) for key in (*_COLUMNS, "other-messages", "received", "denied-count")]
    made = table(
        say("exchange-title"),
        "id",
        say("party"),
        say("profile"),
        *names,
        right=tuple(range(3, 3 + len(names))),
    )
    for party in counted.parties.values():
        entry = party.party
        profile = entry.profile_name.in_language(say.language)
        counts = [_count(party, *_COLUMNS[key]) for key in _COLUMNS]
        other = party.written.total() - sum(counts)
        numbers = [*counts, other, party.received, party.denied]
        shown = [str(number or "·") for number in numbers]
        made.add_row(entry.id, entry.name.in_language(say.language), profile, *shown)
    print_table(made, screen, say)


def _print_unmet(counted: Tally, screen: Console, say: Speaker) -> None:
    if not counted.unmet:
        return
    made = table(
        say("unmet-title", count=len(counted.unmet)),
        "id",
        say("fault"),
        say("fault-hop"),
        say("unmet-reason"),
    )
    for fault in counted.unmet:
        reason = say(f"unmet-{fault.reason}")
        where = f"{fault.party} · {fault.hop}"
        made.add_row(fault.id, fault.type, where, f"{reason} ({fault.trigger})" if fault.trigger else reason)
    print_table(made, screen, say)


_PARTIES_SHOWN = 3


def _print_failures(found: Sequence[Failure], start: datetime, screen: Console, say: Speaker) -> None:
    if not found:
        return
    columns = (
        "outage",
        "struck",
        "seen-after",
        "calls",
        "back-by",
        "late",
        "missed",
        "again",
        "denied-count",
    )
    made = table(
        say("failures-title", count=len(found)),
        say("when"),
        *(say(key if key == "denied-count" else f"failure-{key}") for key in columns),
        right=(4, 6, 7, 8, 9),
    )
    for one in found:
        figures = (one.late, one.missed, one.again, one.denied)
        late, missed, again, denied = (str(figure or "·") for figure in figures)
        until = "…" if one.until_ms is None else format_offset(one.until_ms)
        title = f"{one.begun.title.in_language(say.language)} ({one.begun.id}, {one.begun.type})"
        struck = one.begun.parties
        who = (
            ", ".join(struck) if len(struck) <= _PARTIES_SHOWN else say("failure-parties", count=len(struck))
        )
        made.add_row(
            f"{say.moment(one.from_ms, start)} - {until}",
            title,
            who,
            _seen(one, say),
            str(one.calls or "·"),
            "·" if not one.back_ms else format_offset(max(one.back_ms.values())),
            late,
            missed,
            again,
            denied,
        )
    print_table(made, screen, say)


def _seen(failure: Failure, say: Speaker) -> str:
    after = failure.seen_after_ms()
    if not after:
        return "·"
    first, last = format_duration(after[0]), format_duration(after[-1])
    took = first if first == last else f"{first} - {last}"
    return say("failure-seen", count=len(after), took=took)


def _count(party: PartyTally, shape: Shape | None, kind: str) -> int:
    return sum(
        count
        for (written_shape, written_kind), count in party.written.items()
        if written_kind == kind and shape in (None, written_shape)
    )


def _print_denials(counted: Tally, screen: Console, say: Speaker) -> None:
    made = table(
        say("denials-title", count=len(counted.denials)),
        say("when"),
        say("party"),
        say("attempt"),
        say("where"),
        say("rule"),
    )
    for denial in counted.denials:
        denied = denial.denied
        rule = f"{denied.rule} ({denied.source})"
        attempt = say(f"attempt-{denied.attempt}")
        topic = plain(denied.topic, TOPIC_CHARACTERS_MAX)  # a stranger may have tried anything
        made.add_row(say.moment(denial.at_ms, counted.start), denied.party, attempt, topic, rule)
    print_table(made, screen, say)
    if counted.garbled:
        screen.print(say("garbled-count", count=counted.garbled))
        screen.print()
