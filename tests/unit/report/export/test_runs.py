"""Whole runs in the formats of others, read back by what reads these."""

from __future__ import annotations

import builtins
import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cloudevents.core.formats.json import JSONFormat
from icalendar import Calendar
from mcap.reader import make_reader

from sim.cli.main import main
from sim.core.records.kinds import KINDS, Injected, Message, Opening
from sim.core.records.record import Record
from sim.files.problems import InputError
from sim.report.export.tables import RECORDS, write_csv, write_parquet
from sim.runlog.reader import read
from tests.integration.command import BEEKDAL
from tests.unit.report.export.conftest import Export


@pytest.fixture(scope="session")
def records(beekdal_run: Path) -> list[Record]:
    return list(read(beekdal_run))


def messages(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if isinstance(record.content, Message)]


def start_of(records: Sequence[Record]) -> datetime:
    opening: Opening = records[0].content
    return datetime.fromisoformat(opening.start)


@pytest.mark.parametrize("form", ["csv", "parquet", "mcap", "ics", "cloudevents"])
def test_the_same_run_gives_the_same_bytes(export: Export, form: str) -> None:
    assert export(form) == export(form)


# Tables ----------------------------------------------------------------------------------------------


def rows_of_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def test_csv_has_a_line_for_each_record_and_its_whole_content(export: Export, records: list[Record]) -> None:
    rows = rows_of_csv(export("csv")["records.csv"])
    assert [int(row["seq"]) for row in rows] == [record.seq for record in records]
    for row, record in zip(rows, records, strict=True):
        assert msgspec.json.decode(row["content"], type=KINDS[row["kind"]]) == record.content
        clock = start_of(records) + timedelta(milliseconds=record.at_ms)
        assert datetime.fromisoformat(row["time"]) == clock


def test_parquet_says_what_csv_says(export: Export) -> None:
    files = export("csv,parquet")
    for name in ("records", "measures"):
        table = pq.read_table(io.BytesIO(files[f"{name}.parquet"]))
        rows = rows_of_csv(files[f"{name}.csv"])
        assert table.num_rows == len(rows)
        for column in table.column_names:
            told = [as_text(value) for value in table.column(column).to_pylist()]
            assert told == [normal(row[column]) for row in rows], column


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return normal(str(value))


def normal(text: str) -> str:
    """Return a figure or moment as it is, whichever way it is written."""
    try:
        return repr(float(text))
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat() if text[:2] == "20" else text
    except ValueError:
        return text


def test_measures_have_results_and_the_records_that_show_them(export: Export, records: list[Record]) -> None:
    rows = rows_of_csv(export("csv")["measures.csv"])
    assert {row["scope"] for row in rows} == {"exercise", "partner", "body"}
    judged = [row for row in rows if row["criterion"] and row["result"] == "met"]
    assert judged
    cited = {int(seq) for row in rows for seq in row["records"].split()}
    assert cited <= {record.seq for record in records}
    assert cited


def test_csv_gives_no_formula_to_a_spreadsheet() -> None:
    file = io.BytesIO()
    columns: Mapping[str, Any] = {"topic": "text", "count": "int"}
    write_csv(columns, [("=1+1", 1), ("+x", -2), ('a,b\n"c"', None), ("\0", True)], file)
    text = file.getvalue().decode()
    assert text == 'topic,count\r\n\'=1+1,1\r\n\'+x,-2\r\n"a,b\n""c""",\r\n\ufffd,true\r\n'


def test_parquet_without_pyarrow_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'beeld\[parquet\]'"):
        write_parquet(RECORDS, [], io.BytesIO())


def test_parquet_of_many_rows_comes_in_groups() -> None:
    file = io.BytesIO()
    write_parquet({"seq": "int"}, [(number,) for number in range(25_000)], file)
    read_back = pq.ParquetFile(io.BytesIO(file.getvalue()))
    assert read_back.num_row_groups == 3
    assert read_back.read().column("seq").to_pylist() == list(range(25_000))
    assert read_back.schema_arrow.field("seq").type == pa.int64()


# MCAP ------------------------------------------------------------------------------------------------


