"""Files as local systems and spreadsheets write them."""

from pathlib import Path

import orjson
import pytest

from samverk.reading import mappings, table
from samverk.reading.files import How, Sender, rows
from samverk.reading.rows import Row, Unreadable
from samverk.reading.text import decoded
from samverk.reading.values import moment, ore, whole, yes_or_no
from shared.contracts import Contracts

CONTRACTS = Contracts.load()
SUNDSVALL = Sender("2281", "prov")
PUPIL = "1f0c6a3e-7c35-4d0e-9c5e-0a4c2f6b9d11"
OFFERINGS = "offering;intake_year;programme;school_unit;school_name;seats\n"


def read(text: str, how: How | None = None, sender: Sender = SUNDSVALL) -> list[Row]:
    return list(rows(text, sender, CONTRACTS, how))


def test_a_spreadsheet_of_offerings_becomes_one_event_a_row() -> None:
    (row,) = read(OFFERINGS + "2281-EK-1;2027;EK;10000001;Åsö gymnasium;96\n")
    assert row.good
    assert row.event is not None
    assert row.event["subject"] == "2281-EK-1"
    assert row.event["source"] == "/municipalities/2281/prov"
    assert row.event["data"]["seats"] == 96
    assert row.event["data"]["status"] == "offered"


def test_swedish_columns_byte_order_mark_and_blank_lines_are_taken() -> None:
    content = "\ufeffUtbildning;Intagsår;Program;Skolenhet;Skola;Platser\n\n2281-EK-1;2027;EK;10000001;Åsö;96\n;;;;;\n"
    (row,) = read(decoded(content.encode()))
    assert (row.line, row.faults) == (3, [])


def test_latin_1_is_read_where_it_is_no_utf_8() -> None:
    (row,) = read(decoded((OFFERINGS + "2281-EK-1;2027;EK;10000001;Åsö;96\n").encode("cp1252")))
    assert row.event is not None
    assert row.event["data"]["school_name"] == "Åsö"


def test_a_bad_row_says_what_is_wrong_and_the_rest_is_good() -> None:
    good, bad, late = read(
        OFFERINGS + "2281-EK-1;2027;EK;10000001;A;96\n2281-NA-1;2027;na;1;A;många\n2281-SA-1;2027;SA;10000001;A;9\n"
    )
    assert good.good
    assert late.good
    assert bad.line == 3
    assert {fault.field for fault in bad.faults} == {"/programme", "/school_unit", "/seats"}
    assert all(fault.sv and fault.en for fault in bad.faults)


def test_a_missing_key_column_is_named_as_missing() -> None:
    (row,) = read("intake_year;programme;school_unit;school_name;seats\n2027;EK;10000001;A;9\n")
    assert [fault.field for fault in row.faults] == ["/offering"]


def test_cost_bases_are_kronor_with_decimal_comma_or_whole_ore() -> None:
    header = "prisår;program;elever;undervisning;läromedel;elevhälsa;måltider;administration;lokaler\n"
    (row,) = read(header + "2027;EK;90;4 712 345,50;1000;2.5;0;3,1;12\n")
    assert row.good
    assert row.event is not None
    assert row.event["subject"] == "2281-2027-EK"
    assert row.event["data"]["costs_ore"]["teaching"] == 471_234_550
    assert row.event["data"]["costs_ore"]["pupil_health"] == 250


def test_an_application_is_a_row_with_ranked_choices() -> None:
    header = "sökande,personnummer,skyddad,intagsår,inlämnad,val1,val 2,val3\n"
    (row,) = read(header + f"{PUPIL},20110317-9808,nej,2027,2027-01-20,2281-EK-1,,2281-SA-1\n")
    assert row.good
    assert row.event is not None
    assert row.event["data"]["choices"] == [{"rank": 1, "offering": "2281-EK-1"}, {"rank": 2, "offering": "2281-SA-1"}]
    assert row.event["data"]["submitted_at"] == "2027-01-20T12:00:00+01:00"


def test_grades_may_stand_in_columns_or_in_rows() -> None:
    wide = f"applicant,intake_year,occasion,EN,MA,M2SPA\n{PUPIL},2027,final,A,-,c\n"
    long = (
        f"applicant,intake_year,occasion,subject,grade\n{PUPIL},2027,final,EN,A\n{PUPIL},2027,final,ma,-\n"
        f"{PUPIL},2027,final,M2SPA,C\n"
    )
    (one,), (other,) = read(wide), read(long)
    assert one.good
    assert one.event == other.event


def test_a_report_of_grades_tells_who_dances_if_it_has_the_column() -> None:
    head = "applicant,intake_year,occasion,reduced_timetable_for_dance,EN\n"
    told, untold = read(f"{head}{PUPIL},2027,final,ja,A\n{PUPIL},2027,autumn,,A\n")
    assert told.event
    assert told.event["data"]["reduced_timetable_for_dance"] is True
    assert untold.good
    assert untold.event
    assert "reduced_timetable_for_dance" not in untold.event["data"]


def test_the_same_content_gives_the_same_id_and_another_revision_another() -> None:
    text = OFFERINGS + "2281-EK-1;2027;EK;10000001;A;96\n"
    ids = [read(text, How(revision=revision))[0].event for revision in (1, 1, 2)]
    assert ids[0] is not None
    assert ids[1] is not None
    assert ids[2] is not None
    assert ids[0]["id"] == ids[1]["id"] != ids[2]["id"]


def test_lines_of_events_are_checked_one_by_one() -> None:
    example = CONTRACTS.event("se.samverk.catalogue.offering.reported.v1")
    foreign = example | {"source": "/municipalities/2284/x"}
    outgoing = CONTRACTS.event("se.samverk.catalogue.offering.published.v1")
    lines = [orjson.dumps(each).decode() for each in (example, foreign, outgoing)] + ["{", "17"]
    found = read("\n".join(lines), How(events=True))
    assert [row.good for row in found] == [True, False, False, False, False]
    assert [row.faults[0].code for row in found[1:]] == ["wrong_source", "unknown_type", "not_json", "not_an_object"]


def test_a_table_that_tells_nothing_asks_for_its_type() -> None:
    with pytest.raises(Unreadable) as refused:
        read("a;b\n1;2\n")
    assert "--type" in refused.value.sv
    with pytest.raises(Unreadable):
        mappings.chosen("planeter", table.read("a;b\n1;2\n"))


@pytest.mark.parametrize("text", ["", "\n\n", "seats;seats\n1;2\n"])
def test_a_file_without_a_table_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


def test_excel_may_name_its_separator() -> None:
    (row,) = read("sep=;\n" + OFFERINGS + "2281-EK-1;2027;EK;10000001;A, B;96\n")
    assert (row.good, row.line) == (True, 3)


def test_cells() -> None:
    assert [whole(cell) for cell in ("12", "1 200", "12,0", "12,5", "x")] == [12, 1200, 12, "12,5", "x"]
    assert [ore(cell) for cell in ("1,5", "1.234,56", "1,234.56", "0,001", "")] == [150, 123456, 123456, "0,001", ""]
    assert [yes_or_no(cell) for cell in ("Ja", "", "FALSKT", "kanske")] == [True, False, False, "kanske"]
    assert moment("2027-07-01 08:30") == "2027-07-01T08:30:00+02:00"
    assert moment("i går") == "i går"


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    from samverk.reading.text import read_bytes

    with pytest.raises(Unreadable):
        read_bytes(str(tmp_path / "borta.csv"))
