"""Signs: each state has a shape of its own beside its colour, so that nobody need see colours to read a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

_SHAPES: Final[Mapping[str, Markup]] = {
    "disc": Markup('<circle cx="8" cy="8" r="6"/>'),
    "ring": Markup('<circle cx="8" cy="8" r="5" fill="none" stroke-width="2.5"/>'),
    "half": Markup(
        '<circle cx="8" cy="8" r="5" fill="none" stroke-width="2.5"/><path d="M8 3a5 5 0 0 1 0 10z" stroke="none"/>'
    ),
    "square": Markup('<rect x="2.5" y="2.5" width="11" height="11"/>'),
    "diamond": Markup('<path d="M8 1l7 7-7 7-7-7z"/>'),
    "triangle": Markup('<path d="M8 1.5l7 13H1z"/>'),
    "cross": Markup('<path d="M3 3l10 10M13 3L3 13" fill="none" stroke-width="3"/>'),
    "tick": Markup('<path d="M2 9l4 4 8-10" fill="none" stroke-width="3"/>'),
    "bars": Markup('<path d="M4 2h3v12H4zM9 2h3v12H9z"/>'),
    "play": Markup('<path d="M3 2l11 6-11 6z"/>'),
    "dash": Markup('<path d="M3 8h10" fill="none" stroke-width="3"/>'),
    "pen": Markup('<path d="M2 14l1-4 8-8 3 3-8 8z"/>'),
}

STATES: Final = {"running": "play", "paused": "bars", "ended": "tick", "failed": "cross"}
"""Shape of each state of a run."""

VERIFICATION: Final = {
    "unverified": "ring",
    "verified": "tick",
    "disputed": "triangle",
    "refuted": "cross",
    "corrected": "pen",
    "lapsed": "dash",
    "true": "disc",
}
"""Shape of each verification status; ``true`` is what is so."""

KNOWING: Final = {
    "nothing": "dash",
    "right": "disc",
    "late": "bars",
    "behind": "half",
    "wrong": "triangle",
    "corrected": "pen",
}
"""Shape of what a party holds about a subject."""

HAPPENING: Final = {
    "inject": "square",
    "fault": "triangle",
    "unmet": "ring",
    "denied": "cross",
    "decision": "diamond",
    "alarm": "disc",
    "outage": "bars",
    "steering": "play",
    "finding": "pen",
}
"""Shape of each kind of thing that happens."""


def sign(shape: str, kind: str) -> Markup:
    """Return a sign as SVG, which says nothing to who cannot see it: words stand beside it.

    Args:
        shape: Key of the shapes.
        kind: Its class, from which its colour follows.
    """
    return Markup('<svg class="sign {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>').format(
        kind, _SHAPES[shape]
    )


def shape(name: str) -> Markup:
    """Return the inside of a sign, for drawings, in a square of 16 by 16."""
    return _SHAPES[name]


def state_sign(state: str) -> Markup:
    """Return the sign of the state of a run."""
    return sign(STATES[state], state)
