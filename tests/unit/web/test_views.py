"""What pages show, worked out of a scene."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sim.core.picture.quality import conflicts
from sim.core.records.kinds import Delivery
from sim.files.problems import InputError
from sim.replay.scene import Scene, scene_of
from sim.report.exercise.words import ReportWords
from sim.runlog.reader import read
from sim.web.reference import themes
from sim.web.views.ground import HEIGHT, WIDTH, ground
from sim.web.views.happenings import LANES, timeline_view
from sim.web.views.mail import KEPT, Mailboxes
from sim.web.views.map_view import map_view
from sim.web.views.matrix import matrix_view
from sim.web.views.picture import OLD_MS, SHARED, TRUTH, history_view, picture_view
from tests.unit.web.conftest import RUN

RECENT_MS = 15 * 60_000


@pytest.mark.parametrize("harm", ["", "[]", "{}", '{"features": [{}]}', '{"features": 3}', "\x00"])
def test_boundaries_that_cannot_be_read_are_told(tmp_path: Path, harm: str) -> None:
    file = tmp_path / "areas.geojson"
    file.write_text(harm, encoding="utf-8")
    with pytest.raises(InputError, match=r"areas\.geojson"):
        ground(file)


def test_boundaries_of_ones_own_are_drawn(tmp_path: Path) -> None:
    square = [[[5.0, 52.0], [6.0, 52.0], [6.0, 53.0], [5.0, 53.0], [5.0, 52.0]]]
    feature = {"properties": {"code": "VR24"}, "geometry": {"type": "Polygon", "coordinates": square}}
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps({"features": [feature]}), encoding="utf-8")

    assert [region.id for region in ground(file).regions] == ["vr24"]


def test_a_map_begins_with_its_regions_or_the_country() -> None:
    found = ground(None)

    assert found.fit([]) == found.fit(["nowhere"]) == f"0 0 {WIDTH:g} {HEIGHT:g}"
    left, top, width, height = map(float, found.fit(["vr24"]).split())
    box = found.boxes["vr24"]
    assert (left < box[0], top < box[1]) == (True, True)
    assert (left + width > box[2], top + height > box[3]) == (True, True)
    assert len(found.tiles) == 25


def test_tiles_count_what_lies_in_each_region(scene: Scene, words: ReportWords) -> None:
    view = picture_view(scene, SHARED, "", RECENT_MS, themes(), words)
    tiles = map_view(ground(None), scene, view, schematic=True).tiles

    assert 0 < sum(one.count for one in tiles) <= len(view.marks)
    assert all(one.fresh <= one.count for one in tiles)
    assert map_view(ground(None), scene, view, schematic=False).tiles == ()


def test_a_picture_is_that_of_the_scene(scene: Scene, words: ReportWords) -> None:
    for whose in (SHARED, TRUTH, "wl", "gasunie"):
        view = picture_view(scene, whose, "", RECENT_MS, themes(), words)
        lines = [line for theme in view.themes for line in theme.lines]
        assert view.count == len(lines)
        assert view.fresh == sum(line.is_fresh for line in lines)
        if whose == TRUTH:
            assert {line.id for line in lines} == {fact.subject for fact in scene.truth()}
            assert {line.status for line in lines} == {"true"}
        elif whose != SHARED:
            held = scene.picture_of(whose)
            assert {line.id for line in lines} == held.keys()
            for line in lines:
                assert line.is_old == (scene.at_ms - held[line.id].observed_at_ms >= OLD_MS)


def test_a_history_is_what_a_party_saw_of_it(scene: Scene, words: ReportWords) -> None:
    item = next(iter(scene.picture_of("wl")))
    seen = {one.seq for one in history_view(scene, item, words, seen_by="wl")}

    assert seen <= {one.seq for one in history_view(scene, item, words)}
    assert seen == {one.seq for one in scene.history(item) if "wl" in (one.sender, *one.readers)}


def test_the_matrix_has_a_row_for_each_party_and_a_known_state_in_each_cell(
    scene: Scene, words: ReportWords
) -> None:
    subjects = tuple(fact.subject for fact in scene.truth())
    view = matrix_view(scene, (*subjects, "nothing-so"), words)

    assert len(view.rows) == len(scene.opening.parties)
    assert [subject for subject, _, _ in view.subjects] == list(subjects)
    states = {cell.state for _, cells in view.rows for cell in cells}
    assert states <= {"nothing", "right", "behind", "wrong", "corrected", "late"}
    assert {"nothing", "right"} <= states


def test_mail_is_kept_for_whom_it_reached_the_last_first(runs: Path, words: ReportWords) -> None:
    boxes = Mailboxes()
    for record in read(runs / RUN):
        boxes.take(record)
    lines = boxes.lines("gasunie", words)

    assert [one.letter.seq for one in lines] == sorted((one.letter.seq for one in lines), reverse=True)
    assert any(one.letter.kind == "alarm" and one.answered for one in lines)
    assert all(one.letter.kind not in ("ack", "scaling") for one in lines)
    assert len(lines) <= KEPT
    assert boxes.lines("nobody", words) == ()


def test_a_line_of_time_parts_what_was_from_what_is_to_come(runs: Path, words: ReportWords) -> None:
    halfway = scene_of(read(runs / RUN), 3_600_000)
    view = timeline_view(halfway, words)

    assert all(0 <= one.x <= 1000 for one in view.bundles)
    assert all(one.is_past for one in view.past)
    assert view.coming == ()
    assert 0 < view.now_x < 1000


def test_refusals_by_the_thousand_share_signs_on_the_line_of_time(runs: Path, words: ReportWords) -> None:
    records = list(read(runs / RUN))
    refusal = next(record for record in records if record.kind == "denied")
    scene = Scene()
    for seq, record in enumerate((*records, *(refusal for _ in range(3000)))):
        at_ms = record.at_ms if seq < len(records) else records[-1].at_ms + seq
        scene.take(msgspec.structs.replace(record, seq=seq, at_ms=at_ms))
    view = timeline_view(scene, words)

    refused = [one for one in view.bundles if one.kind == "denied"]
    assert sum(one.count for one in refused) == len(scene.denials) > 3000
    assert len(view.bundles) <= 6 * 101
    assert view.count_past == sum(len(scene.seqs(kind)) for kind in LANES)
    assert all(one.title for one in view.bundles if one.count == 1 and one.kind != "denied")


def test_mail_that_comes_late_is_there_once_it_has_come(runs: Path, words: ReportWords) -> None:
    records = list(read(runs / RUN))
    sent = next(
        record
        for record in records
        if record.kind == "message" and record.content.topic == "outside/gasunie/vr24/alarm"
    )
    boxes = Mailboxes()
    boxes.take(records[0])
    boxes.take(msgspec.structs.replace(sent, content=msgspec.structs.replace(sent.content, readers=())))
    assert boxes.lines("gasunie", words) == (), "it is under way"
    arrived = Delivery("gasunie", sent.content.topic, sent.content.event.id, "late", "o-1")
    boxes.take(msgspec.structs.replace(sent, kind="delivery", content=arrived))
    (line,) = boxes.lines("gasunie", words)
    assert line.letter.event == sent.content.event.id
    assert boxes.lines("wl", words) == ()


def test_statements_that_contradict_each_other_are_both_marked(scene: Scene, words: ReportWords) -> None:
    held = scene.shared_picture()
    about = next(item for item in held.values() if item.values and item.source.party)
    figure = about.values[0]
    other = msgspec.structs.replace(
        about,
        id=f"{about.id}-other",
        values=(msgspec.structs.replace(figure, amount=figure.amount + 1000), *about.values[1:]),
        source=msgspec.structs.replace(about.source, party="camping"),
    )
    doubted = {about.id: about, other.id: other}
    assert {item.id for pair in conflicts(doubted) for item in pair} == doubted.keys()

    class Doubtful(Scene):
        def shared_picture(self, activity: object = None, *, only_relied_on: bool = True) -> Any:
            return doubted

    shown = Doubtful()
    shown.pass_to(scene.at_ms)
    view = picture_view(shown, SHARED, "", RECENT_MS, themes(), words)
    lines = [line for theme in view.themes for line in theme.lines]
    assert {line.id for line in lines if line.in_conflict} == doubted.keys()
    alone = picture_view(scene, SHARED, "", RECENT_MS, themes(), words)
    marked = {line.id for theme in alone.themes for line in theme.lines if line.in_conflict}
    assert marked == {item.id for pair in conflicts(held) for item in pair}
