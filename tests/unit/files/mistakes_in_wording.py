"""Mistakes in keys and types, and names that stand for nothing."""

from __future__ import annotations

from typing import Final

from tests.unit.files.mistakes import Mistake

OPEN: Final = 'cue = { do = "open", activity = "hoogwater" }'

WORDING: Final[dict[str, Mistake]] = {
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
        "expected one of the keys area, coordinated_by, directing",
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
        "expected shared, national, or own/<party>, found 'here'",
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
}
