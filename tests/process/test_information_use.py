"""Use of information (Modeluitwerking 11; Beleidskader par. 2.3.1): what is restricted, and who may have it."""

from __future__ import annotations

from sim.core.messages.contents import Confidence, ItemUpdate, SitRep, items_in
from sim.core.messages.items import Sensitivity
from sim.core.messages.topics import Shape
from sim.core.model.agreement import Agreement
from sim.core.model.cue import Open, TryRead, TryWrite
from sim.core.model.party import Competence
from sim.core.records.kinds import Denied
from tests.process.stage import Heard, Played, agreed, inject, play, so
from tests.unit.core.agents.helpers import CARE, FLOOD, GRID, LEVEL, RAIL, REGION, RIVER, WATER

OPENED = inject(30, Open(activity=FLOOD))
WEAK = "weak-spot"
"""A weak spot in the dike, which only the water board knows of."""
SECRET = so(40, WEAK, sensitivity=Sensitivity.RESTRICTED)
HYDRANTS = so(10, "hydrant-1", system="hydrants", layer="hydrants")
BLIND = {"competence": Competence(("other",), None)}


def confided(*agreements: Agreement) -> Played:
    """The water board knows of a weak spot; nobody else sees it."""
    return play(
        injects=[OPENED],
        truth=[SECRET],
        agreements=[agreed(WATER, alert_systems=(RIVER,)), *agreements],
        members=(REGION, WATER, GRID, RAIL, CARE),
        parties={REGION: BLIND, GRID: BLIND, RAIL: BLIND},
        hours=4,
    )


def told_of(played: Played, subject: str) -> list[Heard]:
    return [one for one in played.heard if any(item.subject == subject for item in items_in(one.data))]


def denied(played: Played, party: str) -> list[tuple[str, tuple[str, ...]]]:
    """By which rule of the table a party was refused, and what led to each attempt."""
    return [
        (entry.content.rule, tuple(entry.cause))
        for entry in played.entries
        if isinstance(entry.content, Denied) and entry.content.party == party
    ]


# Restricted items ----------------------------------------------------------------------------------


def test_what_is_restricted_goes_by_post_to_the_region_and_on_to_who_may_have_it() -> None:
    played = confided(agreed(GRID, restricted_systems=(RIVER,)))

    (passed_on,) = played.of(Confidence, to=GRID)
    (first,) = played.led_to(passed_on)

    assert (first.sender, first.to, first.readers) == (WATER, REGION, (REGION,))
    assert passed_on.readers == (GRID,)


def test_nobody_else_reads_it_anywhere() -> None:
    played = confided(agreed(GRID, restricted_systems=(RIVER,)))

    assert {reader for one in told_of(played, WEAK) for reader in one.readers} == {REGION, GRID}
    assert {type(one.data) for one in told_of(played, WEAK)} == {Confidence}
    assert told_of(played, WEAK)
    assert played.of(SitRep) == []


def test_outside_the_tool_it_is_told_by_the_liaison() -> None:
    played = confided(agreed(RAIL, restricted_systems=(RIVER,)))

    (passed_on,) = played.of(Confidence, to=RAIL)

    assert passed_on.shape is Shape.OUTSIDE
    assert [one.sender for one in played.led_to(passed_on)] == [WATER]


def test_who_agreed_on_another_system_is_never_told() -> None:
    """Wrong theme: the grid operator may be told what is restricted of gas, and this is of the river."""
    played = confided(agreed(GRID, restricted_systems=("gas",)))

    assert {reader for one in told_of(played, WEAK) for reader in one.readers} == {REGION}
    assert played.of(Confidence, to=GRID) == []


# Sensitive map layers ------------------------------------------------------------------------------


def layered(*layers: str) -> Played:
    """The region keeps a layer of hydrants; the water board and the grid operator both try to read it."""
    tries = [inject(60, TryRead(filters=(f"layer/{REGION}/hydrants",)), to) for to in (WATER, GRID)]
    return play(
        injects=[OPENED, *tries],
        truth=[HYDRANTS],
        agreements=[agreed(WATER, layers=layers), agreed(GRID, layers=layers)],
        members=(REGION, WATER, GRID),
        parties={REGION: {"competence": Competence(("hydrants",), None)}},
        hours=2,
    )


def test_a_layer_is_read_by_who_was_given_it_and_stands_in_no_picture() -> None:
    (layer,) = told_of(layered("hydrants"), "hydrant-1")

    assert (layer.shape, layer.sender, layer.readers) == (Shape.LAYER, REGION, (WATER,))


def test_a_layer_that_was_not_agreed_is_read_by_nobody_and_the_attempt_is_refused() -> None:
    """Not agreed: the water board was given another layer."""
    played = layered("gas-stations")
    (refused,) = denied(played, WATER)

    assert [one.readers for one in told_of(played, "hydrant-1")] == [()]
    assert refused == ("layer-not-agreed", (f"i-try-read-60-{WATER}",))


def test_who_has_no_information_organisation_of_its_own_is_given_no_layer_whatever_was_agreed() -> None:
    assert denied(layered("hydrants"), GRID) == [("no-layers", (f"i-try-read-60-{GRID}",))]


def test_who_writes_where_the_region_directs_is_refused_by_the_table() -> None:
    """Somebody at the water board tries to write into the situational picture itself."""
    attempt = inject(60, TryWrite(activity=FLOOD, subject=LEVEL, place="shared"), WATER)
    played = play(injects=[OPENED, attempt], truth=[so(10)], members=(REGION, WATER), hours=2)

    assert denied(played, WATER) == [("shared-is-directed", (attempt.id,))]
    assert played.of(ItemUpdate, sender=WATER, shape=Shape.SHARED) == []
