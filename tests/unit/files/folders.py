"""Builds small scenario and profiles folders for tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.agents.roster import BEHAVIOURS

REGION_RIGHTS = """
[[rights]]
rule = "region-post-write"
action = "publish"
topics = ["post/+/{party}/+", "outside/+/{party}/+"]
source = "test"

[[rights]]
rule = "region-post-read"
action = "read"
topics = ["post/{party}/+/+", "outside/{party}/+/+"]
source = "test"
"""

POST_RIGHTS = """
[[rights]]
rule = "post-write"
action = "publish"
topics = ["post/{region}/{party}/+"]
source = "test"

[[rights]]
rule = "post-read"
action = "read"
topics = ["post/{party}/+/+"]
source = "test"
"""

OUTSIDE_RIGHTS = """
[[rights]]
rule = "outside-write"
action = "publish"
topics = ["outside/{region}/{party}/+"]
source = "test"

[[rights]]
rule = "outside-read"
action = "read"
topics = ["outside/{party}/+/+"]
source = "test"

[[refusals]]
rule = "no-post"
action = "read"
topics = ["post/#"]
source = "Beleidskader Tabel 1"
"""

STAFF = """
[duties]
information = ["information-manager", "head-of-information"]
direction = ["information-manager"]
reporting = ["information-manager"]
liaison = ["liaison", "information-manager"]
alarm = ["on-call-officer", "information-manager"]
coordination = ["decision-maker", "information-manager"]

[[staff]]
role = "information-manager"
on_duty = 2
on_call = 1
arrival = ["15m", "30m", "1h"]
available = 0.9
hours = ["07:00", "19:00"]
handling = ["1m", "5m"]
attention = "45m"
source = "test"
"""

GRANT = """
[[grants]]
id = "look-along"

[[grants.rights]]
rule = "look-along-read"
action = "read"
topics = ["activity/{activity}/shared/{theme}/+"]
source = "test"
"""

SCENARIO = """
id = "proef"
name = { nl = "Proef", en = "Trial" }
notice = { nl = "Oefening", en = "Exercise" }
start = "2021-07-12T08:00:00+02:00"
end = "T+1d00:00:00"

[sources]
A = "A report"
B = "Another report"

[[parties]]
id = "vr24"
name = { nl = "Regio", en = "Region" }
profile = "region"
systems = ["evacuation", "river"]
people = { perception = ["1m", "5m"], reaction = ["1m", "5m"], skill = 0.8 }

[[parties]]
id = "wl"
name = { nl = "Waterschap", en = "Water board" }
profile = "core"
core_task = "B"
regions = ["vr24"]
systems = ["river"]
area = "basin"
interests = ["a2"]
people = { perception = ["1m", "5m"], reaction = ["1m", "5m"], skill = 0.9, error = 0.01 }

[[parties]]
id = "rode-kruis"
name = { nl = "Rode Kruis", en = "Red Cross" }
profile = "standby"
core_task = "C"
regions = ["vr24"]
people = { perception = ["1m", "5m"], reaction = ["1m", "5m"], skill = 0.5 }

[[parties]]
id = "camping"
name = { nl = "Camping", en = "Camp site" }
profile = "ad-hoc"
core_task = "D"
regions = ["vr24"]
through = "rode-kruis"
people = { perception = ["1m", "5m"], reaction = ["1m", "5m"], skill = 0.5 }

[[activities]]
id = "hoogwater"
name = { nl = "Hoogwater", en = "High water" }
directing = "vr24"
parties = ["wl"]
systems = ["river"]
area = "basin"
place = { nl = "Maas", en = "Meuse" }

[[facts]]
subject = "maas"
system = "river"
theme = "a2"
kind = "fact"
title = { nl = "Maas", en = "Meuse" }
place = [5.7, 50.85]

[[facts]]
subject = "dike"
system = "river"
theme = "a2"
kind = "effect"
title = { nl = "Dijk", en = "Dike" }
area = "dike"
sensitivity = "partners"

