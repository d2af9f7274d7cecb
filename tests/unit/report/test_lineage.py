"""The contamination tree for people: on the screen and as a drawing, in both languages, whatever is in the log."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import get_args
from xml.etree import ElementTree as ET

import msgspec
import pytest
from rich.console import Console

from sim.cli.lineage import print_lineage
from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.lineage import Channel, Lineage, lineage
from sim.core.assessment.judging.fault_results import fault_results
from sim.core.assessment.judging.outcome import FaultResult
from sim.core.messages.contents import Briefing
from sim.core.messages.items import Item, ItemRef
from sim.core.model.text import Language
from sim.report.lineage.drawing import WIDTH, drawing, drawings
from sim.report.lineage.words import LineageWords
from sim.report.svg import element, wrapped, xml
from sim.words import keys
from tests.unit.core.assessment.logs import (
    ACTIVITY,
    FAULT,
    GAS,
    GRID,
    NEIGHBOUR,
    REGION,
    STATUS,
    WATER,
    Log,
    item,
    minutes,
)

START = datetime.fromisoformat("2021-07-14T12:00:00+02:00")
SVG = "{http://www.w3.org/2000/svg}"


def wrong(name: str = "w", version: int = 1) -> Item:
    return item(name, version, faults=(FAULT,))


def spread() -> Log:
    """A fault that is told on, recognised, signalled, decided on and put right for some."""
    log = Log()
    log.fault(10)
    log.own(12, WATER, wrong(), (REGION, NEIGHBOUR))
    log.shared(20, wrong("s"), (GRID, WATER))
    log.mail(21, REGION, GAS, Briefing(activity=ACTIVITY, items=(wrong("s"),)))
    log.shared(22, wrong("s", 2), (GRID,))
    log.note(30, GRID, "recognised", wrong("s"))
    log.signal(30, GRID, wrong("s"))
    log.decide(31, ItemRef("s", 1))
    righted = item("s", 3, faults=(FAULT,), status=STATUS.CORRECTED)
    log.shared(40, righted, (GRID, WATER, NEIGHBOUR))
    return log.end(100)


def found(log: Log) -> tuple[FaultResult, Lineage]:
    evidence = gather(log.records)
    (result,), (case,) = fault_results(evidence), evidence.cases
    return result, lineage(evidence.log, case)


def printed(log: Log, language: Language = "en", width: int = 200) -> str:
    screen = Console(file=io.StringIO(), width=width, highlight=False)
    print_lineage(*found(log), screen, LineageWords(language, START))
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def drawn(log: Log, language: Language = "en") -> str:
    return drawing(*found(log), LineageWords(language, START), "test, seed 1", minutes(100))


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_screen_tells_who_had_it_from_whom_when_and_how_it_ended() -> None:
    lines = printed(spread()).splitlines()
    grid = next(number for number, line in enumerate(lines) if line.strip(" ├└│─") == GRID)
    assert lines[grid + 1].strip(" ├└│─") == "T+00:20:00 · Wed 12:20 (#3) · shared picture of vr24: s v1"
    assert lines[grid + 2].strip(" ├└│─") == (
        "held it 20 min, until Wed 12:40 (#9) · recognised Wed 12:30 (#6) · signalled Wed 12:30 (#7) · "
        "told 1\N{MULTIPLICATION SIGN} more by vr24"
    )
    assert any("decision d-1 Wed 12:31" in line for line in lines)
    assert any("held it 1 h 19 min, still at the end" in line for line in lines)
    assert "Parties: 5" in lines[2]
    assert "Gone after: held by 1" in lines[2]


def test_what_was_told_nobody_is_said_to_be() -> None:
    log = Log()
    log.fault(10)
    text = printed(log.end(20))
    assert "told nobody" in text
    assert "Gone after: ·" in text
    assert "told nobody" in texts(drawn(log))


def test_a_narrow_screen_cuts_nothing_off() -> None:
    def words(text: str) -> list[str]:
        return re.sub(r"[│├└─]", " ", text).split()

    narrow = printed(spread(), width=44)
    assert max(len(line.rstrip()) for line in narrow.splitlines()) <= 44
    assert words(narrow) == words(printed(spread(), width=400))


@pytest.mark.parametrize("language", get_args(Language))
def test_both_show_the_same_in_either_language(language: Language) -> None:
    words = LineageWords(language, START)
    result, tree = found(spread())
    screen, svg = printed(spread(), language, 400), " ".join(texts(drawn(spread(), language)))
    for node in tree.nodes:
        for told in (words.name(node), words.told(node), words.held(node), *words.marks(node)):
            assert told in screen
            assert told in svg
    for name, figure in words.figures(result):
        assert f"{name}: {figure}" in screen
        assert name in svg


def test_the_drawing_tells_who_does_not_see_it() -> None:
    root = ET.fromstring(drawn(spread()))
    assert (root.get("role"), root.get("lang"), root.get("aria-labelledby")) == ("img", "en", "title desc")
    titles = [each.text or "" for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")]
    assert titles[0].startswith("Contamination tree")
    for party in (WATER, REGION, GRID, GAS, NEIGHBOUR):
        assert f"{party}: " in titles[1]


def test_the_same_tree_gives_the_same_bytes() -> None:
    assert drawn(spread()) == drawn(spread())


def _widest(each: ET.Element) -> float:
    """Return where a line of text ends at most: letters of this sort are less than 0.58 of their size on average."""
    return float(each.get("x", 0)) + len(each.text or "") * float(each.get("font-size", 11)) * 0.58


def test_no_text_of_the_drawing_is_cut_off_or_runs_into_another_column() -> None:
    """However long names, ids and what was built are."""
    log = Log()
    log.fault(10)
    senders = [WATER]
    for step in range(14):
        party = f"party-with-a-rather-long-name-{'x' * 20}-{step}"
        for number in range(5):
            told = wrong(f"{senders[-1][-30:]}-item-{number}")
            log.own(11 + step, senders[-1], told, (party,))
        senders.append(party)
    root = ET.fromstring(drawn(log.end(100)))
    height = float(root.get("height", 0))
    lines = list(root.iter(f"{SVG}text"))
    rows = [each for each in lines if each.get("font-weight") == "bold" and each.get("font-size") == "13"]
    assert len(rows) > len(senders)
    for each in lines:
        assert _widest(each) <= WIDTH
        assert 0 < float(each.get("y", 0)) < height
    names = [each for each in lines if float(each.get("x", 0)) < 200 and float(each.get("y", 0)) > 190]
    assert max(_widest(each) for each in names if each.text and "#n" not in each.text) <= 436


def test_a_tree_that_is_higher_than_a_page_goes_on_over_pages() -> None:
    """Each row stands on one of them, none is higher than the page, and what passes over an edge goes on."""
    log = spread()
    whole, words = drawn(log), LineageWords("en", START)
    result, tree = found(log)
    pages = drawings(result, tree, words, "test, seed 1", minutes(100), 420)
    names = [words.name(node) for node in tree.nodes]

    assert drawings(result, tree, words, "test, seed 1", minutes(100)) == (whole,)
    assert len(pages) > 2
    assert [name for page in pages for name in texts(page) if name in names] == names
    assert all(float(ET.fromstring(page).attrib["height"]) <= 420 for page in pages)
    assert f"({len(pages)} of {len(pages)})" in pages[-1]
    for page in pages[1:]:
        assert 'stroke-dasharray="1 3"' in page


def test_a_type_of_fault_has_a_name_and_one_that_is_not_known_is_named_as_it_is() -> None:
    result, _ = found(spread())
    words = LineageWords("nl", START)

    assert "verkeerde waarde" in words.about(result)
    assert "of-tomorrow" in words.about(msgspec.structs.replace(result, type="of-tomorrow"))


def test_what_a_log_holds_cannot_break_the_drawing() -> None:
    svg = drawing(*found(spread()), LineageWords("en", START), "<b>&\x07", minutes(100))
    assert any(text.startswith("<b>&?") for text in texts(svg))


def test_what_ended_and_what_did_not_differ_in_shape_too() -> None:
    svg = drawn(spread())
    assert svg.count('fill="url(#open)"') == 2, "one that is held to the end, and one in the legend"
    shapes = [each.tag.removeprefix(SVG) for each in ET.fromstring(svg).iter()]
    assert {"rect", "polygon", "circle", "path"} <= set(shapes)


def test_letters_that_xml_cannot_hold() -> None:
    assert xml('a\x00b\ud800"<') == "a?b?&quot;&lt;"
    assert element("g", stroke_width=1.25, class_="x") == '<g stroke-width="1.2" class="x"/>'


def test_a_word_that_is_too_long_is_broken_and_nothing_is_one_empty_line() -> None:
    assert "".join(wrapped("x" * 99, 100, 11)) == "x" * 99
    assert wrapped("", 100, 11) == [""]


def test_every_way_and_everything_that_can_be_made_has_a_word() -> None:
    made = (
        "item",
        "proposal",
        "sitrep",
        "snapshot",
        "briefing",
        "confidence",
        "answer",
        "decision",
        "effect",
    )
    wanted = {f"lineage-channel-{way.value}" for way in Channel} | {f"lineage-made-{each}" for each in made}
    assert wanted <= set(keys())
