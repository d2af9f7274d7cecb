"""Pictures (Modeluitwerking 9): the initial picture in its term, reports at set times, and keeping current."""

from __future__ import annotations

from sim.core.assessment.measures.timeliness import initial_picture
from sim.core.messages.contents import Ack, Alarm, Alert, Briefing, ItemUpdate, SitRep
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Agreement, Norm
from sim.core.model.cue import Open, Scale
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role, Spread
from sim.core.picture.quality import age_ms
from tests.process.stage import Heard, Played, agreed, inject, minutes, play, so
from tests.unit.core.agents.helpers import CARE, FLOOD, GRID, LEVEL, RAIL, REGION, RIVER, WATER

OPENED = inject(30, Open(activity=FLOOD))
SCALED = inject(40, Scale(activity=FLOOD, grip=2))
TERM = Norm(minutes(45), "process.pictures")
HOURLY = minutes(60)
THERE = f"status-{CARE}"
"""What a partner says that has nothing else to tell yet: that it is there."""


def head(handling: float, attention: float = 24 * 60) -> Post:
    """One head of information, whom everything takes as long (minutes), and no one to help."""
    took = Spread(minutes(handling), minutes(handling))
    return Post(Role.HEAD_OF_INFORMATION, on_duty=1, handling=took, attention_ms=minutes(attention))


def water(**terms: object) -> Agreement:
    return agreed(WATER, alert_systems=(RIVER,), monitors=False, initial_picture=TERM, **terms)


def waited_ms(played: Played, party: str) -> float:
    """How long a party took over its initial picture, as the assessment has it."""
    figure = initial_picture(played.evidence, party)
    assert figure is not None
    assert figure.value is not None
    return figure.value


def own_tab(played: Played) -> list[Heard]:
    return played.of(ItemUpdate, sender=WATER, shape=Shape.OWN)


# The initial picture -------------------------------------------------------------------------------


def test_who_has_the_people_for_it_makes_its_initial_picture_in_time() -> None:
    played = play(
        injects=[OPENED],
        truth=[so(10)],
        agreements=[water()],
        members=(REGION, WATER),
        parties={WATER: {"staff": (head(10),)}},
        hours=3,
    )

    (alert,) = played.of(Alert, to=WATER)
    picture = own_tab(played)[0]

    assert played.led_to(picture) == [alert]
    assert alert.event.injects == (OPENED.id,)
    assert waited_ms(played, WATER) <= TERM.limit_ms


def test_what_the_partner_adds_stands_in_the_situational_picture_because_of_its_tab() -> None:
    played = play(
        injects=[OPENED],
        agreements=[agreed(CARE, alert_systems=(RIVER,))],
        members=(REGION, CARE),
        hours=2,
    )

    shared = next(one for one in played.of(ItemUpdate, shape=Shape.SHARED) if one.data.item.subject == THERE)
    alert, tab = played.led_to(shared)

    assert (alert.data.activity, alert.to) == (FLOOD, CARE)
    assert (tab.sender, tab.shape, tab.data.item.subject) == (CARE, Shape.OWN, THERE)


def test_who_is_overloaded_makes_its_initial_picture_too_late() -> None:
    """Overload: one head of information, with three things in hand when the alert comes."""
    played = play(
        injects=[OPENED],
        truth=[so(25 + place, f"level-{place}") for place in range(3)],
        agreements=[water()],
        members=(REGION, WATER),
        parties={WATER: {"staff": (head(40),)}},
        hours=6,
    )

    (alert,) = played.of(Alert, to=WATER)
    picture = next(one for one in own_tab(played) if one.event.causationid)

    assert played.led_to(picture) == [alert]
    assert picture.at_ms - alert.at_ms > TERM.limit_ms


def test_what_waits_longer_than_attention_lasts_is_missed_and_names_the_alert() -> None:
    """Overload: nobody gets round to the initial picture at all."""
    played = play(
        injects=[OPENED],
        truth=[so(29, f"level-{place}") for place in range(3)],
        agreements=[water()],
        members=(REGION, WATER),
        parties={WATER: {"staff": (head(120, attention=60),)}},
        hours=6,
    )

    (alert,) = played.of(Alert, to=WATER)
    (missed,) = [one for one in played.notes("missed", WATER) if "own-picture.begin" in one.text]

    assert missed.cause == (alert.event.id,)
    assert missed.text == "head-of-information: waited 1 h 00 min (own-picture.begin)"
    assert not any(one.event.causationid for one in own_tab(played))


# Situation reports ---------------------------------------------------------------------------------


def reports(staff: tuple[Post, ...], *, rises: float) -> Played:
    """A structural partner that is to report every hour; at a moment (minutes) there is something else to tell."""
    return play(
        injects=[OPENED, SCALED],
        truth=[so(rises)],
        agreements=[agreed(GRID, alarm_level=2, sitrep_every_ms=HOURLY, monitors=False)],
        members=(REGION, GRID),
        parties={GRID: {"staff": staff}},
        hours=5,
    )


def due_hours(alarm: Heard, found: list[Heard]) -> list[int]:
    """For how many hours after the alarm each report was due."""
    return [round((one.data.due_ms - alarm.at_ms) / HOURLY) for one in found]


def test_reports_come_at_set_times_because_of_the_alarm() -> None:
    played = reports((head(5),), rises=100)

    (alarm,) = played.of(Alarm, to=GRID)
    found = played.of(SitRep, sender=GRID)

    assert due_hours(alarm, found) == [1, 2, 3, 4]
    assert all(abs(one.at_ms - one.data.due_ms) <= minutes(1) for one in found)
    assert [played.led_to(one) for one in found] == [[alarm]] * 4


