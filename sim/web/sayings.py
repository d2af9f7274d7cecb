"""What a person in a seat says: the form they filled in, made into a topic and a message.

What the profile forbids is not offered on the page; who sends it all the same is refused by the broker, not here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from starlette.datastructures import FormData

from sim.core.messages.contents import (
    Ack,
    Alarm,
    Alert,
    Answer,
    AnyContent,
    Conclusion,
    Decision,
    GrantNotice,
    Invitation,
    ItemUpdate,
    Proposal,
    Request,
    Scaling,
    Signal,
    SitRep,
    Verdict,
    Withdrawal,
    tag_of,
)
from sim.core.messages.items import (
    Basis,
    Item,
    ItemRef,
    Kind,
    Point,
    Sensitivity,
    Source,
    Value,
    Verification,
    VerificationStatus,
)
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import PartyId, is_id
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS, MINUTE_MS, parse_duration
from sim.replay.scene import Scene
from sim.web.desk import Exercise

PLACES: Final[Mapping[str, Shape]] = {
    "own": Shape.OWN,
    "shared": Shape.SHARED,
    "risk": Shape.RISK,
    "national": Shape.NATIONAL,
}
"""Where a statement can be written, by what the form calls it."""

_DIGITS_MAX: Final = 9
_GRIPS: Final = ("0", "1", "2", "3", "4", "5")
_LASTS_MAX_MS: Final = 365 * 24 * HOUR_MS

_SAID = tuple[str, AnyContent, str, str]


class SayingError(ValueError):
    """A form does not say enough, or nothing that can be said; the message says what."""


def saying_of(form: FormData, exercise: Exercise, scene: Scene) -> _SAID:
    """Return topic, content, the event that it answers and the one that made it necessary ("" for none).

    Raises:
        SayingError: The form lacks something, or holds something else than it should.
    """
    what = _line(form, "what")
    maker = _MAKERS.get(what)
    if maker is None:
        raise SayingError(f"what: expected one of {', '.join(_MAKERS)}")
    saying = _Saying(form, exercise, scene)
    if saying.party not in exercise.scenario.parties:
        raise SayingError(f"party: expected a party of the exercise, was {saying.party[:60]!r}")
    try:
        return maker(saying)
    except SayingError:
        raise
    except (ValueError, msgspec.ValidationError) as error:
        raise SayingError(str(error)) from error


class _Saying:
    """One form, with who fills it in."""

    def __init__(self, form: FormData, exercise: Exercise, scene: Scene) -> None:
        self.form = form
        self.exercise = exercise
        self.scene = scene
        self.party: PartyId = _line(form, "party")
        self.activity = _line(form, "activity")

    def line(self, name: str) -> str:
        return _line(self.form, name)

    def text(self, name: str = "text") -> Text:
        return Text(self.line(name), self.line(name))

    def id(self, name: str) -> str:
        """Return an id that must be filled in."""
        value = self.line(name)
        if not is_id(value):
            raise SayingError(f"{name}: expected lower-case letters, digits and -, was {value[:60]!r}")
        return value

    def ref(self) -> ItemRef:
        """Return the version of an item that was chosen."""
        return _ref("about", self.line("about"))

    def known(self) -> Item:
        """Return the item that was chosen, as the party has it."""
        ref = self.ref()
        item = self.scene.picture_of(self.party, only_relied_on=False).get(ref.item)
        if item is None:
            raise SayingError(f"about: expected a statement of the party's picture, was {ref.item}")
        return item

    def mail(self, to: PartyId, content: AnyContent) -> tuple[str, AnyContent]:
        """Return the topic of a message to a party: in the tool, or outside it where that is how it is reached."""
        parties, profiles = self.exercise.scenario.parties, self.exercise.scenario.profiles
        outside = any(
            name in parties and profiles[parties[name].profile].channel == "outside"
            for name in (to, self.party)
        )
        shape = Shape.OUTSIDE if outside else Shape.POST
        return build(shape, to=to, sender=self.party, kind=tag_of(content)), content


def _item(saying: _Saying, item_id: str) -> Item:
    held = saying.scene.picture_of(saying.party, only_relied_on=False)
    before = held.get(item_id)
    now = saying.scene.at_ms
    figure = saying.line("value_name")
    values = (
        (
            Value(
                figure, _number(saying, "value_amount"), saying.line("value_unit"), saying.line("value_datum")
            ),
        )
        if figure
        else ()
    )
    place = Point((_number(saying, "lon"), _number(saying, "lat"))) if saying.line("lon") else None
    ago_ms, valid_ms = _duration(saying, "ago"), _duration(saying, "valid")
    status = VerificationStatus(saying.line("status") or "unverified")
    subject = saying.id("subject")
    same = next((item for _, item in sorted(held.items()) if item.subject == subject), None)
    title = saying.text("title")
    if not title.nl:
        raise SayingError("title: expected some words, was none")
    return Item(
        id=item_id,
        version=1 if before is None else before.version + 1,
        subject=subject,
        system=saying.line("system") or (same.system if same is not None else _system(saying)),
        theme=saying.id("theme"),
        kind=Kind(saying.line("kind") or "fact"),
        title=title,
        text=saying.text(),
        values=values,
        geometry=place if place is not None or before is None else before.geometry,
        observed_at_ms=max(0, now - (ago_ms or 0)),
        reported_at_ms=now,
        valid_until_ms=None if valid_ms is None else now + valid_ms,
        source=Source(saying.party, Basis(saying.line("basis") or "observed")),
        verification=Verification()
        if status is VerificationStatus.UNVERIFIED
        else Verification(status, saying.party, now),
        sensitivity=Sensitivity(saying.line("sensitivity") or "general"),
    )


def _system(saying: _Saying) -> str:
    """Return the first field of a party, for what nobody has spoken of before."""
    systems = sorted(saying.exercise.scenario.parties[saying.party].competence.systems)
    return systems[0] if systems else "population"


def _statement(saying: _Saying) -> _SAID:
    place = PLACES.get(saying.line("place"))
    if place is None:
        raise SayingError(f"place: expected one of {', '.join(PLACES)}")
    subject = saying.id("subject")
    before = {
        Shape.OWN: saying.party,
        Shape.SHARED: saying.activity,
        Shape.RISK: saying.party,
        Shape.NATIONAL: "nl",
    }[place]
    item = _item(saying, f"{before}-{subject}")
    levels = {
        Shape.OWN: {"activity": saying.activity, "owner": saying.party},
        Shape.SHARED: {"activity": saying.activity},
        Shape.RISK: {"region": saying.line("region"), "owner": saying.party},
        Shape.NATIONAL: {},
    }[place]
    return build(place, **levels, theme=item.theme, item=item.id), ItemUpdate(item=item), "", ""


def _proposal(saying: _Saying) -> _SAID:
    item = _item(saying, f"{saying.party}-{saying.id('subject')}")
    topic = build(Shape.PROPOSAL, activity=saying.activity, party=saying.party, item=item.id)
    return topic, Proposal(item=item), "", ""


def _signal(saying: _Saying) -> _SAID:
    item = saying.known()
    content = Signal(
        about=saying.ref(),
        subject=item.subject,
        owner=item.source.party,
        reason=saying.line("reason") or "value",
        text=saying.text(),
    )
    return build(Shape.SIGNAL, activity=saying.activity, party=saying.party), content, "", ""


def _level(saying: _Saying) -> _SAID:
    grip = saying.line("grip")
    if grip and grip not in _GRIPS:
        raise SayingError(f"grip: expected a number from 0 to 5, was {grip[:60]!r}")
    content = Scaling(level=saying.line("level") or f"GRIP {grip}", grip=int(grip) if grip else None)
    return build(Shape.SCALING, activity=saying.activity, party=saying.party), content, "", ""


def _decision(saying: _Saying) -> _SAID:
    rests_on = [_ref("rests_on", str(told)) for told in saying.form.getlist("rests_on") if told]
    team = saying.id("team")
    if not saying.line("text"):
        raise SayingError("text: expected what is decided, was none")
    content = Decision(team=team, text=saying.text(), rests_on=tuple(rests_on))
    number = len(saying.scene.seqs("decision")) + 1
    item_id = f"{saying.party}-decision-{number}"
    return build(Shape.DECISION, activity=saying.activity, team=team, item=item_id), content, "", ""


def _ack(saying: _Saying) -> _SAID:
    content = Ack(activity=saying.activity, of=saying.id("of"), arrived=saying.line("arrived") == "yes")
    return *saying.mail(saying.id("to"), content), content.of, ""


def _answer(saying: _Saying) -> _SAID:
    outcome = saying.line("outcome") or "informed"
    item = saying.known() if saying.line("about") else None
    content = msgspec.convert(
        {
            "message": "answer",
            "activity": saying.activity,
            "of": saying.id("of"),
            "outcome": outcome,
            "text": msgspec.to_builtins(saying.text()),
        },
        Answer,
    )
    content = msgspec.structs.replace(content, item=item)
    return *saying.mail(saying.id("to"), content), content.of, ""


def _request(saying: _Saying) -> _SAID:
    content = msgspec.convert(
        {
            "message": "request",
            "activity": saying.activity,
            "purpose": saying.line("purpose") or "inform",
            "theme": saying.line("theme"),
            "text": msgspec.to_builtins(saying.text()),
        },
        Request,
    )
    if saying.line("about"):
        content = msgspec.structs.replace(content, about=saying.ref(), subject=saying.known().subject)
    return *saying.mail(saying.id("to"), content), "", ""


def _alert(saying: _Saying) -> _SAID:
    return *saying.mail(saying.id("to"), Alert(activity=saying.activity, text=saying.text())), "", ""


def _alarm(saying: _Saying) -> _SAID:
    content = Alarm(activity=saying.activity, text=saying.text(), level=saying.line("level") or "GRIP 1")
    return *saying.mail(saying.id("to"), content), "", ""


def _sitrep(saying: _Saying) -> _SAID:
    now = saying.scene.at_ms
    mine = [
        item
        for _, item in sorted(saying.scene.picture_of(saying.party).items())
        if item.source.party == saying.party and not item.id.startswith("risk-")
    ]
    since_ms = max(0, now - 60 * MINUTE_MS)
    content = SitRep(activity=saying.activity, from_ms=since_ms, to_ms=now, due_ms=now, items=tuple(mine))
    return *saying.mail(saying.id("to"), content), "", ""


def _verdict(saying: _Saying) -> _SAID:
    content = msgspec.convert(
        {
            "message": "verdict",
            "activity": saying.activity,
            "about": msgspec.to_builtins(saying.ref()),
            "outcome": saying.line("outcome"),
            "reason": msgspec.to_builtins(saying.text()),
        },
        Verdict,
    )
    of = saying.line("of")
    return *saying.mail(saying.id("to"), content), of, ""


def _invitation(saying: _Saying) -> _SAID:
    return *saying.mail(saying.id("to"), Invitation(activity=saying.activity, text=saying.text())), "", ""


def _grant(saying: _Saying) -> _SAID:
    themes = tuple(str(one) for one in saying.form.getlist("themes"))
    content = GrantNotice(
        activity=saying.activity, bundle=saying.line("bundle"), themes=themes, text=saying.text()
    )
    return *saying.mail(saying.id("to"), content), "", ""


def _withdrawal(saying: _Saying) -> _SAID:
    content = Withdrawal(activity=saying.activity, bundle=saying.line("bundle"), text=saying.text())
    return *saying.mail(saying.id("to"), content), "", ""


def _conclusion(saying: _Saying) -> _SAID:
    content = Conclusion(activity=saying.activity, role=saying.line("role") == "yes", text=saying.text())
    return *saying.mail(saying.id("to"), content), "", ""


_MAKERS: Final[Mapping[str, Callable[[_Saying], _SAID]]] = {
    "statement": _statement,
    "proposal": _proposal,
    "signal": _signal,
    "level": _level,
    "decision": _decision,
    "ack": _ack,
    "answer": _answer,
    "request": _request,
    "alert": _alert,
    "alarm": _alarm,
    "sitrep": _sitrep,
    "verdict": _verdict,
    "invitation": _invitation,
    "grant": _grant,
    "withdrawal": _withdrawal,
    "conclusion": _conclusion,
}
"""What can be said from a seat."""


def _ref(name: str, told: str) -> ItemRef:
    """Return the version of an item that stands in a form as ``item@version``."""
    item, _, version = told.rpartition("@")
    if not is_id(item) or not version.isdecimal() or len(version) > _DIGITS_MAX:
        raise SayingError(f"{name}: expected a statement of the picture, was {told[:60]!r}")
    return ItemRef(item, int(version))


def _duration(saying: _Saying, name: str) -> int | None:
    """Return a duration (ms); None where none was filled in."""
    told = saying.line(name)
    duration_ms = parse_duration(told) if told else None
    if duration_ms is not None and duration_ms > _LASTS_MAX_MS:
        raise SayingError(f"{name}: expected a year at the most, was {told[:60]!r}")
    return duration_ms


def _number(saying: _Saying, name: str) -> float:
    try:
        number = float(saying.line(name).replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise SayingError(f"{name}: expected a number, was {saying.line(name)[:60]!r}")
    return number


def _line(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()
