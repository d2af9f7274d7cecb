"""What is missing or contradictory in the agreements of a partner, by the rules of the Beleidskader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, Literal, TypeAlias

import msgspec

from sim.core.model.collaboration import Collaboration
from sim.core.model.ids import PartyId
from sim.core.model.party import CoreTask, Scope
from sim.core.model.text import Text

GapKind: TypeAlias = Literal[
    "several-names",
    "no-adoption-region",
    "several-adoption-regions",
    "adoption-region-of-regional-partner",
    "addition-without-agreement",
    "agreed-twice",
    "not-assessed",
    "assessed-without-assessment",
    "position-against-profile",
    "not-exercised",
    "not-reviewed",
    "no-evaluation-planned",
    "points-of-nobody",
]


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A finding on the agreements of a partner.

    Attributes:
        kind: What is missing or contradictory.
        partner: Whose agreements.
        core_task: Of which agreement; None when it is about all of them.
        profile: Of which agreement; None when it is about all of them.
        regions: Regions that it concerns, in order.
        text: The finding in words.
        source: The rule that it is held against.
    """

    kind: GapKind
    partner: PartyId
    core_task: CoreTask | None = None
    profile: str | None = None
    regions: tuple[PartyId, ...] = ()
    text: Text
    source: str


_SCOPES: Final = {
    Scope.SUPRAREGIONAL: Text("bovenregionale", "supraregional"),
    Scope.NATIONAL: Text("landelijke", "national"),
}


def find_gaps(
    partner: PartyId,
    names: Mapping[tuple[CoreTask, str], Sequence[Text]],
    scope: Scope | None,
    agreements: Sequence[Collaboration],
) -> tuple[Gap, ...]:
    """Return what is missing or contradictory in all agreements of one partner, in a fixed order.

    Args:
        partner: The partner.
        names: The names under which its agreements were handed in, each once, by core task and profile.
        scope: How far it works.
        agreements: Its agreements.
    """
    found = [*_of_names(partner, names), *_of_adoption(partner, scope, agreements)]
    for agreement in agreements:
        found.extend(_of_additions(partner, agreement))
    for one, other in combinations(agreements, 2):
        found.extend(_of_two(partner, one, other))
    for agreement in agreements:
        found.extend(_of_assessment(partner, scope, agreement))
        found.extend(_of_exercises(partner, agreement))
        found.extend(_of_progress(partner, agreement))
    return tuple(found)


def _of_names(partner: PartyId, names_of: Mapping[tuple[CoreTask, str], Sequence[Text]]) -> Iterator[Gap]:
    """Yield the finding that organisations may have been taken for one: they share all but the name."""
    for (task, profile), names in names_of.items():
        if len(names) == 1:
            continue
        told = Text("; ".join(name.nl for name in names), "; ".join(name.en for name in names))
        yield Gap(
            kind="several-names",
            partner=partner,
            core_task=task,
            profile=profile,
            text=Text(
                f"Eén id met meer dan één naam ({told.nl}); zijn dit verschillende organisaties?",
                f"One id with more than one name ({told.en}); are these different organisations?",
            ),
            source="Beleidskader par. 2.5",
        )


def _of_adoption(partner: PartyId, scope: Scope | None, agreements: Sequence[Collaboration]) -> Iterator[Gap]:
    named = {agreement.adoption_region for agreement in agreements}
    adopting = tuple(sorted(region for region in named if region is not None))
    if scope is Scope.REGIONAL and adopting:
        yield Gap(
            kind="adoption-region-of-regional-partner",
            partner=partner,
            regions=adopting,
            text=Text(
                "Een adoptieregio, terwijl de partner met één of twee regio's werkt.",
                "An adoption region, although the partner works with one or two regions.",
            ),
            source="Beleidskader Tabel 2",
        )
    if scope is not None and scope is not Scope.REGIONAL and not adopting:
        words = _SCOPES[scope]
        yield Gap(
            kind="no-adoption-region",
            partner=partner,
            text=Text(
                f"Een {words.nl} partner zonder adoptieregio.",
                f"A {words.en} partner without an adoption region.",
            ),
            source="Beleidskader par. 2.4, Tabel 2",
        )
    if len(adopting) > 1:
        yield Gap(
            kind="several-adoption-regions",
            partner=partner,
            regions=adopting,
            text=Text(
                "Meer dan één adoptieregio; één regio is aanspreekpunt namens de andere.",
                "More than one adoption region; one region is the point of contact on behalf of the others.",
            ),
            source="Beleidskader par. 2.4",
        )


def _of_additions(partner: PartyId, agreement: Collaboration) -> Iterator[Gap]:
    stray = tuple(region for region in agreement.reach if region not in agreement.regions)
    if stray:
        yield Gap(
            kind="addition-without-agreement",
            partner=partner,
            core_task=agreement.core_task,
            profile=agreement.profile,
            regions=stray,
            text=_STRAY,
            source="Beleidskader par. 2.4",
        )


