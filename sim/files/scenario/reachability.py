"""Finds what a sound scenario can never show: what nobody can perceive, recognise, fill or follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sim.core.agents.roster import handles
from sim.core.messages.contents import Invitation
from sim.core.model.cue import Close, Invite, Open, SeekSupport, SendAlert, ToolDown, ToolUp, TryRead
from sim.core.model.ids import ActivityId, InjectId, PartyId
from sim.core.model.party import Party
from sim.core.model.time import format_offset
from sim.core.picture.observation import THREATENING, Fact
from sim.core.world.perception import perceives
from sim.core.world.scenario import Scenario
from sim.files.faults.reach import warn_faults
from sim.files.problems import Where, hint, show


def warn_unreachable(
    scenario: Scenario, file: Where, added: Mapping[InjectId, Where] = MappingProxyType({})
) -> None:
    """Report, as warnings, what the script holds and the exercise cannot show.

    ``added`` are the places of faults that are added to the scenario from other files.
    """
    _warn_unperceived(scenario, file.at("facts"))
    _warn_unappraised(scenario, file.at("facts"))
    _warn_unpublished(scenario, file.at("facts"))
    warn_faults(scenario, file.at("faults"), added)
    _warn_closed(scenario, file)
    _warn_not_followed(scenario, file.at("injects"))
    _warn_interests(scenario, file.at("parties"))
    _warn_systems(scenario, file)


def _facts(scenario: Scenario) -> Iterator[tuple[str, list[Fact]]]:
    """Yield each subject with all that becomes so of it."""
    facts: dict[str, list[Fact]] = {}
    for change in scenario.truth:
        facts.setdefault(change.fact.subject, []).append(change.fact)
    yield from facts.items()


def _perceivers(scenario: Scenario, fact: Fact) -> list[Party]:
    return [party for party in scenario.parties.values() if perceives(party, fact)]


def _warn_unperceived(scenario: Scenario, section: Where) -> None:
    for subject, facts in _facts(scenario):
        if not any(_perceivers(scenario, fact) for fact in facts):
            found = f"none for system {show(facts[0].system)} at this place"
            section.item(subject).warning("a party that is competent to perceive it", found)


def _warn_unappraised(scenario: Scenario, section: Where) -> None:
    """Warn of effects that nobody's agreement makes them work out, as they then stay unknown (Modeluitwerking 4)."""
    threats = {change.fact.subject: change.fact for change in scenario.truth}
    for subject, facts in _facts(scenario):
        threat = threats.get(facts[0].effect_of)
        if threat is None:
            continue  # it is no effect; or of a threat that never is so, which has its own warning
        where = section.item(subject).at("effect_of")
        if threat.kind not in THREATENING:
            where.warning(f"a {' or an '.join(THREATENING)}, which can be a threat", f"a {threat.kind}")
        if not any(threat.system in _threats(scenario, party) for party in _perceivers(scenario, facts[0])):
            expected = f"a competent party whose agreement has {show(threat.system)} in threats"
            where.warning(expected, "none")


def _threats(scenario: Scenario, party: Party) -> set[str]:
    agreement = scenario.agreements.get(party.id)
    if agreement is None:
        return set()
    held = (agreement, *agreement.additions.values())
    return {system for one in held for system in one.threats}


def _warn_unpublished(scenario: Scenario, section: Where) -> None:
    """Warn of facts of a sensitive layer that no region perceives: it is the region that publishes its layers."""
    for subject, facts in _facts(scenario):
        layer = facts[0].layer
        perceivers = (party for fact in facts for party in _perceivers(scenario, fact))
        if layer and not any("layers" in scenario.profiles[party.profile].behaviours for party in perceivers):
            found = f"none for system {show(facts[0].system)} at this place"
            section.item(subject).at("layer").warning("a region that perceives it and publishes it", found)


