"""Takes what an alert says into a scenario: as changes of the truth, or as injects that have a party alert others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.files.areas import AREAS_FILE, read_area
from sim.files.places import SCENARIO_FILE
from sim.files.problems import InputError, Problem, Problems, Severity, Where, show
from sim.files.taking_in.alert import Alert, Statement, clock
from sim.files.taking_in.areas import with_areas
from sim.files.taking_in.change import Change
from sim.files.taking_in.context import Context
from sim.files.taking_in.injects import judge_entry
from sim.files.taking_in.names import made_id
from sim.files.taking_in.scenario_text import with_entries


@dataclass(frozen=True, kw_only=True)
class AsTruth:
    """An alert is to become so: of which subject, and by which source."""

    subject: str
    source: str = "exercise"


@dataclass(frozen=True, kw_only=True)
class AsInject:
    """An alert is to be passed on: by whom, in which activity, to whom, and by which source."""

    to: str
    activity: str
    parties: tuple[str, ...]
    source: str = "exercise"


def take_alert(alert: Alert, context: Context, wish: AsTruth | AsInject) -> Change:
    """Return what changes in a scenario by an alert, after reporting what of it is not taken over.

    Raises:
        InputError: The scenario has no such subject, party, activity or source.
    """
    _check(context, wish)
    section = "truth" if isinstance(wish, AsTruth) else "injects"
    change = Change()
    entries: list[dict[str, Any]] = []
    features: dict[str, dict[str, Any]] = {}
    for number, statement in enumerate(alert.statements, start=1):
        name = made_id(
            f"{alert.identifier}{f'-{number}' if len(alert.statements) > 1 else ''}", prefix="cap-"
        )
        entry = _entry(name, statement, context, wish, features)
        if entry is None or _is_taken(name, section, context, statement.where):
            change.refused += 1
            continue
        there = _there(context, section, name)
        change.note(name, is_there=there is not None, is_same=there == entry)
        entries.append(entry)
    changed = [entry for entry in entries if entry["id"] not in change.same]
    if changed:
        change.files[SCENARIO_FILE] = with_entries(context.text, section, changed)
    if features:
        areas = with_areas(context.root, features)
        if areas is not None:
            change.files[AREAS_FILE] = areas
    return change


def _check(context: Context, wish: AsTruth | AsInject) -> None:
    problems = Problems()
    place = Where(problems, "command line")
    known = context.known
    if isinstance(wish, AsTruth):
        known.subject(wish.subject, place.at("--subject"))
    else:
        known.party(wish.to, place.at("--to"))
        known.activity(wish.activity, place.at("--activity"))
        for party in wish.parties:
            known.party(party, place.at("--parties"))
    known.source(wish.source, place.at("--source"))
    problems.raise_errors()


def _entry(
    name: str,
    said: Statement,
    context: Context,
    wish: AsTruth | AsInject,
    features: dict[str, dict[str, Any]],
) -> dict[str, Any] | None:
    """Return the entry that a statement makes; None after a problem has been reported."""
    at = clock(said.at)
    if at is None:
        said.at_place.error("a date and time with its offset (3.3.2)", show(said.at))
        return None
    moment = at.astimezone(context.start.tzinfo).isoformat()
    if context.known.calendar.moment(moment, said.at_place) is None:
        return None
    if isinstance(wish, AsInject):
        return _inject(name, moment, said, context, wish)
    entry: dict[str, Any] = {"id": name, "at": moment, "subject": wish.subject}
    entry["text"] = _both(said.texts, said.where)
    if said.values:
        entry["values"] = said.values
    if said.point is not None:
        entry["place"] = list(said.point)
    elif said.polygon is not None:
        feature = {"type": "Feature", "properties": {"id": name}, "geometry": said.polygon}
        if read_area(feature, said.where.at("area")) is None:
            return None
        features[name] = feature
        entry["area"] = name
    return {**entry, "source": wish.source}


def _inject(
    name: str, moment: str, said: Statement, context: Context, wish: AsInject
) -> dict[str, Any] | None:
    for what, value in (("figures", said.values), ("area", said.polygon or said.point)):
        if value:
            said.where.error(f"no {what}: an inject has no place for them", "some")
    cue = {
        "do": "alert",
        "activity": wish.activity,
        "parties": list(wish.parties),
        "text": _both(said.texts, said.where),
    }
    title = _both(said.headlines, said.where)
    entry = {"id": name, "at": moment, "to": wish.to, "title": title, "source": wish.source, "cue": cue}
    inject, wrong = judge_entry(entry, context)
    for key, expected, found, severity in wrong:
        place = said.where.at(key)
        (place.error if severity is Severity.ERROR else place.warning)(expected, found)
    return None if inject is None else entry


def _both(texts: dict[str, str], where: Where) -> dict[str, str]:
    """Return a text in both languages; where an alert has one only, it stands for the other too."""
    for language, other in (("nl", "en"), ("en", "nl")):
        if not texts.get(language):
            where.warning(f"an info block in the language {language} too", "none; the other stands for it")
            texts = {**texts, language: texts.get(other, "")}
    return {language: texts[language] for language in ("nl", "en")}


def _is_taken(name: str, section: str, context: Context, where: Where) -> bool:
    what = context.taken.get(name) or ("an inject" if name in context.injects else None)
    mine = {"truth": "a change of the truth", "injects": "an inject"}[section]
    if what is None or what == mine:
        return False
    where.error("an id of its own", f"{show(name)}, which {what} has")
    return True


def _there(context: Context, section: str, name: str) -> dict[str, Any] | None:
    listed = context.table.get(section)
    entries = listed if isinstance(listed, list) else []
    return next((entry for entry in entries if isinstance(entry, dict) and entry.get("id") == name), None)


def no_wish(found: str) -> InputError:
    """Return the error for an alert of which nobody said what it is to be."""
    expected = "truth (with --subject) or inject (with --to, --activity and --parties) for an alert"
    return InputError([Problem("command line", "--as", expected, found)])
