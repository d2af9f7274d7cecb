"""What an export of a picture shows: statements, whose picture it is, and when; the same for each format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sim.core.messages.items import COUNT, Geometry, Item, Kind, Sensitivity, Source, Value, Verification
from sim.core.model.ids import ActivityId, ItemId, PartyId, SubjectId, ThemeId
from sim.core.model.text import Language, Text
from sim.core.model.time import clock_time
from sim.core.picture.observation import Fact
from sim.core.records.kinds import Opening
from sim.words import word

TRUTH = "truth"
"""In place of a party: what is so, and nobody's picture."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One thing that a picture says, or that is so.

    Attributes:
        id: Id of the item; of what is so, its subject.
        version: Version of the item; 1 for what is so.
        subject: What it is about.
        system: Field it belongs to.
        theme: Heading it stands under.
        kind: What sort of statement it is.
        title: One line.
        text: More, where there is more.
        values: Its figures.
        geometry: Where, WGS 84 lon/lat; None where it has no place.
        sensitivity: Who may have it.
        observed_at_ms: When it was true for the source (ms of exercise time); None for what is so.
        reported_at_ms: When this version was written; None for what is so.
        valid_until_ms: Until when it may be relied on; None is open.
        source: Who says so; None for what is so.
        verification: How far it has been checked; None for what is so.
    """

    id: ItemId
    version: int
    subject: SubjectId
    system: str
    theme: ThemeId
    kind: Kind
    title: Text
    text: Text
    values: tuple[Value, ...]
    geometry: Geometry | None
    sensitivity: Sensitivity
    observed_at_ms: int | None = None
    reported_at_ms: int | None = None
    valid_until_ms: int | None = None
    source: Source | None = None
    verification: Verification | None = None

    def called(self, language: Language) -> str:
        """Return its title, or where somebody gave it none, what it is about."""
        return self.title.in_language(language).strip() or self.subject


_OF_BOTH = ("subject", "system", "theme", "kind", "title", "text", "values", "geometry", "sensitivity")
_OF_ITEMS = (
    "id", "version", "observed_at_ms", "reported_at_ms", "valid_until_ms", "source", "verification",
)  # fmt: skip


def statement_of(told: Item | Fact) -> Statement:
    """Return what an item says, or what is so."""
    shared = {name: getattr(told, name) for name in _OF_BOTH}
    if isinstance(told, Fact):
        return Statement(id=told.subject, version=1, **shared)
    return Statement(**shared, **{name: getattr(told, name) for name in _OF_ITEMS})


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A picture at a moment.

    Attributes:
        run: Id of the run.
        opening: First record of the run.
        at_ms: The moment (ms of exercise time).
        whose: Party whose picture it is; empty for the shared one, :data:`TRUTH` for what is so.
        activity: Only of this activity; empty for all.
        statements: What it says, in order of theme and id.
        language: In which language.
        themes: Names of themes, as far as they are known.
    """

    run: str
    opening: Opening
    at_ms: int
    whose: str
    activity: str
    statements: tuple[Statement, ...]
    language: Language
    themes: Mapping[ThemeId, Text] = field(default_factory=dict)

    @property
    def start(self) -> datetime:
        """Return the clock time of exercise time 0."""
        return datetime.fromisoformat(self.opening.start)

    def stamp(self, at_ms: int) -> str:
        """Return a moment as XML formats of OASIS want it: to the second, with the offset in digits."""
        return clock_time(self.start, at_ms).replace(microsecond=0).isoformat()

    def theme(self, theme: ThemeId) -> str:
        """Return the name of a theme; its id where no name is known."""
        name = self.themes.get(theme)
        return theme if name is None else name.in_language(self.language)

    def name_of(self, party: PartyId) -> str:
        """Return the name of a party; its id where it took no part by this name."""
        names = {entry.id: entry.name for entry in self.opening.parties}
        return names[party].in_language(self.language) if party in names else party

    @property
    def title(self) -> str:
        """Return whose picture it is, in words."""
        if self.whose == TRUTH:
            return word("shown-truth", self.language)
        if self.whose:
            return word("shown-party", self.language, party=self.name_of(self.whose))
        return word("shown-shared", self.language)

    @property
    def author(self) -> str:
        """Return who answers for the picture: a party, of a shared one who directs, or exercise control."""
        if self.whose == TRUTH:
            return word("export-control", self.language)
        if self.whose:
            return self.name_of(self.whose)
        wanted = [each for each in self.opening.activities if self.activity in ("", each.id)]
        return ", ".join(dict.fromkeys(self.name_of(each.directing) for each in wanted))

    @property
    def key(self) -> str:
        """Return what tells this picture from every other of the run, without spaces: for ids in messages."""
        parts = (self.run, self.whose or "shared", *filter(None, (self.activity,)), str(self.at_ms))
        return ".".join(parts)


@dataclass(frozen=True)
class Made:
    """What an exporter made.

    Attributes:
        data: The file.
        left_out: What had no place in the format, and how often, by key of the words for it (``left-out-...``).
    """

    data: bytes
    left_out: Counter[str] = field(default_factory=Counter)


def figure(value: Value) -> str:
    """Return a figure as people read it, without its name: ``3260 m3/s``, ``44.1 m NAP``."""
    unit = "" if value.unit == COUNT else value.unit
    return " ".join(part for part in (f"{value.amount:.10g}", unit, value.datum) if part)


def full_text(statement: Statement, language: Language) -> str:
    """Return what a statement says in one piece of prose: its text, and its figures by name."""
    said = statement.text.in_language(language).strip()
    figures = "; ".join(f"{value.name} {figure(value)}" for value in statement.values)
    return " ".join(part for part in (said, f"({figures})" if figures else "") if part)


def tab_of(item: ItemId, subject: SubjectId, activities: tuple[ActivityId, ...]) -> tuple[str, str]:
    """Return in which picture an item stands, as its id tells: national, risk, shared or own; and whose.

    Whose is the activity of a shared picture, and the party of an own one; else empty.
    """
    if item.startswith("nl-"):
        return "national", ""
    if item.startswith("risk-"):
        return "risk", ""
    before = item.removesuffix(f"-{subject}")
    return ("shared", before) if before in activities else ("own", before)
