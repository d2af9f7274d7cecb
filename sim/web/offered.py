"""The scenarios that can be started from the pages: those that come with beeld, and those of a folder of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.core.model.text import Text
from sim.files.places import SCENARIO_FILE, known_scenarios
from sim.files.scenario.finding import name_in, name_of


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered.

    Attributes:
        folder: Holds folders of scenarios of one's own; None where there are none. Of two with one name that of one's
            own is offered.
    """

    folder: Path | None = None

    def names(self) -> tuple[str, ...]:
        """Return the names of all, in order."""
        return tuple(sorted({*known_scenarios(), *self._own()}))

    def find(self, name: str) -> str | None:
        """Return by what a scenario is run: its name, or the path of its folder; None where it is not offered."""
        own = self._own().get(name)
        if own is not None:
            return str(own)
        return name if name in known_scenarios() else None

    def title(self, name: str) -> Text:
        """Return the name that people read of a scenario that is offered."""
        own = self._own().get(name)
        return name_of(name) if own is None else name_in(own)

    def _own(self) -> dict[str, Path]:
        if self.folder is None:
            return {}
        return {file.parent.name: file.parent.resolve() for file in self.folder.glob(f"*/{SCENARIO_FILE}")}
