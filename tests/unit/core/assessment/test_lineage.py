"""The contamination tree: corners that no drawn case has."""

from __future__ import annotations

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.lineage import Built, Channel, Lineage, Node, lineage, size
from sim.core.assessment.judging.fault_results import fault_results
from sim.core.messages.contents import Briefing, ItemUpdate, SitRep
from sim.core.messages.items import Item, ItemRef
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    FAULT,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    REGION,
    STATUS,
    WATER,
    Log,
    item,
    minutes,
)


def wrong(name: str = "w", version: int = 1) -> Item:
    """Return an item that passes on the fault."""
    return item(name, version, faults=(FAULT,))


def tree(log: Log) -> Lineage:
    """Return the tree of the first fault of a log."""
    evidence = gather(log.end(100).records)
    return lineage(evidence.log, evidence.cases[0])


def node(log: Log, party: str) -> Node:
    """Return the node of a party in the tree of the first fault."""
    return next(known for known in tree(log).nodes if known.party == party)


def made(known: Node) -> list[tuple[str, str, int, int]]:
    """Return what a party made: what, about what, when (minutes) and how often."""
    return [(thing.what, thing.about, thing.at_ms // minutes(1), thing.count) for thing in known.built]


def test_a_fault_that_was_told_nobody_is_a_tree_of_one() -> None:
    log = Log()
    log.fault(10)
    found = tree(log)
    (root,) = found.nodes
    assert gather(log.records).log.start.isoformat() == "2021-07-14T12:00:00+02:00"
    assert (found.size, found.depth, found.again) == (1, 0, 0)
    assert (root.party, root.channel, root.at_ms, root.seq) == (WATER, Channel.ENTERED, minutes(10), 1)
    assert (root.parent, root.item, root.righted, root.held_ms, root.spans, root.open) == (
        None,
        None,
        None,
        0,
        (),
        False,
    )
    evidence = gather(log.records)
    assert size(evidence.log, evidence.cases[0]) == 1


def test_each_hangs_below_who_told_it_first_and_in_order_of_time() -> None:
    log = Log()
    log.fault(10)
    log.own(11, WATER, wrong(), (REGION, NEIGHBOUR))
    log.shared(12, wrong("s"), (GRID, WATER, NEIGHBOUR))
    log.shared(13, wrong("s", 2), (GRID, HELP))
    found = tree(log)
    assert [(known.party, known.parent, known.depth) for known in found.nodes] == [
        (WATER, None, 0),
        (NEIGHBOUR, WATER, 1),
        (REGION, WATER, 1),
        (GRID, REGION, 2),
        (HELP, REGION, 2),
    ]
    assert (found.size, found.depth, found.again) == (5, 2, 3)
    assert [(known.party, known.again, known.again_from) for known in found.nodes if known.again] == [
        (WATER, 1, (REGION,)),
        (NEIGHBOUR, 1, (REGION,)),
        (GRID, 1, (REGION,)),
    ]


def test_who_tells_it_without_having_been_told_hangs_below_the_root() -> None:
    log = Log()
    log.fault(10)
    log.own(20, GRID, wrong("g"), (REGION,))
    known = node(log, GRID)
    assert (known.parent, known.channel, known.at_ms, known.item) == (
        WATER,
        Channel.UNSEEN,
        minutes(20),
        ItemRef("g", 1),
    )


def test_a_party_that_the_log_does_not_describe_goes_by_its_id_and_is_a_liaisons() -> None:
    log = Log()
    log.fault(10)
    content = Briefing(activity=ACTIVITY, items=(wrong(),))
    log.send(11, WATER, f"outside/stranger/{WATER}/briefing", content, ("stranger",))
    known = node(log, "stranger")
    assert (known.name.nl, known.channel) == ("stranger", Channel.LIAISON)


def test_word_of_mouth_is_a_liaisons_or_the_telephone() -> None:
    """It is a fallback where both work in the tool; who reads what it wrote itself is told nothing."""
    log = Log()
    log.fault(10)
    content = Briefing(activity=ACTIVITY, items=(wrong(),))
    log.send(11, WATER, f"outside/{REGION}/{WATER}/briefing", content, (REGION, WATER))
    log.send(12, WATER, f"outside/{GAS}/{WATER}/briefing", content, (GAS,))
    log.sitrep(13, WATER, 13, (wrong(),))
    assert (node(log, REGION).channel, node(log, GAS).channel) == (Channel.TELEPHONE, Channel.LIAISON)
    assert (node(log, REGION).again, node(log, WATER).again) == (1, 0)


def test_a_sensitive_layer_is_a_way_too() -> None:
    log = Log()
    log.fault(10)
    log.send(11, WATER, f"layer/{REGION}/hydrants", ItemUpdate(item=wrong()), (REGION,))
    assert node(log, REGION).channel is Channel.LAYER


def test_a_message_with_several_wrong_items_tells_once() -> None:
    log = Log()
    log.fault(10)
    log.mail(11, WATER, REGION, Briefing(activity=ACTIVITY, items=(item("x"), wrong("b"), wrong("a"))))
    known = node(log, REGION)
    assert (known.item, known.again) == (ItemRef("b", 1), 0)


def test_what_was_built_on_it() -> None:
    log = Log()
    log.fault(10)
    log.own(11, WATER, wrong(), (REGION,))
    log.own(12, WATER, wrong("w", 2), (REGION,))
    report = SitRep(activity=ACTIVITY, from_ms=0, to_ms=1, due_ms=1, items=(wrong("w", 3),))
    log.mail(13, WATER, NEIGHBOUR, report)
    log.proposal(14, GRID, wrong("g"))
    log.shared(15, wrong("s"), (GRID,))
    log.decide(16, ItemRef("s", 1))
    log.shared(17, item("s", 2, faults=(FAULT,), status=STATUS.CORRECTED), (GRID,))
    assert made(node(log, WATER)) == [("item", "w", 11, 2), ("sitrep", "", 13, 1)]
    assert node(log, NEIGHBOUR).channel is Channel.SITREP
    assert made(node(log, REGION)) == [("item", "s", 15, 1), ("decision", "d-1", 16, 1)]
    assert node(log, GRID).built == (Built(what="proposal", about="g", at_ms=minutes(14), seq=5, count=1),)


def test_what_a_threat_means_is_built_on_it_while_the_threat_is_held() -> None:
    """A copy of the threat, what others say of it, and what is said once it is put right, are no effect of it."""
    log = Log()
    log.fault(10)
    effect = item("effect", source=GRID, subject="power", relates_to=("s",))
    log.own(11, GRID, effect, (REGION,))
    log.shared(12, wrong("s"), (GRID,))
    log.own(13, GRID, effect, (REGION,))
    log.own(14, REGION, effect, (GRID,))
    log.own(14, HELP, item("help", source=HELP, subject="help", relates_to=("s",)), (REGION,))
    log.own(15, GRID, item("copy", source=GRID, relates_to=("s",)), (REGION,))
    log.own(15, GRID, item("far", source=GRID, subject="far", relates_to=("other",)), (REGION,))
    log.shared(16, item("s", 2, faults=(FAULT,), status=STATUS.CORRECTED), (GRID,))
    log.own(17, GRID, effect, (REGION,))
    assert made(node(log, GRID)) == [("effect", "effect", 13, 1)]


def test_how_it_ended_on_a_branch() -> None:
    log = Log()
    log.fault(10)
    log.own(11, WATER, wrong(), (REGION, GRID, GAS))
    log.note(12, GRID, "recognised", wrong())
    log.signal(13, GRID, wrong())
    log.own(14, WATER, item("w", 2, faults=(FAULT,), status=STATUS.CORRECTED), (REGION, GRID))
    log.own(15, WATER, item("w", 3, faults=(FAULT,), status=STATUS.LAPSED), ())
    known = node(log, GRID)
    assert known.recognised is not None
    assert known.signalled is not None
    assert known.righted is not None
    moments = (known.recognised.at_ms, known.signalled.at_ms, known.righted.at_ms)
    assert (moments, known.corrected) == ((minutes(12), minutes(13), minutes(14)), None)
    assert (known.spans, known.held_ms, known.open) == (((minutes(11), minutes(14)),), minutes(3), False)
    root = node(log, WATER)
    assert root.corrected is not None
    assert (root.corrected.at_ms, root.righted, root.signalled) == (minutes(14), root.corrected, None)
    assert (node(log, GAS).open, node(log, GAS).righted) == (True, None)


def test_a_decision_names_the_faults_of_a_version_that_no_message_tells() -> None:
    """While the tool is down a version can stand in the picture and be sent to nobody."""
    log = Log()
    log.fault(10)
    log.own(11, WATER, wrong(), (REGION,))
    decide = log.decide
    decide(12, ItemRef("s", 1))
    assert fault_results(gather(log.records))[0].decisions == ()
    sent = log.records[-1].content.event.data
    log.send(13, REGION, f"activity/{ACTIVITY}/decision/rot/d-2", sent, (), injectids=f"i-1,{FAULT}")
    (result,) = fault_results(gather(log.records))
    assert len(result.decisions) == 1


def test_a_correction_of_one_subject_puts_nothing_right_about_another() -> None:
    log = Log()
    log.fault(10)
    about_power = item("p", subject="power", faults=(FAULT,))
    log.own(11, WATER, wrong(), (REGION,))
    log.own(12, WATER, about_power, (REGION,))
    log.own(13, WATER, item("w", 2, faults=(FAULT,), status=STATUS.CORRECTED), (REGION,))
    assert (node(log, REGION).open, node(log, REGION).held_ms) == (True, minutes(89))