def test_mcap_is_read_back_by_its_own_reader(export: Export, records: list[Record]) -> None:
    reader = make_reader(io.BytesIO(export("mcap")["run.mcap"]), validate_crcs=True)
    told = list(reader.iter_messages(log_time_order=False))
    assert len(told) == len(records)
    start_ns = round(start_of(records).timestamp()) * 10**9
    by_sequence = {message.sequence: (schema, channel, message) for schema, channel, message in told}
    for record in records:
        schema, channel, message = by_sequence[record.seq]
        is_message = isinstance(record.content, Message)
        assert channel.topic == (record.content.topic if is_message else f"log/{record.kind}")
        assert (message.log_time, message.publish_time) == (start_ns + record.at_ms * 10**6,) * 2
        assert (channel.message_encoding, schema and schema.encoding) == ("json", "jsonschema")
        content = record.content.event if is_message else record.content
        assert msgspec.json.decode(message.data, type=type(content)) == content
    summary = reader.get_summary()
    assert summary is not None
    assert summary.statistics is not None
    assert summary.statistics.message_count == len(records)


def test_schemas_in_mcap_are_json_schemas_of_an_object(export: Export) -> None:
    reader = make_reader(io.BytesIO(export("mcap")["run.mcap"]))
    summary = reader.get_summary()
    assert summary is not None
    names = {schema.name for schema in summary.schemas.values()}
    assert names >= {"nl.beeld.event", "nl.beeld.run", "nl.beeld.truth", "nl.beeld.inject"}
    for schema in summary.schemas.values():
        assert "$ref" in msgspec.json.decode(schema.data) or "$defs" in msgspec.json.decode(schema.data)


def test_mcap_says_which_run_it_is(export: Export, beekdal_run: Path) -> None:
    reader = make_reader(io.BytesIO(export("mcap")["run.mcap"]))
    (about,) = reader.iter_metadata()
    assert about.name == "beeld"
    assert about.metadata["scenario"] == "beekdal"
    assert about.metadata["start"] == "2021-07-14T08:00:00+02:00"


# iCalendar -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("nl", "OEFENING: "), ("en", "EXERCISE: ")])
def test_the_calendar_of_a_run_has_each_inject(
    export: Export, records: list[Record], language: str, word: str
) -> None:
    calendar = Calendar.from_ical(export("ics", "--lang", language)[f"injects.{language}.ics"])
    injects = [record for record in records if isinstance(record.content, Injected)]
    events = calendar.walk("VEVENT")
    assert len(events) == len(injects)
    for event, record in zip(events, injects, strict=True):
        at = start_of(records) + timedelta(milliseconds=record.at_ms)
        assert event.decoded("dtstart") == at.astimezone(UTC).replace(microsecond=0)
        assert str(event["summary"]) == word + record.content.title.in_language(language)
        assert str(event["uid"]).startswith(f"{record.content.id}.")
    assert len({str(event["uid"]) for event in events}) == len(events)


def test_the_calendar_of_a_scenario_is_that_of_its_run_but_for_its_name(export: Export) -> None:
    planned = Calendar.from_ical(
        export("ics", "--lang", "nl", target=BEEKDAL)["beekdal.injects.nl.ics"]
    ).walk("VEVENT")
    came = Calendar.from_ical(export("ics", "--lang", "nl")["injects.nl.ics"]).walk("VEVENT")
    shown = [[(str(e["summary"]), e.decoded("dtstart")) for e in events] for events in (planned, came)]
    assert shown[0] == shown[1]


# CloudEvents -----------------------------------------------------------------------------------------


def test_cloud_events_are_read_by_their_sdk(export: Export, records: list[Record]) -> None:
    lines = export("cloudevents")["events.jsonl"].splitlines()
    sent = messages(records)
    assert len(lines) == len(sent)
    for line, record in zip(lines, sent, strict=True):
        event = JSONFormat().read(None, line)
        attributes = event.get_attributes()
        assert attributes["id"] == record.content.event.id
        assert attributes["subject"] == record.content.topic
        assert event.get_type() == record.content.event.type
        assert event.get_time() == datetime.fromisoformat(record.content.event.time)
        assert all(name.isalnum() and name.islower() for name in attributes), "3.1 of CloudEvents 1.0"


def test_the_command_tells_what_it_wrote(
    beekdal_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["export", str(beekdal_run), "--format", "edxl,ics", "--at", "T+01:30", "--party", "vr24"]
    assert main([*command, "--out", str(tmp_path), "--json"]) == 0
    told = msgspec.json.decode(capsys.readouterr().out)
    assert [Path(path).name for path in told["files"]] == sorted(file.name for file in tmp_path.iterdir())[
        ::-1
    ]
    (lacking,) = told["left_out"].values()
    assert lacking["shape-as-point"] > 0
    assert main([*command, "--out", str(tmp_path / "more"), "--lang", "nl"]) == 0
    printed = capsys.readouterr().out
    assert "Geschreven: " in printed
    assert "lijnen en gebieden staan er als een punt erop in" in printed
