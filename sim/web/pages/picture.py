"""The picture: map and themes, as any party sees it, as it was shared, or as it truly is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sim.core.model.time import MINUTE_MS
from sim.replay.scene import Scene
from sim.web.accounts import Account
from sim.web.reference import themes
from sim.web.rooms import Visit
from sim.web.views.ground import ground
from sim.web.views.map_view import map_view
from sim.web.views.picture import SHARED, TRUTH, history_view, picture_view

RECENT_MINUTES: Final = ("5", "15", "60", "240")


class PicturePage:
    """The picture.

    Args:
        areas: Boundaries of an institution's own, for the map.
    """

    name = "picture"
    template = "picture.html.j2"
    looks_back = True

    def __init__(self, areas: Path | None = None) -> None:
        self._areas = areas

    def admits(self, account: Account) -> bool:
        """Say whether somebody may see it: it can show the truth."""
        return account.sees_all

    async def show(self, visit: Visit) -> Mapping[str, Any]:
        """Return what the template needs."""
        scene, words, asks = visit.scene, visit.words, visit.asks
        whose = _whose(scene, asks)
        activity = asks.get("activity", "") if whose != TRUTH else ""
        recent = asks.get("recent", "15") if asks.get("recent") in RECENT_MINUTES else "15"
        view = picture_view(scene, whose, activity, int(recent) * MINUTE_MS, themes(), words)
        item = asks.get("item", "")
        return {
            "whose": whose,
            "activity": activity,
            "recent": recent,
            "recents": RECENT_MINUTES,
            "view": view,
            "chosen": item,
            "history": history_view(scene, item, words) if item and whose != TRUTH else (),
            "map": map_view(ground(self._areas), scene, view, schematic=asks.get("map") == "tiles"),
        }


def _whose(scene: Scene, asks: Mapping[str, str]) -> str:
    asked = asks.get("party", SHARED)
    known = (SHARED, TRUTH, *(entry.id for entry in scene.opening.parties))
    return asked if asked in known else SHARED
