"""Plays a run on a terminal, while somebody may press keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sim.cli.keys import Keys
from sim.cli.output import Speaker
from sim.core.records.record import Record
from sim.replay.player import Player
from sim.replay.sight import findings_in, jumps_in

LOOK_S: Final = 0.1
"""Longest wait without a look at the keys."""

_JUMPS: Final = {"f": "fault", "i": "inject", "d": "denied", "b": "decision"}


class Watching:
    """A run that somebody watches.

    Args:
        player: Plays it.
        keys: What somebody presses.
        show: Shows a record.
        tell: Says something beside.
        start: Clock time of exercise time 0.
        say: In which language.
    """

    def __init__(
        self,
        player: Player,
        keys: Keys,
        show: Callable[[Record], None],
        tell: Callable[[str], None],
        start: datetime,
        say: Speaker,
    ) -> None:
        self._player, self._keys, self._show, self._tell = player, keys, show, tell
        self._start, self._say = start, say
        self._jumps: list[int] | None = None
        self._findings: list[int] | None = None
        self._stopped = False

    def watch(self) -> None:
        """Play to the end, or until somebody stops it."""
        player = self._player
        player.play()
        while not self._stopped and not player.is_over:
            wait_s = player.wait_s()
            key = self._keys.wait(LOOK_S if wait_s is None else min(wait_s, LOOK_S))
            if key:
                self._press(key)
            for moment in player.due():
                self._show_all(moment)

    def _press(self, key: str) -> None:
        player, say = self._player, self._say
        if key == " ":
            (player.pause if player.is_playing else player.play)()
            if not player.is_playing:
                self._tell(say("replay-paused", at=say.moment(player.now_ms, self._start)))
        elif key in "+=-":
            (player.slower if key == "-" else player.faster)()
            self._tell(say("replay-speed", speed=f"{player.speed:g}"))
        elif key in (".", "right"):
            record = player.step()
            self._show_all(() if record is None else (record,))
        elif key == "down":
            self._show_all(player.step_event())
        elif key == "q":
            self._stopped = True
        else:
            self._jump(key)

    def _jump(self, key: str) -> None:
        if key in _JUMPS:
            self._came(self._player.next(_JUMPS[key]))
        elif key in ("n", "p"):
            if self._jumps is None:
                self._jumps = jumps_in(self._player.timeline)
            go = self._player.next if key == "n" else self._player.previous
            self._came(go(self._jumps))
        elif key == "o":
            if self._findings is None:
                self._findings = findings_in(self._player.timeline)
            self._came(self._player.next(self._findings))

    def _came(self, record: Record | None) -> None:
        if record is None:
            self._tell(self._say("replay-no-more"))
            return
        self._tell(self._say("replay-jumped", at=self._say.moment(record.at_ms, self._start)))
        self._show(record)

    def _show_all(self, records: tuple[Record, ...]) -> None:
        for record in records:
            self._show(record)
