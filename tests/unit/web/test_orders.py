"""Orders and what is said from a seat: forms made into commands that an exercise takes, or a clear line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import FormData
from starlette.testclient import TestClient

from sim.core.messages.contents import ItemUpdate
from sim.core.messages.topics import fault_in
from sim.core.world.scenario import Scenario
from sim.files.problems import InputError
from sim.files.scenario.loading import load_open
from sim.files.scenario.thrown import Thrown
from sim.replay.scene import Scene
from sim.session.steering.commands import Command, Pause, Rise, Say, Sit, Speed, ThrowFault, ThrowIn
from sim.session.steering.remote import SteeredRunError
from sim.session.steering.told import Answer
from sim.web.forms import CUE_FORMS, FAULT_TYPES, fault_of, inject_of
from sim.web.options import ServeOptions
from sim.web.sayings import _MAKERS, SayingError, saying_of
from sim.web.views.offers import offers
from tests.unit.web.conftest import BEEKDAL, RUN, log_in
from tests.unit.web.serving import JSON, ORIGIN, FakeRun, asking, fake_exercise, going_on

ADDRESS = f"/runs/{RUN}/orders"
FILLED = {
    "activity": "wateroverlast", "party": "gasunie", "subject": "stream-level", "text": "Stuur iemand.",
    "filters": "#\r\n",
    "grip": "2", "level": "2", "team": "rot", "place": "shared", "theme": "a2-situation", "bundle": "standby",
}  # fmt: skip
SAID = {
    "activity": "wateroverlast", "to": "vr24", "of": "vr24-1", "subject": "stream-level", "theme": "a2-situation",
    "title": "Hoog water", "text": "Het stijgt.", "place": "own", "region": "vr24", "team": "rot", "grip": "2",
    "bundle": "standby", "themes": "a2-situation", "outcome": "accepted", "value_name": "depth", "value_amount": "1,5",
    "value_unit": "m", "lon": "5.85", "lat": "50.86", "ago": "5m", "valid": "2h", "status": "verified",
}  # fmt: skip


@pytest.fixture
def run() -> FakeRun:
    return FakeRun()


@pytest.fixture
def steering(runs: Path, scenario: Scenario, run: FakeRun) -> Iterator[TestClient]:
    with going_on(fake_exercise(RUN, scenario, run)), asking(ServeOptions(runs)) as client:
        client.get(f"/runs/{RUN}/seat")
        yield client


def form(**fields: Any) -> FormData:
    return FormData(list(fields.items()))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"do": "pause"}, Pause),
        ({"do": "speed", "speed": "2.5"}, Speed),
        ({"do": "throw-in", "cue": "open"}, ThrowIn),
        ({"do": "throw-fault", "type": "late"}, ThrowFault),
        ({"do": "sit", "party": "wl"}, Sit),
        ({"do": "rise", "party": "wl"}, Rise),
        ({"do": "say", "party": "wl", "what": "request", **SAID}, Say),
    ],
)
def test_an_order_is_sent(
    steering: TestClient, run: FakeRun, fields: dict[str, str], kind: type[Command]
) -> None:
    answer = steering.post(ADDRESS, data=fields, headers=JSON)

    assert (answer.status_code, answer.json()["done"]) == (200, True)
    (sent,) = run.sent
    assert isinstance(sent, kind)
    assert sent.by == (f"seat:{fields['party']}" if kind in (Sit, Rise, Say) else "staff")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "nonsense"},
        {"do": "speed", "speed": "fast"},
        {"do": "speed", "speed": "nan"},
        {"do": "speed", "speed": "1e9"},
        {"do": "speed"},
        {"do": "say", "party": "wl"},
        {"do": "say", "party": "nobody", "what": "statement", **SAID},
        {"do": "say", "party": "", "what": "statement", **SAID},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "value_amount": "nan"},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "lon": "inf"},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "valid": "9" * 30 + "d"},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "ago": "soon"},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "subject": "Not an id"},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "title": ""},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "place": "moon"},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "activity": ""},
        {"do": "say", "party": "wl", "what": "statement", **SAID, "status": "sure"},
        {"do": "say", "party": "wl", "what": "decision", **SAID, "rests_on": "x@y"},
        {"do": "say", "party": "wl", "what": "decision", **SAID, "rests_on": "x@" + "9" * 40},
        {"do": "say", "party": "wl", "what": "decision", **SAID, "text": ""},
        {"do": "say", "party": "wl", "what": "level", **SAID, "grip": "high"},
        {"do": "say", "party": "wl", "what": "signal", **SAID},
        {"do": "say", "party": "wl", "what": "signal", **SAID, "about": "not-there@1"},
        {"do": "say", "party": "wl", "what": "request", **SAID, "purpose": "fun"},
        {"do": "say", "party": "wl", "what": "answer", **SAID, "outcome": "fun"},
        {"do": "say", "party": "wl", "what": "ack", **SAID, "to": "../x"},
    ],
)
def test_what_is_no_order_is_told_in_one_line_and_not_sent(
    steering: TestClient, run: FakeRun, fields: dict[str, str]
) -> None:
    answer = steering.post(ADDRESS, data=fields, headers=JSON)

    assert (answer.status_code, answer.json()["done"]) == (422, False)
    assert len(answer.json()["text"]) > 15
    assert "\n" not in answer.json()["text"]
    assert run.sent == []


@pytest.mark.parametrize(
    ("told", "done", "says"),
    [
        (Answer("c1", ok=False, problem="party: expected"), False, "party: expected"),
        (Answer("c1", ok=True, outcome="denied", rule="r-1", source="s-1"), False, "r-1"),
        (Answer("c1", ok=True, outcome="waiting"), True, ""),
        (Answer("c1", ok=True, made="live-1"), True, "live-1"),
        (Answer("c1", ok=True, event="wl-7", outcome="accepted"), True, "wl-7"),
        (Answer("c1", ok=True), True, ""),
    ],
)
def test_what_came_of_an_order_is_told(
    steering: TestClient, run: FakeRun, told: Answer, done: bool, says: str
) -> None:
    run.answer = told

    answer = steering.post(ADDRESS, data={"do": "pause"}, headers=JSON).json()

    assert answer["done"] is done
    assert says in answer["text"]
    assert answer["text"]


@pytest.mark.parametrize(
    ("order", "page"),
    [
        ({"do": "pause"}, "control"),
        ({"do": "sit", "party": "wl"}, "seat?party=wl"),
        ({"do": "rise", "party": "a&b=c"}, "seat?party=a%26b%3Dc"),
    ],
)
def test_who_has_no_script_is_led_back_to_the_page(
    steering: TestClient, order: dict[str, str], page: str
) -> None:
    answer = steering.post(ADDRESS, data=order, headers=ORIGIN, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{RUN}/{page}")


@pytest.mark.parametrize(
    ("answer", "outcome", "says"),
    [
        (Answer("c1", ok=True), "done", "Done."),
        (
            Answer("c1", ok=False, problem="expected <b>this</b>"),
            "refused",
            "expected &lt;b&gt;this&lt;/b&gt;",
        ),
    ],
)
def test_who_has_no_script_sees_once_what_came_of_an_order(
    steering: TestClient, run: FakeRun, answer: Answer, outcome: str, says: str
) -> None:
    run.answer = answer
    shown = steering.post(
        ADDRESS, data={"do": "sit", "party": "wl"}, headers={**ORIGIN, "Accept-Language": "en"}
    )
    told = f'<p class="answer" role="status" data-outcome="{outcome}">'
    assert str(shown.url).endswith(f"/runs/{RUN}/seat?party=wl")
    assert told in shown.text
    assert says in shown.text.split(told)[1].split("</p>")[0]
    assert told not in steering.get(f"/runs/{RUN}/seat?party=wl").text


def test_an_exercise_that_is_over_or_has_died_says_so(steering: TestClient, run: FakeRun) -> None:
    run.error = SteeredRunError("the exercise is over")
    died = steering.post(ADDRESS, data={"do": "pause"}, headers=JSON)
    assert (died.status_code, "is over" in died.json()["text"]) == (422, True)

    run.is_over = True
    over = steering.post(ADDRESS, data={"do": "pause"}, headers=JSON)
    assert (over.status_code, over.json()["done"]) == (409, False)


def test_a_participant_orders_for_its_own_party_only(
    runs: Path, accounts: Path, scenario: Scenario, run: FakeRun
) -> None:
    with (
        going_on(fake_exercise(RUN, scenario, run)),
        asking(ServeOptions(runs, accounts=accounts)) as client,
    ):
        client.post("/login", data={"name": "x"}, headers=ORIGIN)
        log_in_following(client, "piet")
        for do in ("sit", "say", "rise"):
            for party in ("wl", "vr24", "", "enexis ,wl"):
                answer = client.post(
                    ADDRESS, data={"do": do, "party": party, "what": "request", **SAID}, headers=JSON
                )
                assert answer.status_code == 403, (do, party)
        assert run.sent == []
        assert client.post(ADDRESS, data={"do": "sit", "party": "enexis"}, headers=JSON).json()["done"]


def log_in_following(client: TestClient, name: str) -> None:
    client.follow_redirects = False
    log_in(client, name)
    client.follow_redirects = True


@pytest.mark.parametrize("what", _MAKERS)
@pytest.mark.parametrize("party", ["vr24", "wl", "enexis", "gasunie", "rode-kruis", "camping"])
def test_what_is_said_fits_its_topic(scenario: Scenario, scene: Scene, what: str, party: str) -> None:
    exercise = fake_exercise(RUN, scenario, FakeRun())
    held = sorted(scene.picture_of(party).values(), key=lambda item: item.id)
    about = f"{held[0].id}@{held[0].version}" if held else ""
    if what in ("signal", "verdict") and not about:
        pytest.skip("it has nothing to speak of")
    fields = {**SAID, "party": party, "what": what, "about": about}
    fields["to"] = "wl" if party == "vr24" else "vr24"
    if what == "answer":
        fields["outcome"] = "informed"

    topic, content, _, _ = saying_of(form(**fields), exercise, scene)

    assert fault_in(topic, content, party) is None


@pytest.mark.parametrize("place", ["own", "shared", "risk"])
def test_a_statement_that_is_there_gets_its_next_version(
    scenario: Scenario, scene: Scene, place: str
) -> None:
    exercise = fake_exercise(RUN, scenario, FakeRun())
    fields = {**SAID, "party": "wl", "what": "statement", "place": place}

    topic, content, _, _ = saying_of(form(**fields), exercise, scene)

    assert isinstance(content, ItemUpdate)
    item = content.item
    before = scene.picture_of("wl", only_relied_on=False).get(item.id)
    assert item.version == (1 if before is None else before.version + 1)
    assert topic.endswith(f"/{item.theme}/{item.id}")
    assert item.values[0].amount == 1.5


def test_what_nobody_can_say_is_told(scenario: Scenario, scene: Scene) -> None:
    with pytest.raises(SayingError, match="what: expected one of"):
        saying_of(form(party="wl", what="song"), fake_exercise(RUN, scenario, FakeRun()), scene)


@pytest.fixture(scope="module")
def thrown() -> Thrown:
    return Thrown(load_open(BEEKDAL))


@pytest.mark.parametrize("do", [one.do for one in CUE_FORMS])
@pytest.mark.parametrize("to", ["vr24", "wl", "gasunie", "rode-kruis", "camping"])
def test_the_form_of_an_inject_makes_one_that_can_be_or_a_clear_line(
    thrown: Thrown, do: str, to: str
) -> None:
    fields: list[tuple[str, Any]] = [
        ("to", to),
        ("cue", do),
        ("title", "Now"),
        *FILLED.items(),
        ("parties", "wl"),
        ("subjects", "stream-level"),
    ]
    entry = inject_of(FormData(fields))
    try:
        assert thrown.inject("live-1", 0, entry).to == to
    except InputError as error:
        for problem in map(str, error.errors):
            assert problem.startswith("throw-in: ")
            assert "expected" in problem
            assert "unknown" not in problem


def test_each_inject_can_be_thrown_into_some_exercise(thrown: Thrown) -> None:
    refused: dict[str, str] = {}
    for one in CUE_FORMS:  # a party to invite or to let go must be one that stands by
        for to in ("vr24", "wl", "enexis", "gasunie", "rode-kruis", "camping"):
            fields: list[tuple[str, Any]] = [
                ("to", to),
                ("cue", one.do),
                *FILLED.items(),
                ("parties", "wl"),
                ("subjects", "stream-level"),
            ]
            fields.append(("party", "rode-kruis"))
            try:
                thrown.inject("live-1", 0, inject_of(FormData(fields)))
                refused.pop(one.do, None)
                break
            except InputError as error:
                refused[one.do] = str(error.errors[0])
    assert refused == {}


@pytest.mark.parametrize("kind", FAULT_TYPES)
def test_the_form_of_a_fault_makes_one_that_can_be_or_a_clear_line(thrown: Thrown, kind: str) -> None:
    fields: list[tuple[str, Any]] = [
        ("type", kind), ("hop", "observation"), ("party", "wl"), ("subject", "stream-level"), ("title", "Odd"),
        ("value_name", "depth"), ("value_amount", "9,5"), ("value_unit", "m"), ("lon", ""), ("lat", ""), ("how", ""),
        ("blind", "yes"),
    ]  # fmt: skip
    try:
        fault = thrown.fault("live-1", 3_600_000, fault_of(FormData(fields)))
    except InputError as error:
        problems = [str(one) for one in error.errors]
        assert [one for one in problems if not one.startswith("throw-fault: ")] == []
        return
    assert fault.party == "wl"
    assert fault.blind


def test_a_wrong_figure_is_taken_over(thrown: Thrown) -> None:
    fields = {
        "type": "wrong-value", "hop": "observation", "party": "wl", "subject": "stream-level", "title": "Too deep",
        "value_name": "depth", "value_amount": "9,5", "value_unit": "m",
    }  # fmt: skip

    entry = fault_of(form(**fields))

    assert entry["values"] == [{"name": "depth", "amount": 9.5, "unit": "m"}]
    assert entry["recognise"] == entry["title"] == {"nl": "Too deep", "en": "Too deep"}
    assert "place" not in entry
    assert thrown.fault("live-1", 3_600_000, entry).title.en == "Too deep"
    for odd in ("nan", "inf", "deep", "1e999"):
        with pytest.raises(InputError):
            thrown.fault("live-1", 3_600_000, fault_of(form(**{**fields, "value_amount": odd})))


@pytest.mark.parametrize("party", ["vr24", "wl", "enexis", "gasunie", "rode-kruis", "camping"])
def test_what_a_seat_offers_is_what_the_access_table_allows(
    scenario: Scenario, scene: Scene, party: str
) -> None:
    offered = offers(fake_exercise(RUN, scenario, FakeRun()), scene, party)
    places = {place for place, _ in offered.places}

    assert ("shared" in places) == (party == "vr24")
    assert ("own" in places) == (party in ("vr24", "wl"))
    assert bool(offered.proposals) == (party == "enexis")
    assert offered.may_mail("grant") == (party == "vr24")
    assert bool(offered.decisions) == (party == "vr24")
    assert party not in {one for readers in offered.mail.values() for one in readers}