[[truth]]
id = "t-maas"
at = "T+00:00"
subject = "maas"
text = { nl = "Stijgt", en = "Rises" }
values = [
  { name = "discharge", amount = 900, unit = "m3/s" },
  { name = "level", amount = 44.1, unit = "m", datum = "NAP" },
]
source = "A, B"

[[truth]]
id = "t-dike"
at = "2021-07-12T12:00"
subject = "dike"
text = { nl = "Nat", en = "Wet" }
values = [{ name = "holes", amount = 3, unit = "count" }]

[[truth]]
id = "t-dike-later"
at = "T+06:00"
subject = "dike"
text = { nl = "Heel", en = "Mended" }

[[series]]
subject = "maas"
file = "series/maas.csv"
value = { name = "discharge", unit = "m3/s" }

[[injects]]
id = "i-open"
at = "T+00:30"
to = "vr24"
title = { nl = "Open", en = "Open" }
source = "A"
cue = { do = "open", activity = "hoogwater" }

[[injects]]
id = "i-alarm"
at = "90m"
to = "vr24"
title = { nl = "Alarm", en = "Alarm" }
[injects.cue]
do = "alarm"
activity = "hoogwater"
parties = ["wl", "camping"]
text = { nl = "Kom", en = "Come" }

[[injects]]
id = "i-alert"
at = "45m"
to = "wl"
title = { nl = "Alert", en = "Alert" }
cue = { do = "alert", activity = "hoogwater", parties = ["vr24"], text = { nl = "Let op", en = "Look" } }

[[injects]]
id = "i-invite"
at = "2h"
to = "vr24"
title = { nl = "Nodig uit", en = "Invite" }
cue = { do = "invite", activity = "hoogwater", party = "rode-kruis", text = { nl = "Kijk", en = "Look" } }

[[injects]]
id = "i-seek"
at = "3h"
to = "camping"
title = { nl = "Hulp", en = "Help" }
cue = { do = "seek-support", activity = "hoogwater", text = { nl = "Help", en = "Help" } }

[[injects]]
id = "i-read"
at = "3h"
to = "camping"
title = { nl = "Lees", en = "Read" }
cue = { do = "try-read", filters = ["activity/+/shared/#"] }

[[injects]]
id = "i-write"
at = "3h"
to = "rode-kruis"
title = { nl = "Schrijf", en = "Write" }
cue = { do = "try-write", activity = "hoogwater", subject = "dike", place = "own/wl" }

[[injects]]
id = "i-decide"
at = "4h"
to = "vr24"
title = { nl = "Besluit", en = "Decide" }
[injects.cue]
do = "decide"
activity = "hoogwater"
team = "rot"
text = { nl = "Weg", en = "Go" }
subjects = ["dike"]

[[injects]]
id = "i-close"
at = "T+1d00:00"
to = "vr24"
title = { nl = "Sluit", en = "Close" }
cue = { do = "close", activity = "hoogwater" }

[[faults]]
id = "f-hole"
at = "5h"
type = "wrong-value"
party = "wl"
subject = "dike"
title = { nl = "Gat", en = "Hole" }
recognise = { nl = "Kijk", en = "Look" }
values = [{ name = "holes", amount = 1, unit = "count" }]
source = "B"

[[faults]]
id = "f-old"
at = "8h"
type = "stale"
party = "wl"
subject = "maas"
as_of = "T+00:30"
title = { nl = "Oud", en = "Old" }
recognise = { nl = "Kijk", en = "Look" }
"""

AGREEMENT = """
partner = "wl"
core_task = "B"
profile = "core"
regions = ["vr24", "vr23"]

[process.alerting]
systems = ["river"]

[process.alarming]
level = 2

[process.pictures]
initial_picture = { limit = "30m", source = "exercise" }
sitrep_every = "2h"
"""

CAMPING_AGREEMENT = """
partner = "camping"
core_task = "D"
profile = "ad-hoc"
regions = ["vr24"]

