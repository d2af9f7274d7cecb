"""Reasons: what people write when they say that something looks wrong (Modeluitwerking 12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.core.model.text import Text
from sim.core.picture.quality import Mismatch

REASONS: Final[Mapping[Mismatch, Text]] = {
    Mismatch.UNIT: Text(
        "De eenheid of het peil klopt niet met wat wij zien.", "The unit or the datum is not what we see."
    ),
    Mismatch.VALUE: Text("Het getal klopt niet met wat wij zien.", "The figure is not what we see."),
    Mismatch.PLACE: Text("De plaats klopt niet met wat wij zien.", "The place is not what we see."),
    Mismatch.MISSING_VALUE: Text("Er ontbreekt een getal.", "A figure is missing."),
    Mismatch.MISSING_PLACE: Text("Er ontbreekt een plaats.", "A place is missing."),
    Mismatch.SENSITIVE: Text("Dit is niet voor iedereen bestemd.", "This is not for all to read."),
    Mismatch.MISSING_SOURCE: Text("Er staat niet bij wie dit zegt.", "It does not say who says this."),
    Mismatch.MISSING_THEME: Text("Het thema ontbreekt.", "The theme is missing."),
    Mismatch.MISATTRIBUTED: Text(
        "Dit wordt gemeld namens een ander.", "This is told in the name of another."
    ),
    Mismatch.NOT_VERIFIED: Text(
        "Dit heet geverifieerd, maar niet door wie dat kan.",
        "This is called verified, by nobody who can verify it.",
    ),
    Mismatch.TIME: Text("De tijd kan niet kloppen.", "The time cannot be right."),
    Mismatch.SWAPPED_PLACE: Text(
        "Lengte en breedte lijken verwisseld.", "Longitude and latitude seem swapped."
    ),
    Mismatch.OTHER_ACTIVITY: Text(
        "Dit lijkt bij een andere activiteit te horen.", "This seems to belong to another activity."
    ),
    Mismatch.OUTSIDE: Text("De plaats ligt buiten het gebied.", "The place is outside the area."),
    Mismatch.JUMP: Text("Zo snel kan dit getal niet veranderen.", "The figure cannot change that fast."),
    Mismatch.STALE: Text("Dit lijkt een oud getal.", "This seems to be a figure of long ago."),
    Mismatch.UNCLEAR: Text("Dit is op twee manieren te lezen.", "This can be read in two ways."),
    Mismatch.HEARSAY: Text(
        "Dit kan de bron niet zelf hebben gezien.", "Its source cannot have seen this itself."
    ),
}
"""What is written, by what is wrong."""