def _of_two(partner: PartyId, one: Collaboration, other: Collaboration) -> Iterator[Gap]:
    """Yield the finding that two agreements hold for one core task in the same region."""
    shared = tuple(sorted(set(one.reach) & set(other.reach)))
    if one.core_task is not other.core_task or not shared:
        return
    names, same = (one.profile_name, other.profile_name), one.profile == other.profile
    yield Gap(
        kind="agreed-twice",
        partner=partner,
        core_task=one.core_task,
        profile=one.profile if same else None,
        regions=shared,
        text=_TWICE
        if same
        else Text(
            f"Voor één kerntaak in dezelfde regio twee profielen: {names[0].nl} en {names[1].nl}.",
            f"Two profiles for one core task in the same region: {names[0].en} and {names[1].en}.",
        ),
        source="Beleidskader par. 2.1, 2.2",
    )


def _of_assessment(partner: PartyId, scope: Scope | None, agreement: Collaboration) -> Iterator[Gap]:
    assessed, executing = agreement.assessed, agreement.phase == "execution"
    if assessed is not None and not agreement.assessable:
        source = "Beleidskader par. 1.4"
        yield _on(partner, agreement, "assessed-without-assessment", _NO_SUCH_ASSESSMENT, source)
    elif assessed is None and executing and agreement.assessable:
        text = _NEVER_REGIONAL if scope is Scope.REGIONAL else _NEVER_REQUIRED
        yield _on(partner, agreement, "not-assessed", text, "Beleidskader par. 3.2, 4.2")
    elif assessed is not None and executing and assessed.outcome == "not-under-this-profile":
        yield _on(partner, agreement, "position-against-profile", _AGAINST, "Beleidskader par. 4.2")


def _of_exercises(partner: PartyId, agreement: Collaboration) -> Iterator[Gap]:
    registered = any(each.steps for each in agreement.progress)
    if agreement.phase == "execution" and not agreement.exercised and not registered:
        yield _on(partner, agreement, "not-exercised", _NEVER_EXERCISED, "Beleidskader par. 3.2")


def _of_progress(partner: PartyId, agreement: Collaboration) -> Iterator[Gap]:
    """Yield what registers leave open; where none is about an agreement, nothing is said of it."""
    known = agreement.progress
    if not known:
        return
    if agreement.phase == "execution" and all(each.last_review is None for each in known):
        yield _on(partner, agreement, "not-reviewed", _NEVER_REVIEWED, f"{_FACTSHEET}, intercollegiale toets")
    opened = [point for each in known for point in each.open_points]
    if opened and all(each.next_evaluation is None for each in known):
        source = f"{_FACTSHEET}, informele evaluatie"
        yield _on(partner, agreement, "no-evaluation-planned", _NO_EVALUATION, source)
    if any(not each.point.owner.strip() for each in opened):
        yield _on(partner, agreement, "points-of-nobody", _POINTS_OF_NOBODY, "Beleidskader par. 4.2")


def _on(partner: PartyId, agreement: Collaboration, kind: GapKind, text: Text, source: str) -> Gap:
    """Return a finding on a whole agreement."""
    return Gap(
        kind=kind,
        partner=partner,
        core_task=agreement.core_task,
        profile=agreement.profile,
        regions=agreement.reach,
        text=text,
        source=source,
    )


_FACTSHEET: Final = "Factsheet netcentrische samenwerking"
_NEVER_REVIEWED: Final = Text(
    "Van een intercollegiale toets van de afspraken is niets bekend.",
    "No peer review of the agreements is known.",
)
_NO_EVALUATION: Final = Text(
    "Er zijn open verbeterpunten, maar er is geen evaluatie gepland.",
    "There are open points to improve, but no evaluation is planned.",
)
_POINTS_OF_NOBODY: Final = Text(
    "Er zijn open verbeterpunten die niemand oppakt.",
    "There are open points to improve that nobody takes up.",
)
_STRAY: Final = Text(
    "Een aanvulling van een regio waarvoor geen algemene afspraak geldt.",
    "An addition of a region for which no general agreement holds.",
)
_TWICE: Final = Text(
    "Twee afspraken voor dezelfde kerntaak in dezelfde regio; welke geldt?",
    "Two agreements for the same core task in the same region; which one holds?",
)
_NEVER_EXERCISED: Final = Text(
    "In uitvoering, maar van een gezamenlijke oefening is niets bekend.",
    "In execution, but no joint exercise is known.",
)
_NEVER_REGIONAL: Final = Text(
    "In uitvoering en nooit getoetst; ook regionale afspraken worden vanaf 2020 getoetst.",
    "In execution and never assessed; from 2020 regional agreements are assessed too.",
)
_NEVER_REQUIRED: Final = Text(
    "In uitvoering en nooit getoetst; voor deze partner is toetsing vereist.",
    "In execution and never assessed; for this partner an assessment is required.",
)
_NO_SUCH_ASSESSMENT: Final = Text(
    "Als getoetst opgegeven, maar voor dit profiel bestaat geen toetsing.",
    "Said to be assessed, but no assessment exists for this profile.",
)
_AGAINST: Final = Text(
    "In uitvoering onder een profiel waarvoor het standpunt luidt: geen samenwerking volgens dit profiel.",
    "In execution under a profile for which the position is: no collaboration under this profile.",
)