[process.information_use]
seconded_themes = ["a2"]
"""

RED_CROSS_AGREEMENT = """
partner = "rode-kruis"
core_task = "C"
profile = "standby"
regions = ["vr24"]
"""

SERIES = "time,value,source\n2021-07-12T09:00,1000,A\nT+02:00,1100.5,B\nT+03:00,1200,exercise\n"

THEMES = """
[[themes]]
id = "a2"
part = "a"
name = { nl = "Situatie", en = "Situation" }
source = "test"

[[themes]]
id = "c1"
part = "c"
name = { nl = "Prognose", en = "Forecast" }
source = "test"
"""

SQUARE = [[5.5, 50.7], [6.0, 50.7], [6.0, 51.0], [5.5, 51.0], [5.5, 50.7]]


def feature(name: str, kind: str, coordinates: Any) -> dict[str, Any]:
    """Return one named feature."""
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"id": name}, "geometry": geometry}


def areas(*more: dict[str, Any]) -> str:
    """Return the areas of the small scenario, and more."""
    features = [
        feature("basin", "Polygon", [SQUARE]),
        feature("dike", "LineString", [[5.7, 50.8, 44.0], [5.8, 50.9, 44.0]]),
        feature("both", "MultiPolygon", [[SQUARE]]),
        *more,
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def profile(name: str, kind: str, tasks: str, channel: str, rights: str) -> str:
    """Return the file of a profile."""
    words = '{ nl = "x", en = "x" }'
    texts = ("name", "characterisation", "information_contact", "coordination_contact", "reports")
    return (
        f'id = "{name}"\nkind = "{kind}"\nsource = "test"\ncore_tasks = {tasks}\nassessable = true\n'
        f'directs_own_picture = false\nchannel = "{channel}"\nbehaviours = {json.dumps(sorted(BEHAVIOURS))}\n'
        + "".join(f"{text} = {words}\n" for text in texts)
        + STAFF
        + rights
    )


@dataclass
class Folders:
    """A scenario folder and a profiles folder, and the texts in them."""

    scenario: Path
    profiles: Path

    def write(self, relative: str, text: str | bytes) -> None:
        """Write a file of the scenario."""
        _write(self.scenario / relative, text)

    def write_profile(self, relative: str, text: str | bytes) -> None:
        """Write a file of the profiles folder."""
        _write(self.profiles / relative, text)

    def change(self, old: str, new: str, relative: str = "scenario.toml") -> None:
        """Replace the first occurrence of a text in a file of the scenario."""
        text = (self.scenario / relative).read_text(encoding="utf-8")
        if old not in text:
            raise AssertionError(f"{old!r} is not in {relative}")
        self.write(relative, text.replace(old, new, 1))


def build(root: Path) -> Folders:
    """Return a valid scenario in two folders below ``root``."""
    folders = Folders(root / "proef", root / "profiles")
    folders.write("scenario.toml", SCENARIO)
    folders.write("areas.geojson", areas())
    folders.write("agreements/wl.toml", AGREEMENT)
    folders.write("agreements/camping.toml", CAMPING_AGREEMENT)
    folders.write("agreements/rode-kruis.toml", RED_CROSS_AGREEMENT)
    folders.write("series/maas.csv", SERIES)
    folders.write("README.md", "not read")
    folders.write_profile("themes.toml", THEMES)
    folders.write_profile("bodies/region.toml", profile("region", "body", "[]", "post", REGION_RIGHTS))
    for name, tasks, channel, rights in (
        ("core", '["A", "B"]', "post", POST_RIGHTS),
        ("link", '["A", "B"]', "outside", OUTSIDE_RIGHTS),
        ("standby", '["C"]', "post", POST_RIGHTS + GRANT),
        ("ad-hoc", '["D"]', "outside", OUTSIDE_RIGHTS + GRANT),
    ):
        folders.write_profile(f"partners/{name}.toml", profile(name, "partner", tasks, channel, rights))
    return folders


def _write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
