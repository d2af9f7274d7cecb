"""Mistakes in what is said: rights, times, figures, ids, faults and places."""

from __future__ import annotations

from typing import Final

from tests.unit.files.mistakes import Mistake

OPEN: Final = 'cue = { do = "open", activity = "hoogwater" }'

MEANING: Final[dict[str, Mistake]] = {
    "fault before anything is so": Mistake(
        'at = "5h"',
        'at = "1h"',
        "faults[f-hole].at",
        "expected a moment at which something is so of 'dike', found T+01:00:00, when nothing is so of it yet",
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
        "expected a party outside the tool that can be given support, found 'rode-kruis'",
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
    "heads of information of a partner": Mistake(
        'through = "rode-kruis"',
        'through = "rode-kruis"\nseconded_heads = 2',
        "parties[camping].seconded_heads",
        "expected no such key: only regions second heads of information",
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
    # Effects and imports.
    "effect of itself": Mistake(
        'sensitivity = "partners"',
        'sensitivity = "partners"\neffect_of = "dike"',
        "facts[dike].effect_of",
        "expected another subject than itself, in the end, found 'dike'",
    ),
    "effect of nothing": Mistake(
        'sensitivity = "partners"',
        'sensitivity = "partners"\neffect_of = "mas"',
        "facts[dike].effect_of",
        "expected the subject of one of [[facts]] (did you mean 'maas'?)",
    ),
    "imports what it does not watch": Mistake(
        'interests = ["a2"]',
        'interests = ["a2"]\nimports = ["rivers"]',
        "parties[wl].imports[0]",
        "expected one of the party's systems (did you mean 'river'?)",
    ),
    "imports without a picture of its own": Mistake(
        'core_task = "C"\nregions = ["vr24"]\n',
        'core_task = "C"\nregions = ["vr24"]\nsystems = ["river"]\nimports = ["river"]\n',
        "parties[rode-kruis].imports",
        "expected no imports, because profile standby has no picture of its own (Tabel 1)",
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
        "expected one of geometry, values, theme, source, found 'text'",
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