def _warn_closed(scenario: Scenario, file: Where) -> None:
    """Warn of cues for an activity that is not open at their time, and of activities that never open."""
    opened: set[str] = set()
    closed_at: dict[str, int] = {}
    for inject in scenario.injects:
        cue = inject.cue
        if isinstance(cue, TryRead | ToolDown | ToolUp):
            continue
        if isinstance(cue, Open):
            opened.add(cue.activity)
            closed_at.pop(cue.activity, None)
            continue
        where = file.at("injects").item(inject.id).at("at")
        moment = format_offset(inject.at_ms)
        if cue.activity in closed_at:
            closed = format_offset(closed_at[cue.activity])
            where.warning(f"a time before {cue.activity} was closed ({closed})", moment)
        elif cue.activity not in opened and not isinstance(cue, SendAlert):  # alerting comes before opening
            where.warning(f"a time after {cue.activity} was opened", f"{moment}, with no open before it")
        if isinstance(cue, Close):
            closed_at[cue.activity] = inject.at_ms
    for activity in scenario.activities:
        if activity not in opened:
            file.at("activities").item(activity).warning("an inject that opens it", "none")


def _warn_not_followed(scenario: Scenario, section: Where) -> None:
    """Warn of invitations and calls for help that come to nothing, because nothing was agreed or nobody reacts.

    Access has an agreement as its precondition (Beleidskader Tabel 3); an ad-hoc partner is helped with the themes
    that were agreed (par. 2.2.3).
    """
    for inject in scenario.injects:
        where, cue = section.item(inject.id), inject.cue
        if isinstance(cue, Invite):
            place = where.at("cue").at("party")
            profile = scenario.profiles[scenario.parties[cue.party].profile]
            if not handles(profile, Invitation):
                expected = "a party whose profile reacts to an invitation"
                place.warning(expected, f"{show(cue.party)} with profile {profile.id}")
            _warn_not_agreed(scenario, cue.party, cue.activity, place)
        elif isinstance(cue, SeekSupport):
            _warn_not_agreed(scenario, inject.to, cue.activity, where.at("to"), by_theme=True)


def _warn_not_agreed(
    scenario: Scenario, party: PartyId, activity: ActivityId, where: Where, *, by_theme: bool = False
) -> None:
    region = scenario.activities[activity].directing
    agreement = scenario.agreements.get(party)
    here = None if agreement is None else agreement.in_region(region)
    if here is None:
        where.warning(f"a party that has an agreement with {show(region)}, or it is refused", show(party))
    elif by_theme and not here.seconded_themes:
        expected = "a party with whom it was agreed for which themes it is helped, or it is refused"
        where.warning(expected, show(party))


def _warn_interests(scenario: Scenario, section: Where) -> None:
    filled = {fact.theme for _, facts in _facts(scenario) for fact in facts if _perceivers(scenario, fact)}
    for party in scenario.parties.values():
        _warn_two_sources(scenario, party, section.item(party.id).at("interests"))
        for index, theme in enumerate(party.interests):
            if theme not in filled:
                where = section.item(party.id).at("interests").item(index)
                where.warning(
                    "a theme with a fact that some party perceives", f"{show(theme)}, which stays empty"
                )


def _warn_two_sources(scenario: Scenario, party: Party, where: Where) -> None:
    """Warn of interests beside other needs in the agreement, as the agreement decides (Modeluitwerking 10)."""
    agreement = scenario.agreements.get(party.id)
    if agreement is None or not party.interests:
        return
    for one in (agreement, *agreement.additions.values()):
        if one.needs and set(one.needs) != set(party.interests):
            expected = f"none, or those that its agreement names and that decide ({', '.join(one.needs)})"
            where.warning(expected, show(list(party.interests)))
            return


def _warn_systems(scenario: Scenario, file: Where) -> None:
    """Warn of systems that no party looks after, because they are often misspelt."""
    known = {system for party in scenario.parties.values() for system in party.competence.systems}
    places = [
        *((file.at("activities").item(known_as).at("systems"), activity.systems)
          for known_as, activity in scenario.activities.items()),
        *((Where(file.problems, f"agreements/{agreement.partner}.toml", "process.alerting.systems"),
           agreement.alert_systems) for agreement in scenario.agreements.values()),
    ]  # fmt: skip
    for where, systems in places:
        for index, system in enumerate(systems):
            if system not in known:
                where.item(index).warning(f"a system of some party{hint(system, known)}", show(system))
