"""What a party means to do stays with its worker: the coordinator knows it by a number only.

A party sets itself moments to come back to something, and what that is (an item, a call, half a picture) is of no
concern to anybody else. So in what leaves the worker a number stands in its place, and when the moment comes the number
finds it again. Numbers go up per party: the same party numbers the same things alike wherever it is played.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sim.core.agents.acts import Act, Publish, ReadClock, Stimulus, Wake, Woken
from sim.core.model.ids import PartyId
from sim.session.workers.frames import FrameError


class Keeping:
    """What the parties of one worker mean to do."""

    def __init__(self) -> None:
        self._kept: dict[PartyId, dict[int, Any]] = {}
        self._numbers: dict[PartyId, int] = {}

    def put_by(self, party: PartyId, acts: Sequence[Act]) -> tuple[Act, ...]:
        """Return acts of a party with numbers in place of what only it knows."""
        return tuple(self._without(party, act) for act in acts)

    def fetch(self, party: PartyId, stimulus: Stimulus) -> Stimulus:
        """Return what comes in to a party with what it knows in place of the number.

        Raises:
            FrameError: There is nothing of this number.
        """
        if not isinstance(stimulus, Woken):
            return stimulus
        about, kept = stimulus.about, self._kept.get(party, {})
        if isinstance(about, int) and about in kept:
            return Woken(stimulus.errand, kept.pop(about))
        if isinstance(about, list | tuple) and len(about) == 2 and about[0] in kept:
            # The number under which a message went: it is said each time that the message goes out.
            return Woken(stimulus.errand, (kept[about[0]], about[1]))
        raise FrameError(f"{party}: expected what it set itself to come back to, found {about!r}")

    def _without(self, party: PartyId, act: Act) -> Act:
        if isinstance(act, Wake):
            return Wake(act.at_ms, act.errand, self._keep(party, act.about))
        if isinstance(act, Publish) and act.register is not None:
            errand, about = act.register
            return msgspec.structs.replace(act, register=(errand, self._keep(party, about)))
        if isinstance(act, ReadClock) and act.otherwise is not None:
            return msgspec.structs.replace(act, otherwise=self._without(party, act.otherwise))
        return act

    def _keep(self, party: PartyId, about: Any) -> int:
        number = self._numbers[party] = self._numbers.get(party, 0) + 1
        self._kept.setdefault(party, {})[number] = about
        return number