def test_a_report_is_missed_by_who_has_too_much_else_to_tell() -> None:
    """Overload: the water rises, half an hour's work, just before the second report."""
    played = reports((head(30, attention=20),), rises=125)

    (alarm,) = played.of(Alarm, to=GRID)
    missed = [one for one in played.notes("missed", GRID) if "reporting.send" in one.text]

    assert {(one.cause, one.text) for one in missed} == {
        ((alarm.event.id,), "head-of-information: waited 20 min (reporting.send)")
    }
    due = due_hours(alarm, played.of(SitRep, sender=GRID))
    assert 1 in due
    assert 2 not in due


# Actuality -----------------------------------------------------------------------------------------


def oldest_ms(played: Played) -> int:
    """The greatest age that the shared level reached before something newer replaced it."""
    found = [one for one in played.of(ItemUpdate, shape=Shape.SHARED) if one.data.item.subject == LEVEL]
    until = [one.at_ms for one in found[1:]] + [minutes(6 * 60)]
    return max(age_ms(one.data.item, at_ms) for one, at_ms in zip(found, until, strict=True))


def upkept(agreement: Agreement, *staff: Post) -> Played:
    """Only the water board sees the river, which stays as it is from 80 minutes on."""
    return play(
        injects=[OPENED],
        truth=[so(35 + 45 * turn, amount=300.0 + 50 * turn) for turn in range(2)],
        agreements=[agreement],
        members=(REGION, WATER),
        parties={REGION: {"competence": Competence(("other",), None)}, WATER: {"staff": staff}},
        hours=6,
    )


ACTUAL = Norm(minutes(60), "process.pictures")


def test_who_agreed_on_an_age_looks_again_before_its_items_are_older() -> None:
    played = upkept(water(actuality=ACTUAL), head(1))
    again = [one for one in own_tab(played) if one.data.item.observed_at_ms > minutes(80)]
    shared = [one for one in played.of(ItemUpdate, shape=Shape.SHARED) if one.event.causationid]

    assert again
    # What stays as it was is looked at half as often, up to a quarter as often.
    assert oldest_ms(played) <= 4 * ACTUAL.limit_ms
    assert {one.event.id for one in again} <= {one.event.causationid for one in shared}


def test_where_no_age_was_agreed_nobody_looks_again_and_the_picture_ages() -> None:
    """Not agreed: the water board keeps to no age."""
    assert oldest_ms(upkept(water(), head(1))) > 4 * ACTUAL.limit_ms


def test_who_has_gone_home_does_not_look_again() -> None:
    """Nobody on call: the one head of information is there for the first two hours of the exercise."""
    until_ten = (minutes(8 * 60), minutes(10 * 60))
    gone = Post(Role.HEAD_OF_INFORMATION, on_duty=1, hours=until_ten, attention_ms=minutes(60))
    played = upkept(water(actuality=ACTUAL), gone)

    unreachable = [one for one in played.notes("unreachable", WATER) if "upkeep.look" in one.text]
    assert unreachable[0].text == "head-of-information: waited 1 h 00 min (upkeep.look)"
    assert unreachable[0].cause == (played.of(Alert, to=WATER)[0].event.id,)
    assert oldest_ms(played) > 4 * ACTUAL.limit_ms


# The liaison ---------------------------------------------------------------------------------------


def link(liaison: Post) -> Played:
    return play(
        injects=[OPENED, SCALED],
        truth=[so(10)],
        agreements=[agreed(RAIL, alarm_level=2)],
        members=(REGION, RAIL),
        parties={RAIL: {"staff": (liaison,)}},
        hours=6,
    )


def test_once_the_liaison_is_there_the_link_partner_hears_the_picture() -> None:
    played = link(Post(Role.LIAISON, on_duty=1))

    (alarm,) = played.of(Alarm, to=RAIL)
    first = played.of(Briefing, to=RAIL)[0]
    came, arrival = played.led_to(first)

    assert came == alarm
    assert (arrival.sender, arrival.data) == (RAIL, Ack(activity=FLOOD, of=alarm.event.id, arrived=True))
    assert [item.subject for item in first.data.items] == [LEVEL]


def test_before_the_liaison_arrives_the_link_partner_hears_nothing() -> None:
    """Liaison stuck: three hours on the road."""
    stuck = Post(
        Role.LIAISON, on_call=1, arrival=Spread(minutes(180), minutes(180)), attention_ms=minutes(240)
    )
    played = link(stuck)

    (alarm,) = played.of(Alarm, to=RAIL)
    came, there = [one for one in played.notes("arrived", RAIL) if "liaison" in one.text]
    first = played.of(Briefing, to=RAIL)[0]

    assert (came.text, came.cause) == ("liaison", (alarm.event.id,))
    assert there.text == f"the liaison is with {REGION} for {FLOOD}"
    assert there.cause == (alarm.event.id,)
    assert first.at_ms >= there.at_ms >= alarm.at_ms + minutes(180)


def test_where_the_liaison_never_gets_there_nothing_is_told() -> None:
    """Liaison stuck: still on the road when the exercise ends."""
    stuck = Post(
        Role.LIAISON, on_call=1, arrival=Spread(minutes(600), minutes(600)), attention_ms=minutes(60)
    )
    played = link(stuck)

    assert [one.data.arrived for one in played.of(Ack, sender=RAIL)] == [False]
    assert played.of(Briefing, to=RAIL) == []
