"""What staff and people in seats order an exercise to do: forms in, commands to its process, answers out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from sim.session.steering.commands import (
    AnyCommand,
    End,
    LetIn,
    Pause,
    Resume,
    Rise,
    Say,
    Sit,
    Speed,
    ThrowFault,
    ThrowIn,
)
from sim.session.steering.remote import SteeredRunError
from sim.session.steering.told import Answer
from sim.web.accounts import Account
from sim.web.desk import Desk, Exercise
from sim.web.forms import fault_of, inject_of
from sim.web.frame import Frame, speaker
from sim.web.login import Login
from sim.web.runs import Runs
from sim.web.sayings import SayingError, saying_of
from sim.web.telling import Told, page_of, tell

_FIELDS_MAX: Final = 200
_COURSE: Final[Mapping[str, type[Pause | Resume | End]]] = {"pause": Pause, "resume": Resume, "end": End}
_FROM_A_SEAT: Final = frozenset({"sit", "rise", "say"})


class Orders:
    """Takes orders."""

    def __init__(self, runs: Runs, desk: Desk, login: Login, frame: Frame) -> None:
        self._runs = runs
        self._desk = desk
        self._login = login
        self._frame = frame

    async def take(self, request: Request) -> Response:
        """Take one order, and say what came of it: as JSON to a script, else on the page that it came from."""
        account = self._login.account(request)
        name = request.path_params["run"]
        exercise = self._desk.exercise(name)
        words = speaker(self._frame.language(request))
        form = await request.form(max_files=0, max_fields=_FIELDS_MAX)
        if account is None or not _may(account, form):
            return _told(request, form, name, 403, done=False, text=words("order-not-yours"))
        if exercise is None:
            return _told(request, form, name, 409, done=False, text=words("order-too-late"))
        try:
            command = await self._command(form, exercise, account)
            answer = await exercise.run.send(command)
        except (SayingError, SteeredRunError, msgspec.ValidationError) as error:
            return _told(request, form, name, 422, done=False, text=words("order-refused", why=str(error)))
        done = answer.ok and answer.outcome != "denied"
        return _told(request, form, name, 200, done=done, text=_text(answer, words))

    async def _command(self, form: FormData, exercise: Exercise, account: Account) -> AnyCommand:
        do, party = str(form.get("do", "")), str(form.get("party", ""))
        if do == "say":
            run = await self._runs.open(exercise.name)
            assert run is not None, "an exercise that goes on has a run"
            topic, content, answers, because_of = saying_of(form, exercise, run.latest)
            by = f"seat:{party}"
            return Say(
                party=party, topic=topic, content=content, answers=answers, because_of=because_of, by=by
            )
        if do in ("sit", "rise"):
            return (Sit if do == "sit" else Rise)(party=party, by=f"seat:{party}")
        return _of_staff(do, party, form, account.role.value)


def _of_staff(do: str, party: str, form: FormData, by: str) -> AnyCommand:
    """Return what staff order.

    Raises:
        SayingError: It is no order.
    """
    if do in _COURSE:
        return _COURSE[do](by=by)
    if do == "speed":
        return msgspec.convert({"do": do, "speed": form.get("speed"), "by": by}, Speed, strict=False)
    if do == "throw-in":
        return ThrowIn(inject=inject_of(form), by=by)
    if do == "throw-fault":
        return ThrowFault(fault=fault_of(form), by=by)
    if do == "let-in":
        return LetIn(party=party, activity=str(form.get("activity", "")), by=by)
    raise SayingError("do: expected an order of a form")


def _may(account: Account, form: FormData) -> bool:
    """Say whether somebody may give an order: staff all of them, who sits for a party those of its seat."""
    if str(form.get("do", "")) in _FROM_A_SEAT:
        return account.may_sit(str(form.get("party", "")))
    return account.steers


def _text(answer: Answer, words: Any) -> str:
    if not answer.ok:
        return str(words("order-refused", why=answer.problem))
    if answer.outcome == "denied":
        return str(words("order-denied", rule=answer.rule, source=answer.source))
    if answer.outcome == "waiting":
        return str(words("order-waiting"))
    if answer.made:
        return str(words("order-made", name=answer.made))
    return str(words("order-sent", event=answer.event) if answer.event else words("order-done"))


def _told(request: Request, form: FormData, name: str, status: int, *, done: bool, text: str) -> Response:
    sits = str(form.get("do", "")) in _FROM_A_SEAT
    page = page_of(name, "seat", party=str(form.get("party", ""))) if sits else page_of(name, "control")
    return tell(request, Told(done, text), status, page)
