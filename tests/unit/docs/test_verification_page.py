"""docs/verification-status.md is made from the table of the code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.core.picture.quality import Mismatch
from sim.core.picture.verification import TRANSITIONS

PAGE = Path(__file__).parents[3] / "docs" / "verification-status.md"


SHOWN: dict[Mismatch, tuple[str, str]] = {
    Mismatch.UNIT: ("another unit or datum, or a whole unit off", "own knowledge"),
    Mismatch.VALUE: ("another figure", "own knowledge; a second source"),
    Mismatch.PLACE: ("another place", "own knowledge; the same statement at another place before"),
    Mismatch.MISSING_VALUE: ("no figure", "own knowledge; it had one before"),
    Mismatch.MISSING_PLACE: ("no place", "own knowledge; it had one before"),
    Mismatch.SENSITIVE: ("not for all to read", "own knowledge; restricted, and told where all read"),
    Mismatch.MISSING_SOURCE: ("nobody says it", "the item"),
    Mismatch.MISSING_THEME: ("no theme, or none of the exercise", "the item"),
    Mismatch.MISATTRIBUTED: (
        "told in the name of another",
        "who wrote the message; the own word; the picture that it is retold from",
    ),
    Mismatch.NOT_VERIFIED: (
        "verified by who directs no picture, or did not",
        "the item; the own shared picture",
    ),
    Mismatch.TIME: (
        "a time to come, or before what its source said already",
        "the clock; what was said before; the picture that it is retold from",
    ),
    Mismatch.SWAPPED_PLACE: ("within the area once longitude and latitude are swapped", "the map"),
    Mismatch.OTHER_ACTIVITY: ("within the area of another activity", "the map"),
    Mismatch.OUTSIDE: ("outside the area of the activity, or of its source", "the map; who looks after what"),
    Mismatch.JUMP: ("a figure that moves too far", "what was said before; profiles/plausibility.toml"),
    Mismatch.STALE: ("the figures of long ago", "what was said before"),
    Mismatch.UNCLEAR: ("its languages, or words and figures, say different things", "the item"),
    Mismatch.HEARSAY: ("seen by who cannot have seen it", "who looks after what, to who looks after it too"),
}


def name(status: object) -> str:
    return "not in the picture" if status is None else str(status)


def rows() -> Iterator[str]:
    for before, ways in TRANSITIONS.items():
        for after, occasion in ways.items():
            yield f"| {name(before)} | {after.value} | {occasion} |"


def page() -> str:
    lines = [
        "# Verification: what is recognised, and what becomes of an item",
        "",
        "People check what they read (Modeluitwerking 12). Skill decides whether something is recognised, once for",
        "each statement; work and attention, whether anybody gets round to it. No check looks at what exercise control",
        "knows.",
        "",
        "## What is recognised",
        "",
        "The name stands in a signal as its `reason`, and in notes of the log.",
        "",
        "| reason | what | recognised by |",
        "|---|---|---|",
        *(f"| {kind.value} | {what} | {by} |" for kind, (what, by) in SHOWN.items()),
        "",
        "What cannot be or looks odd by itself is signalled by who directs the picture, by who looks after such",
        "things, and by readers of the shared picture. Its source is asked, once while it may still answer; it may",
        "well stand by it. Then it is verified, and not asked about again. Of what was told in the name of another",
        "both are asked. An echo is no second source: only two who look after the thing, and have each seen it for",
        "themselves, verify it between them. What was seen goes before what was heard.",
        "",
        "In the cold phase nobody directs verification. What a party says first in a risk picture is held against",
        "own knowledge, and looked at by who looks after such things and by the region that keeps the picture;",
        "who doubts it asks its source by post, the same not twice. What is older than what one knows is left to",
        "its upkeep, unless it was never right. Who knew nothing of it as it read holds it against what it comes",
        "to know. The same goes for a tab of an activity of which one never heard that it was opened: only",
        "somebody who should not can have written there.",
        "",
        "Who said something knows what it said: it holds what is told in its name, in the shared picture and in",
        "what it is briefed with, against its own statement of that moment, to the figure and to the letter; and",
        "who directs a picture, the national picture, which retells it. What the national body took over wrongly,",
        "or has not taken over after an hour, it is told again. That its own word is told wrongly, or that a",
        "figure or a place is missing of what it knows, a party recognises as it reads it; whether another figure",
        "is wrong, once it has looked again. That a proposal contradicts what was verified, or leaves something",
        "out, who moderates must see; its proposer is asked. Two areas are of two places where their middles are",
        "more than a kilometre apart and less than half of the smaller one is common to both.",
        "",
        "What was put right or taken back reaches everybody who was told it: in the tool as a new version, also where",
        "the item has no place any more; outside it by the liaison, at once.",
        "",
        "## What becomes of an item in the shared picture",
        "",
        "| from | to | when |",
        "|---|---|---|",
        *rows(),
        "",
        "This page is made from `sim/core/picture/`; tests hold runs to it.",
        "To write it anew: `python -m tests.unit.docs.test_verification_page`.",
    ]
    return "\n".join(lines) + "\n"


def test_the_page_is_the_one_of_the_code() -> None:
    """Mend with: python -m tests.unit.docs.test_verification_page."""
    assert PAGE.read_text("utf-8") == page()


def test_every_kind_of_mismatch_is_on_it() -> None:
    assert set(SHOWN) == set(Mismatch)


def publish() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    publish()
