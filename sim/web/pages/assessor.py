"""The assessor's page: replay, truth beside a party's picture, how faults spread, findings, advice, observations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from markupsafe import Markup

from sim.core.assessment.judging.observations import Rating
from sim.core.model.time import MINUTE_MS
from sim.files.problems import InputError
from sim.replay.scene import Scene
from sim.report.exercise.sequence_drawing import sequence_drawing
from sim.runlog.errors import RunLogError
from sim.web.accounts import Account
from sim.web.judging import Judged, Judging
from sim.web.reference import themes
from sim.web.rooms import Visit
from sim.web.views.happenings import timeline_view
from sim.web.views.picture import SHARED, TRUTH, picture_view

RECENT_MS: Final = 15 * MINUTE_MS
RESULTS: Final = ("not-met", "partly-met", "met", "not-observed", "not-applicable")


class AssessorPage:
    """The assessor's page.

    Args:
        judging: Judges runs.
    """

    name = "assessor"
    template = "assessor.html.j2"
    looks_back = True

    def __init__(self, judging: Judging) -> None:
        self._judging = judging

    def admits(self, account: Account) -> bool:
        """Say whether somebody may see it."""
        return account.observes

    async def show(self, visit: Visit) -> Mapping[str, Any]:
        """Return what the template needs."""
        words, asks = visit.words, visit.asks
        judged, trouble = await self._judged(visit)
        fault, item = asks.get("fault", ""), asks.get("item", "")
        tree = await self._tree(visit, judged, fault)
        # Only now, for while that took its time, others may have gone on to another moment of this run.
        scene = visit.scene = await visit.scene_asked()
        whose = asks.get("party", SHARED)
        if whose not in (SHARED, *(entry.id for entry in scene.opening.parties)):
            whose = SHARED
        if judged is not None:
            latest = visit.run.latest
            moments = {
                latest.when_ms(seq)
                for one in judged.findings
                if one.result in ("not-met", "partly-met")
                for seq in one.cited
                if seq <= latest.seq
            }
            visit.found = sorted(moments)
        return {
            "judged": judged,
            "trouble": trouble,
            "whose": whose,
            "truth": picture_view(scene, TRUTH, "", RECENT_MS, themes(), words),
            "view": picture_view(scene, whose, "", RECENT_MS, themes(), words),
            "timeline": timeline_view(scene, words),
            "fault": fault,
            "tree": tree,
            "item": item,
            "sequence": _sequence(scene, item, visit),
            "result": asks.get("result", "not-met"),
            "about": asks.get("about", ""),
            "results": RESULTS,
            "ratings": get_args(Rating),
        }

    async def _judged(self, visit: Visit) -> tuple[Judged | None, str]:
        """Return the judgment of a run that is over, and why there is none."""
        if visit.run.goes_on or not visit.run.head:
            return None, visit.words.say("page-judged-later")
        try:
            return await self._judging.judged(visit.run.folder, visit.run.head, visit.language), ""
        except (InputError, RunLogError) as error:
            return None, str(error)

    async def _tree(self, visit: Visit, judged: Judged | None, fault: str) -> Markup:
        if judged is None or fault not in [one.id for one in judged.faults]:
            return Markup("")
        drawn = await self._judging.tree(visit.run.folder, visit.run.head, visit.language, fault)
        return Markup(drawn)  # noqa: S704 -- drawn by us, with all words escaped


def _sequence(scene: Scene, item: str, visit: Visit) -> Markup:
    tellings = scene.history(item) if item else ()
    return Markup(sequence_drawing(tellings, visit.words)) if tellings else Markup("")  # noqa: S704 -- as above
