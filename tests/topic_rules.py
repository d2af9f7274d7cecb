"""Section 4.7 of MQTT 5, once, as tables and as a matcher that is as slow and plain as the text.

The product has two implementations on purpose (decision 0008); both answer to this one.
"""

from __future__ import annotations

import itertools
from typing import Final

from hypothesis import strategies as st

NAMES: Final = ("a", "/", "a//b", "/a", "$SYS/x", "é", "a b", "x" * 65_535)
NO_NAMES: Final = ("", "a/+", "#", "a+", "a+b", "a\0b", "a\0", "\ud800", "x" * 65_536, "é" * 32_768)
FILTERS: Final = ("#", "+", "+/#", "a/+/b", "a/+/b/#", "a/#", "a", "/+", "+/+", "$SYS/#", "$share/g/a")
NO_FILTERS: Final = ("", "a#", "#/a", "a/#/b", "a/b#", "a+", "+a/b", "a/b+", "a\0", "\udfff", "#/#")

MATCHES: Final = (
    ("sport/tennis/player1/#", "sport/tennis/player1", True),
    ("sport/tennis/player1/#", "sport/tennis/player1/ranking", True),
    ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", True),
    ("sport/#", "sport", True),
    ("sport/#", "sports", False),
    ("#", "sport", True),
    ("sport/tennis/+", "sport/tennis/player1", True),
    ("sport/tennis/+", "sport/tennis/player1/ranking", False),
    ("sport/+", "sport", False),
    ("sport/+", "sport/", True),
    ("+/+", "/finance", True),
    ("/+", "/finance", True),
    ("+", "/finance", False),
    ("#", "$SYS/monitor", False),
    ("+/monitor/Clients", "$SYS/monitor/Clients", False),
    ("$SYS/#", "$SYS/monitor", True),
    ("$SYS/monitor/+", "$SYS/monitor/Clients", True),
    ("a/+", "a/$b", True),
    ("a/+/c", "a/$b/c", True),
    ("Sport", "sport", False),
    ("a/b", "a", False),
    ("a", "a/b", False),
)
"""Filter, topic name, and whether the one matches the other; the first are the examples of the standard."""

COVERS: Final = (
    ("#", "#", True),
    ("#", "a/+", True),
    ("+/#", "#", True),
    ("+", "#", False),
    ("+/+/#", "#", False),
    ("a/#", "a", True),
    ("a/#", "a/b", True),
    ("a/#", "a/+", True),
    ("a/#", "a/#", True),
    ("a/#", "+/b", False),
    ("a/+", "a", False),
    ("a/+", "a/b", True),
    ("a/+", "a/#", False),
    ("a/+/#", "a/#", False),
    ("a/+/c", "a/b/c", True),
    ("a/+/c", "a/+/c", True),
    ("a/+/c", "a/#", False),
    ("a/b", "a/+", False),
    ("a/b", "a/c", False),
    ("a/b", "a/b/c", False),
    ("a/b", "a/b/#", False),
    ("a/b/c", "a/b", False),
    ("#", "$a", False),
    ("+/b", "$a/b", False),
    ("$a/#", "$a/b", True),
    ("$a/#", "$a/+", True),
)
"""Two filters, and whether everything that the second matches is matched by the first."""

_WORDS = ("a", "b", "", "$s")
_LEVELS = st.sampled_from(_WORDS)
SOME_NAMES: Final = st.lists(_LEVELS, min_size=1, max_size=4).map("/".join).filter(bool)
SOME_FILTERS: Final = st.builds(
    lambda levels, rest: "/".join([*levels, *rest]),
    st.lists(st.one_of(_LEVELS, st.just("+")), max_size=3),
    st.sampled_from(([], ["#"])),
).filter(bool)
# One word more than filters use, and one level more than they have: enough to tell any two of them apart.
_EVERY_NAME = [
    "/".join(levels)
    for depth in range(1, 5)
    for levels in itertools.product((*_WORDS, "z"), repeat=depth)
    if "/".join(levels)
]
BEGINS_EMPTY: Final = "/#"
"""The one filter that may be covered without being said to be: its parent level, the empty name, is no name."""


def plainly_matches(topic_filter: str, topic: str) -> bool:
    """Say whether a filter matches a name."""
    if topic.startswith("$") and topic_filter[0] in "+#":
        return False
    return _plainly(topic_filter.split("/"), topic.split("/"))


def _plainly(wanted: list[str], levels: list[str]) -> bool:
    if wanted == ["#"]:
        return True
    if not wanted or not levels:
        return wanted == levels
    return wanted[0] in ("+", levels[0]) and _plainly(wanted[1:], levels[1:])


def plainly_covers(pattern: str, topic_filter: str) -> bool:
    """Say whether no name that the second filter matches escapes the first, by trying them all."""
    return all(plainly_matches(pattern, name) for name in _EVERY_NAME if plainly_matches(topic_filter, name))
