"""What the pages say: each text that is named is there, each that is there is named, and both languages say it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

import sim
from sim.core.messages.items import Basis, Kind, Sensitivity
from sim.core.picture.quality import Mismatch
from sim.core.records.kinds import Steered
from sim.core.world.faults.fault import Omission
from sim.web.forms import CUE_FORMS, FAULT_TYPES, HOPS
from sim.web.options import Role
from sim.web.pages.seat import OUTCOMES, PURPOSES, VERDICTS
from sim.web.signs import HAPPENING, KNOWING, STATES, VERIFICATION
from sim.web.views.offers import MAIL_KINDS

SIM = Path(sim.__file__).parent
TEXTS = tomllib.loads((SIM / "words" / "pages.toml").read_text(encoding="utf-8"))
SAME = {
    "page-begin", "page-scenario",
}  # fmt: skip
SOURCES = [*(SIM / "web").rglob("*.py"), *(SIM / "web").rglob("*.j2")]
WHOLE = re.compile(r"""\bsay\(\s*["']([a-z0-9-]+)["']\s*[,)]""")
BEGUN = re.compile(r"""\bsay\(\s*f?["']([a-z0-9-]+-)(?:["'] *~|\{)""")
QUOTED = re.compile(r"""["']((?:page-)?[a-z0-9-]+)["']""")
OTHERS = ("result-", "report-", "weekday-", "part-of-", "quality-", "advice-", "lineage-")
"""How texts begin that the report has too."""

FAMILIES = {
    "role": [one.value for one in Role],
    "state": STATES,
    "status": VERIFICATION,
    "knows": KNOWING,
    "kind": [one for one in HAPPENING if one not in ("unmet", "alarm")],
    "item": [one.value for one in Kind],
    "basis": [one.value for one in Basis],
    "sensitivity": [one.value for one in Sensitivity],
    "odd": [one.value for one in Mismatch],
    "fault": FAULT_TYPES,
    "hop": HOPS,
    "omit": get_args(Omission),
    "cue": [one.do for one in CUE_FORMS],
    "field": [
        asked.name
        for one in CUE_FORMS
        for asked in one.fields
        if asked.kind in ("words", "lines", "number") or (asked.kind == "line" and asked.name != "subject")
    ],
    "outcome": OUTCOMES,
    "purpose": PURPOSES,
    "verdict": VERDICTS,
    "mail": [kind for kind in MAIL_KINDS if kind != "ack"],
    "steered": get_args(Steered.__annotations__.get("what")) or (),
}


def everything() -> dict[Path, str]:
    return {file: file.read_text(encoding="utf-8") for file in SOURCES}


def test_each_text_that_is_named_is_there() -> None:
    missing = {
        f"{file.name}: {key}"
        for file, text in everything().items()
        for key in WHOLE.findall(text)
        if f"page-{key}" not in TEXTS and key not in TEXTS and not key.startswith(("page-", *OTHERS))
    }
    missing |= {
        f"{file.name}: {key}"
        for file, text in everything().items()
        for key in WHOLE.findall(text)
        if key.startswith("page-") and key not in TEXTS
    }
    assert missing == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_each_text_of_a_family_is_there(family: str) -> None:
    assert [one for one in FAMILIES[family] if f"page-{family}-{one}" not in TEXTS] == []


def test_each_text_is_named() -> None:
    text = "\n".join(everything().values())
    quoted = {name.removeprefix("page-") for name in QUOTED.findall(text)}
    begun = tuple({begin.removeprefix("page-") for begin in BEGUN.findall(text)})

    unused = {
        key
        for key in TEXTS
        if key.removeprefix("page-") not in quoted and not key.removeprefix("page-").startswith(begun)
    }
    assert unused == set()


def test_both_languages_say_it_with_the_same_values_and_not_in_the_same_words() -> None:
    alike = set()
    for key, told in TEXTS.items():
        assert key.startswith("page-")
        assert told.keys() == {"nl", "en"}, key
        assert all(text.strip() for text in told.values()), key
        values = [set(re.findall(r"\{([a-z_]+)", text)) for text in told.values()]
        assert values[0] == values[1], key
        if told["nl"] == told["en"]:
            alike.add(key)
    assert {key for key in alike if len(TEXTS[key]["nl"]) > 14} == set()
