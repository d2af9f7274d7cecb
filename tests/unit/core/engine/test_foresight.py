from __future__ import annotations

from sim.core.engine.foresight import Subscriptions, foresee
from sim.core.model.access import AccessTable, Rule
from sim.core.model.profile import Action

RULES = {
    "writer": (
        Rule("writer", Action.PUBLISH, "a/#", "write", "s"),
        Rule("writer", Action.READ, "a/#", "r", "s"),
    ),
    "reader": (Rule("reader", Action.READ, "a/+", "read", "s"),),
    "lapsed": (),
}
TABLE = AccessTable(RULES)


def subscribed(*who: str) -> Subscriptions:
    subscriptions = Subscriptions()
    for party in who:
        subscriptions.add(party, "a/#")
    return subscriptions


def test_foresee_of_an_allowed_publication_tells_who_gets_it_and_from_whom_it_is_withheld() -> None:
    foreseen = foresee(TABLE, subscribed("writer", "reader", "lapsed"), "writer", "a/b", 0)
    assert (foreseen.decision.allowed, foreseen.readers, foreseen.withheld) == (
        True,
        ("reader",),
        ("lapsed",),
    )


def test_foresee_of_a_refused_publication_reaches_nobody() -> None:
    foreseen = foresee(TABLE, subscribed("writer", "reader"), "reader", "a/b", 0)
    assert (foreseen.decision.allowed, foreseen.readers, foreseen.withheld) == (False, (), ())


def test_matching_after_a_subscription_was_given_up_leaves_it_out() -> None:
    subscriptions = subscribed("writer", "reader")
    subscriptions.add("reader", "a/b")
    subscriptions.discard("reader", "a/#")
    subscriptions.discard("reader", "never/asked")
    assert subscriptions.matching("a/b") == ["reader", "writer"]
    assert subscriptions.matching("a/c") == ["writer"]
