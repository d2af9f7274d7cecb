"""The words of points to improve in one language: for the screen, the overview and the report alike."""

from __future__ import annotations

from typing import Final

from sim.core.model.progress import PointProgress, Progress, Step
from sim.core.model.register import Moment, Shown
from sim.core.model.text import Language, Text
from sim.words import word

_EVIDENCE_SHOWN: Final = 4


class ImprovementWords:
    """How points and progress are said."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def say(self, key: str, **values: object) -> str:
        """Return a text of the catalogue."""
        return word(key, self.language, **values)

    def text(self, text: Text) -> str:
        """Return a text in this language."""
        return text.in_language(self.language)

    def result(self, result: str) -> str:
        """Return the result of a criterion."""
        return self.say(f"result-{result.replace(' ', '-')}")

    def advice(self, advice: str) -> str:
        """Return an advice."""
        return self.say(f"advice-{advice.replace(' ', '-')}")

    def verdict(self, shown: Shown) -> str:
        """Return what a run showed of a point."""
        return self.say(f"verdict-{shown.verdict.replace(' ', '-')}")

    def stands(self, progress: PointProgress) -> str:
        """Return how a point stands."""
        return self.say(f"standing-{progress.standing}")

    def found(self, progress: PointProgress) -> str:
        """Return when a point was found, and what the evidence said then."""
        if progress.found is None or progress.point.found is None:
            return self.say("points-own")
        return self.say(
            "points-by-run", on=progress.found.on, result=self.result(progress.point.found.result)
        )

    def shown(self, progress: PointProgress) -> str:
        """Return what the last run showed of a point, with the first records that it rests on."""
        if progress.last is None:
            return self.say("points-not-yet")
        shown = progress.shown[-1]
        said = self.say("points-by-run", on=progress.last.on, result=self.verdict(shown))
        seqs = self.evidence(shown.evidence, shown.records)
        return f"{said} ({self.say('points-log', seqs=seqs)})" if seqs else said

    def evidence(self, evidence: tuple[int, ...], records: int) -> str:
        """Return sequence numbers, and how many there are more."""
        told = ", ".join(str(seq) for seq in evidence[:_EVIDENCE_SHOWN])
        more = records - min(len(evidence), _EVIDENCE_SHOWN)
        return f"{told} (+{more})" if more > 0 else told

    def owner(self, progress: PointProgress, today: str = "") -> str:
        """Return who takes a point up and by when; with a date also whether that is late."""
        point = progress.point
        told = point.owner.strip() or self.say("points-nobody")
        if point.by:
            told = f"{told}, {point.by}"
        return f"{told} ({self.say('points-late')})" if today and progress.is_late(today) else told

    def exercise(self, step: Step | None) -> str:
        """Return an exercise, and the advice that came of it."""
        if step is None:
            return self.say("progress-never")
        advice = self.advice(step.outcome.advice)
        told = self.say(
            "progress-exercise", on=step.exercise.on, exercise=step.exercise.exercise, advice=advice
        )
        return told if step.exercise.complete else f"{told} ({self.say('overview-incomplete')})"

    def reached(self, progress: Progress) -> tuple[str, ...]:
        """Return what was reached since last time: points, and the advice beside that of then."""
        if progress.last is None:
            return (self.say("progress-never"),)
        counts = (
            ("progress-mended", progress.mended),
            ("progress-not-mended", progress.not_mended),
            ("progress-returned", progress.returned),
            ("progress-not-observed", progress.not_observed),
            ("progress-new", progress.new),
        )
        told = [self.say(key, count=len(points)) for key, points in counts if points]
        return (*told, self._advices(progress.last, progress.before))

    def _advices(self, last: Step, before: Step | None) -> str:
        if before is None:
            return self.say("progress-first")
        advice = self.advice(last.outcome.advice)
        if before.outcome.advice == last.outcome.advice:
            return self.say("progress-advice-same", advice=advice)
        return self.say("progress-advice-was", advice=advice, before=self.advice(before.outcome.advice))

    def aim(self, progress: Progress) -> str:
        """Return where people want to be, in their own words."""
        return progress.agreement.aim.strip() or self.say("progress-no-aim")

    def points(self, progress: Progress) -> tuple[str, ...]:
        """Return how many points are open, mended and closed."""
        counts = (
            ("progress-open", len(progress.open_points)),
            ("progress-all-mended", progress.count("mended")),
            ("progress-all-closed", progress.count("closed")),
        )
        return tuple(self.say(key, count=count) for key, count in counts)

    def in_the_way(self, progress: Progress) -> tuple[str, ...]:
        """Return what is in the way: open minimum conditions, points of nobody, what is unseen, what people say."""
        opened = progress.open_points
        minimum = sum(each.point.minimum for each in opened)
        unowned = sum(not each.point.owner.strip() for each in opened)
        due = min((each.point.by for each in opened if each.point.by), default="")
        unseen = progress.last.outcome.unseen if progress.last is not None else ()
        told = (
            self.say("progress-minimum", count=minimum) if minimum else "",
            self.say("progress-unowned", count=unowned) if unowned else "",
            self.say("progress-due", by=due) if due else "",
            *(self.say("progress-unseen", criterion=self.text(each.text)) for each in unseen),
            *(
                self.say("progress-obstacle", point=each.point.id, obstacle=each.point.obstacle.strip())
                for each in opened
                if each.point.obstacle.strip()
            ),
        )
        return tuple(each for each in told if each) or (self.say("progress-free"),)

    def moments(self, held: Moment | None, planned: Moment | None) -> tuple[str, ...]:
        """Return the last moment of a kind that was held, and the next that is planned."""
        told = [self._moment(held)] if held is not None else []
        if planned is not None:
            told.append(self.say("progress-planned", on=planned.on))
        return tuple(told) or (self.say("progress-no-moment"),)

    def _moment(self, held: Moment) -> str:
        agreed = held.agreed.strip()
        if held.who:
            return self.say("progress-with", on=held.on, who=", ".join(held.who), agreed=agreed)
        return self.say("progress-held", on=held.on, agreed=agreed)
