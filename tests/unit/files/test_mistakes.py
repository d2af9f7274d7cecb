"""Each mistake in ``scenario.toml`` is named with its key, what was expected and what was found."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from sim.files.lint import lint
from tests.unit.files.folders import Folders


def errors(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]


def warnings(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).warnings]


OPEN = 'cue = { do = "open", activity = "hoogwater" }'


class Mistake(NamedTuple):
    """What is changed in ``scenario.toml``, and the key and the beginning of what is then said."""

    old: str
    new: str
    key: str
    says: str

    def is_in(self, found: list[str]) -> bool:
        return any(line.startswith(f"scenario.toml: {self.key}: {self.says}") for line in found)


MISTAKES = {
    # Keys and shapes.
    "typo in a key": Mistake(
        'profile = "core"',
        'proflie = "core"',
        "parties[wl].proflie",
        "expected the key 'profile', found the unknown key 'proflie'",
    ),
    "unknown key": Mistake(
        'directing = "vr24"',
        'directing = "vr24"\ncolour = 1',
        "activities[hoogwater].colour",
        "expected one of the keys area, directing",
    ),
    "typo in a section": Mistake(
        '[[faults]]\nid = "f-hole"',
        '[[fualts]]\nid = "f-hole"',
        "fualts",
        "expected the key 'faults', found the unknown key 'fualts'",
    ),
    "section that is no list": Mistake(
        "[[series]]",
        "[series]",
        "series",
        "expected a list, found a table",
    ),
    "missing key": Mistake(
        'to = "wl"\n',
        "",
        "injects[i-alert].to",
        "expected a value, found nothing",
    ),
    "missing name": Mistake(
        'name = { nl = "Proef", en = "Trial" }\n',
        "",
        "name",
        "expected a value, found nothing",
    ),
    "one language": Mistake(
        '{ nl = "Maas", en = "Meuse" }',
        '{ nl = "Maas", en = "" }',
        "activities[hoogwater].place.en",
        "expected the text in both languages",
    ),
    "number for text": Mistake(
        'to = "wl"',
        "to = 5",
        "injects[i-alert].to",
        "expected text in quotes, found 5",
    ),
    "date without quotes": Mistake(
        'at = "2021-07-12T12:00"',
        "at = 2021-07-12T12:00:00",
        "truth[t-dike].at",
        "expected text in quotes, found the date or time 2021-07-12T12:00:00 without quotes",
    ),
    "bad id": Mistake(
        'id = "t-maas"',
        'id = "T Maas"',
        "truth[T Maas].id",
        "expected an id ([a-z0-9-], 1 to 64 characters, no dash at either end), found 'T Maas'",
    ),
    "id of another folder": Mistake(
        'id = "proef"',
        'id = "proof"',
        "id",
        "expected the name of the folder, 'proef', found 'proof'",
    ),
    "unknown kind": Mistake(
        'kind = "effect"',
        'kind = "efect"',
        "facts[dike].kind",
        "expected one of fact, effect, measure",
    ),
    "infinite number": Mistake(
        "amount = 900",
        "amount = inf",
        "truth[t-maas].values[0].amount",
        "expected a finite number, found inf",
    ),
    # Names that stand for nothing.
    "unknown party in an activity": Mistake(
        'parties = ["wl"]\nsystems',
        'parties = ["wll"]\nsystems',
        "activities[hoogwater].parties[0]",
        "expected a party of the scenario (did you mean 'wl'?), found 'wll'",
    ),
    "unknown directing region": Mistake(
        'directing = "vr24"',
        'directing = "vr42"',
        "activities[hoogwater].directing",
        "expected a party of the scenario",
    ),
    "unknown party told": Mistake(
        'to = "wl"',
        'to = "wx"',
        "injects[i-alert].to",
        "expected a party of the scenario",
    ),
    "unknown party alarmed": Mistake(
        '["wl", "camping"]',
        '["wl", "campign"]',
        "injects[i-alarm].cue.parties[1]",
        "expected a party of the scenario (did you mean 'camping'?)",
    ),
    "unknown party invited": Mistake(
        'party = "rode-kruis"',
        'party = "rode-kruiz"',
        "injects[i-invite].cue.party",
        "expected a party of the scenario",
    ),
    "unknown party of a fault": Mistake(
        'party = "wl"\nsubject = "dike"',
        'party = "wm"\nsubject = "dike"',
        "faults[f-hole].party",
        "expected a party of the scenario",
    ),
    "unknown party attached through": Mistake(
        'through = "rode-kruis"',
        'through = "bevolkingszorg"',
        "parties[camping].through",
        "expected a party of the scenario",
    ),
    "unknown region": Mistake(
        'regions = ["vr24"]\nsystems',
        'regions = ["vr25"]\nsystems',
        "parties[wl].regions[0]",
        "expected a party of the scenario",
    ),
    "partner as region": Mistake(
        'regions = ["vr24"]\nsystems',
        'regions = ["rode-kruis"]\nsystems',
        "parties[wl].regions[0]",
        "expected a region, found 'rode-kruis', a partner",
    ),
    "unknown owner in a place": Mistake(
        'place = "own/wl"',
        'place = "own/xx"',
        "injects[i-write].cue.place",
        "expected a party of the scenario",
    ),
    "odd place to write": Mistake(
        'place = "own/wl"',
        'place = "here"',
        "injects[i-write].cue.place",
        "expected shared, or own/<party>, found 'here'",
    ),
    "unknown activity": Mistake(
        'cue = { do = "open", activity = "hoogwater" }',
        'cue = { do = "open", activity = "hoogwatr" }',
        "injects[i-open].cue.activity",
        "expected an activity of the scenario (did you mean 'hoogwater'?)",
    ),
    "unknown subject of truth": Mistake(
        'at = "T+06:00"\nsubject = "dike"',
        'at = "T+06:00"\nsubject = "dijk"',
        "truth[t-dike-later].subject",
        "expected the subject of one of [[facts]]",
    ),
    "unknown subject of a fault": Mistake(
        'party = "wl"\nsubject = "dike"',
        'party = "wl"\nsubject = "dyke"',
        "faults[f-hole].subject",
        "expected the subject of one of",
    ),
    "unknown subject of a decision": Mistake(
        'subjects = ["dike"]',
        'subjects = ["dikes"]',
        "injects[i-decide].cue.subjects[0]",
        "expected the subject of one of",
    ),
    "unknown subject of a series": Mistake(
        'subject = "maas"\nfile',
        'subject = "mass"\nfile',
        "series[series/maas.csv].subject",
        "expected the subject of one of",
    ),
    "unknown theme": Mistake(
        'theme = "a2"',
        'theme = "a3"',
        "facts[maas].theme",
        "expected a theme of profiles/themes.toml",
    ),
    "unknown interest": Mistake(
        'interests = ["a2"]',
        'interests = ["z9"]',
        "parties[wl].interests[0]",
        "expected a theme of profiles/themes.toml, found 'z9'",
    ),
    "unknown profile": Mistake(
        'profile = "core"',
        'profile = "cor"',
        "parties[wl].profile",
        "expected a file of profiles/ (did you mean 'core'?), found 'cor'",
    ),
    "unknown area": Mistake(
        'area = "dike"',
        'area = "dijk"',
        "facts[dike].area",
        "expected an area of areas.geojson (did you mean 'dike'?), found 'dijk'",
    ),
    "unknown source": Mistake(
        'source = "B"',
        'source = "Z"',
        "faults[f-hole].source",
        "expected a letter of [sources], or 'exercise', found 'Z'",
    ),
    "unknown cue": Mistake(
        'do = "close"',
        'do = "clsoe"',
        "injects[i-close].cue.do",
        "expected one of open, scale",
    ),
    "no cue": Mistake(
        'cue = { do = "open", activity = "hoogwater" }',
        "cue = 3",
        "injects[i-open].cue",
        "expected a table, found 3",
    ),
    # Who can do what.
    "cue of the directing region": Mistake(
        'at = "T+00:30"\nto = "vr24"',
        'at = "T+00:30"\nto = "wl"',
        "injects[i-open].to",
        "expected 'vr24', which directs hoogwater, found 'wl', told to open",
    ),
    "alert that cannot be written": Mistake(
        'to = "wl"',
        'to = "camping"',
        "injects[i-alert].cue.parties[0]",
        (
            "expected a party that may write post/vr24/camping/alert under its profile, found 'campin"
            "g', refused by rule no-right"
        ),
    ),
    "alert that cannot be read": Mistake(
        'parties = ["vr24"], text',
        'parties = ["rode-kruis"], text',
        "injects[i-alert].cue.parties[0]",
        "expected a party that may write post/rode-kruis/wl/alert",
    ),
    "invite without grants": Mistake(
        'party = "rode-kruis"',
        'party = "wl"',
        "injects[i-invite].cue.party",
        "expected a party that can be let in by a grant, found 'wl' with profile core",
    ),
    "support for who has the tool": Mistake(
        'at = "3h"\nto = "camping"',
        'at = "3h"\nto = "rode-kruis"',
        "injects[i-seek].to",
        "expected a party outside the tool that can be given support (ad-hoc), found 'rode-kruis'",
    ),
    "grip off the scale": Mistake(
        'cue = { do = "open", activity = "hoogwater" }',
        'cue = { do = "scale", activity = "hoogwater", grip = 6 }',
        "injects[i-open].cue.grip",
        "expected 0 to 5, found 6",
    ),
    "team that is no id": Mistake(
        'team = "rot"',
        'team = "R/T"',
        "injects[i-decide].cue.team",
        "expected an id",
    ),
    "no topic filter": Mistake(
        '"activity/+/shared/#"',
        '"activity/#/shared"',
        "injects[i-read].cue.filters[0]",
        "expected an MQTT topic filter",
    ),
    "nobody alarmed": Mistake(
        '["wl", "camping"]',
        "[]",
        "injects[i-alarm].cue.parties",
        "expected at least one party, found none",
    ),
    "partner directs": Mistake(
        'directing = "vr24"',
        'directing = "wl"',
        "activities[hoogwater].directing",
        "expected a region, found 'wl', a partner",
    ),
    "core task that the profile is not for": Mistake(
        'core_task = "B"',
        'core_task = "C"',
        "parties[wl].core_task",
        "expected a core task that profile core is for (A, B; Beleidskader Tabel 1), found 'C'",
    ),
    "partner without core task": Mistake(
        'core_task = "B"\n',
        "",
        "parties[wl].core_task",
        "expected the core task of the partner",
    ),
    "region with core task": Mistake(
        'profile = "region"',
        'profile = "region"\ncore_task = "A"',
        "parties[vr24].core_task",
        "expected no core task",
    ),
    "attached through itself": Mistake(
        'through = "rode-kruis"',
        'through = "camping"',
        "parties[camping].through",
        "expected another party",
    ),
    # Times and figures.
    "time before the start": Mistake(
        'at = "2021-07-12T12:00"',
        'at = "2021-07-12T07:00"',
        "truth[t-dike].at",
        (
            "expected a time from the start on (2021-07-12T08:00:00+02:00), found '2021-07-12T07:00',"
            " before it"
        ),
    ),
    "time after the end": Mistake(
        'at = "4h"',
        'at = "T+1d01:00"',
        "injects[i-decide].at",
        "expected a time up to the end (T+24:00:00), found 'T+1d01:00', after it",
    ),
    "time that is none": Mistake(
        'at = "5h"',
        'at = "noon"',
        "faults[f-hole].at",
        "expected a time such as T+01:30:00",
    ),
    "start without zone": Mistake(
        "T08:00:00+02:00",
        "T08:00:00",
        "start",
        "expected a clock time with its zone",
    ),
    "start that is no time": Mistake(
        '"2021-07-12T08:00:00+02:00"',
        '"monday"',
        "start",
        "expected a clock time with its zone",
    ),
    "end before the start": Mistake(
        'end = "T+1d00:00:00"',
        'end = "2021-07-11T08:00"',
        "end",
        "expected a time after the start, within 366 days",
    ),
    "end far away": Mistake(
        'end = "T+1d00:00:00"',
        'end = "9999d"',
        "end",
        "expected a time after the start, within 366 days",
    ),
    "as_of after the fault": Mistake(
        'as_of = "T+00:30"',
        'as_of = "T+09:00"',
        "faults[f-old].as_of",
        "expected a moment before the fault",
    ),
    "skill out of range": Mistake(
        "skill = 0.9",
        "skill = 1.9",
        "parties[wl].people.skill",
        "expected a number <= 1.0, found 1.9",
    ),
    "negative skill": Mistake(
        "skill = 0.9",
        "skill = -0.1",
        "parties[wl].people.skill",
        "expected a number >= 0.0, found -0.1",
    ),
    "error that is no number": Mistake(
        "error = 0.01",
        "error = nan",
        "parties[wl].people.error",
        "expected a finite number",
    ),
    "longest before shortest": Mistake(
        'perception = ["1m", "5m"]',
        'perception = ["5m", "1m"]',
        "parties[vr24].people.perception",
        "expected the shortest duration before the longest, found ['5m', '1m']",
    ),
    "negative duration": Mistake(
        'perception = ["1m", "5m"]',
        'perception = ["-1m", "5m"]',
        "parties[vr24].people.perception[0]",
        "expected a duration such as",
    ),
    "duration beyond reason": Mistake(
        'perception = ["1m", "5m"]',
        (
            'perception = ["1m", "9999999999999999999999999999999999999999999999999999999999999999999'
            "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
            "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
            "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
            '999999999999999999999999999999999999999999999999999999999999999999999h"]'
        ),
        "parties[vr24].people.perception[1]",
        "expected a duration",
    ),
    "one duration for two": Mistake(
        'perception = ["1m", "5m"]',
        'perception = ["1m"]',
        "parties[vr24].people.perception",
        "expected a list of length 2, found ['1m']",
    ),
    # Ids.
    "party twice": Mistake(
        'id = "rode-kruis"',
        'id = "wl"',
        "parties[wl].id",
        "expected an id of its own, found 'wl' twice",
    ),
    "subject twice": Mistake(
        'subject = "dike"',
        'subject = "maas"',
        "facts[maas].subject",
        "expected a subject of its own",
    ),
    "fault with the id of an inject": Mistake(
        'id = "f-hole"',
        'id = "i-open"',
        "faults[i-open].id",
        "expected an id of its own, found 'i-open', which injects[i-open] has too",
    ),
    "truth with the id of a series": Mistake(
        'id = "t-dike"',
        'id = "s-maas-1"',
        "series[series/maas.csv].id",
        "expected an id of its own, found 's-maas-1', which truth[s-maas-1] has too",
    ),
    "reserved recorder": Mistake(
        'id = "camping"',
        'id = "recorder"',
        "parties[recorder].id",
        "expected an id that the exercise does not use itself",
    ),
    "reserved control": Mistake(
        'id = "camping"',
        'id = "control"',
        "parties[control].id",
        "expected an id that the exercise does not use itself",
    ),
    # Faults and places.
    "wrong value without values": Mistake(
        'values = [{ name = "holes", amount = 1, unit = "count" }]\n',
        "",
        "faults[f-hole].values",
        "expected values, because the fault is wrong-value, found nothing",
    ),
    "wrong place without place": Mistake(
        'type = "wrong-value"',
        'type = "wrong-place"',
        "faults[f-hole].place",
        "expected place or area",
    ),
    "stale without moment": Mistake(
        'as_of = "T+00:30"\n',
        "",
        "faults[f-old].as_of",
        "expected as_of",
    ),
    "omits what cannot be": Mistake(
        'as_of = "T+00:30"',
        'omit = ["text"]',
        "faults[f-old].omit[0]",
        "expected one of geometry, values, found 'text'",
    ),
    "place off the earth": Mistake(
        "place = [5.7, 50.85]",
        "place = [5.7, 95.0]",
        "facts[maas].place",
        "expected lon from -180 to 180 and lat from -90 to 90",
    ),
    "place and area": Mistake(
        'area = "dike"',
        'area = "dike"\nplace = [5.7, 50.8]',
        "facts[dike].area",
        "expected a place or an area, found both",
    ),
    "fact in several polygons": Mistake(
        'area = "dike"',
        'area = "both"',
        "facts[dike].area",
        "expected the name of a Point, LineString or Polygon, found 'both', a MultiPolygon",
    ),
    "party twice in a list": Mistake(
        'parties = ["wl"]\nsystems',
        'parties = ["wl", "wl"]\nsystems',
        "activities[hoogwater].parties[1]",
        "expected every name once, found 'wl' again",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_an_error(folders: Folders, name: str) -> None:
    mistake = MISTAKES[name]
    folders.change(mistake.old, mistake.new)

    found = errors(folders)

    assert mistake.is_in(found), found


def test_a_misspelt_required_key_is_one_mistake(folders: Folders) -> None:
    folders.change('profile = "core"', 'proflie = "core"')

    assert len([line for line in errors(folders) if "parties[wl]" in line]) == 1


def test_a_party_with_errors_is_still_known_to_others(folders: Folders) -> None:
    folders.change("skill = 0.9", "skill = 9")

    assert errors(folders) == ["scenario.toml: parties[wl].people.skill: expected a number <= 1.0, found 9"]


def test_lon_and_lat_swapped_is_a_warning(folders: Folders) -> None:
    folders.change("place = [5.7, 50.85]", "place = [50.85, 5.7]")

    assert errors(folders) == []
    expected = "scenario.toml: facts[maas].place: expected lon before lat, found [50.85, 5.7]"
    assert any(line.startswith(expected) for line in warnings(folders))


def test_twenty_mistakes_at_once(folders: Folders) -> None:
    names = [
        "typo in a key",
        "id of another folder",
        "unknown party in an activity",
        "unknown party alarmed",
        "unknown party attached through",
        "unknown party of a fault",
        "unknown activity",
        "unknown subject of a decision",
        "unknown theme",
        "unknown area",
        "unknown cue",
        "invite without grants",
        "support for who has the tool",
        "time before the start",
        "time after the end",
        "longest before shortest",
        "unknown source",
        "no topic filter",
        "missing key",
        "unknown owner in a place",
        "one language",
        "stale without moment",
    ]
    # The agreements bring mistakes of their own; see test_agreements.
    folders.write("agreements/wl.toml", "partner = = 'wl'")
    for name in names:
        folders.change(MISTAKES[name].old, MISTAKES[name].new)

    found = errors(folders)

    for name in names:
        assert MISTAKES[name].is_in(found), (name, found)
    assert any(line.startswith("agreements/wl.toml: line 1, column 11: expected TOML") for line in found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id = ", "end of document: expected TOML, found a mistake: invalid value"),
        ("id = 'x'\nid = 'y'\n", "line 2, column 9: expected TOML, found a mistake: cannot overwrite"),
        ("[[parties", "expected TOML"),
        (b"\xff\xfe", "expected text in UTF-8, found another encoding, on line 1"),
        ("x = " + "[" * 5000, "expected TOML, found lists or tables nested too deeply"),
        ("x = " + "9" * 5000, "expected TOML, found a mistake: a number that is too large"),
        ("", "id: expected a value, found nothing"),
        ("parties = 3", "parties: expected a list, found 3"),
        ("parties = [3]", "parties[0]: expected a table, found 3"),
    ],
)
def test_a_file_that_is_no_scenario(folders: Folders, text: str | bytes, expected: str) -> None:
    folders.write("scenario.toml", text)

    assert any(expected in line for line in errors(folders)), errors(folders)


def test_agreements_are_read_although_the_scenario_is_no_toml(folders: Folders) -> None:
    folders.write("scenario.toml", "=")
    folders.write("agreements/wl.toml", "=")

    assert [line.split(":")[0] for line in errors(folders)] == ["scenario.toml", "agreements/wl.toml"]


def test_a_folder_without_a_scenario(folders: Folders) -> None:
    (folders.scenario / "scenario.toml").unlink()

    assert errors(folders) == ["scenario.toml: expected a file, found none of this name"]
