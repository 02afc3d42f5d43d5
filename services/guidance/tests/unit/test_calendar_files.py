"""Calendar files: what others' say is understood, and what ours say others understand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from guidance.adapters.calendars.reading import busy_times
from guidance.adapters.calendars.writing import feed, invitation, tag
from guidance.domain.calendars import Entry, Fault, Unreadable, joined, next_try, uid
from guidance.domain.rota.clock import at, moment
from guidance.domain.times import Period

HERE = ZoneInfo("Europe/Stockholm")
YEAR = Period(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
NOW = datetime(2027, 3, 1, tzinfo=UTC)


def file(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def shown(content: bytes, within: Period = YEAR) -> list[str]:
    def local(when: datetime) -> str:
        return f"{when.astimezone(HERE):%m-%d %H:%M}"

    return [f"{local(p.starts_at)}/{local(p.ends_at)}" for p in busy_times([content], within).periods]


MEETING = "UID:1\nDTSTART;TZID=Europe/Stockholm:20270503T090000\nDTEND;TZID=Europe/Stockholm:20270503T100000"


def test_a_meeting_is_busy_and_neither_its_title_nor_its_place_is_kept() -> None:
    read = busy_times([file(MEETING + "\nSUMMARY:Hemligt\nLOCATION:Hemma")], YEAR)
    assert "Hemligt" not in repr(read)
    assert shown(file(MEETING)) == ["05-03 09:00/05-03 10:00"]


@pytest.mark.parametrize(
    "free",
    ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "transp:transparent"],
)
def test_what_takes_no_time_is_not_busy(free: str) -> None:
    assert shown(file(f"{MEETING}\n{free}")) == []


def test_a_whole_day_is_busy_from_midnight_to_midnight() -> None:
    assert shown(file("UID:1\nDTSTART;VALUE=DATE:20270328")) == ["03-28 00:00/03-29 00:00"]
    two = "UID:1\nDTSTART;VALUE=DATE:20271030\nDTEND;VALUE=DATE:20271101"
    assert shown(file(two)) == ["10-30 00:00/11-01 00:00"]


def test_a_time_without_zone_is_what_a_swedish_clock_shows() -> None:
    assert shown(file("UID:1\nDTSTART:20270503T090000\nDURATION:PT45M")) == ["05-03 09:00/05-03 09:45"]
    assert shown(file("UID:1\nDTSTART:20270503T070000Z\nDURATION:PT45M")) == ["05-03 09:00/05-03 09:45"]
    windows = "UID:1\nDTSTART;TZID=W. Europe Standard Time:20270503T090000\nDURATION:PT1H"
    assert shown(file(windows)) == ["05-03 09:00/05-03 10:00"]


def test_a_series_keeps_its_clock_time_over_both_changes() -> None:
    series = "UID:1\nDTSTART;TZID=Europe/Stockholm:{}T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    assert shown(file(series.format("20270321"))) == [
        "03-21 09:00/03-21 10:00",
        "03-28 09:00/03-28 10:00",
        "04-04 09:00/04-04 10:00",
    ]
    assert shown(file(series.format("20271024")))[-1] == "11-07 09:00/11-07 10:00"
    [before, *_, after] = busy_times([file(series.format("20271024"))], YEAR).periods
    assert (before.starts_at.hour, after.starts_at.hour) == (7, 8)


def test_what_differs_in_a_series_moves_and_what_is_struck_is_gone() -> None:
    series = f"{MEETING}\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE;TZID=Europe/Stockholm:20270504T090000"
    moved = (
        "UID:1\nRECURRENCE-ID;TZID=Europe/Stockholm:20270505T090000\nDTSTART;TZID=Europe/Stockholm:20270505T130000\n"
        "DTEND;TZID=Europe/Stockholm:20270505T140000"
    )
    off = (
        "UID:1\nRECURRENCE-ID;TZID=Europe/Stockholm:20270506T090000\nDTSTART;TZID=Europe/Stockholm:20270506T090000\n"
        "DURATION:PT1H\nTRANSP:TRANSPARENT"
    )
    assert shown(file(series, moved, off)) == ["05-03 09:00/05-03 10:00", "05-05 13:00/05-05 14:00"]


def test_a_file_may_bring_its_own_zone() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Eget\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0500\r\n"
        "TZOFFSETTO:+0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    content = file("UID:1\nDTSTART;TZID=Eget:20270503T120000\nDURATION:PT1H").replace(
        b"BEGIN:VEVENT", zone.encode() + b"BEGIN:VEVENT"
    )
    assert shown(content) == ["05-03 09:00/05-03 10:00"]


def test_a_zone_is_found_by_a_name_on_several_lines_among_many() -> None:
    name = "Ett eget namn som är längre än en rad i formatet får vara " + "x" * 40
    folded = name.replace("formatet", "form\r\n atet")
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:{}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0500\r\n"
        "TZOFFSETTO:{}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    zones = "".join([*(zone.format(f"Annan {n}", "+0100") for n in range(9)), zone.format(folded, "+0500")])
    content = file(f'UID:1\nDTSTART;TZID="{folded}":20270503T120000\nDURATION:PT1H'.replace("\r", "")).replace(
        b"BEGIN:VEVENT", zones.encode() + b"BEGIN:VEVENT"
    )
    assert shown(content) == ["05-03 09:00/05-03 10:00"]


@pytest.mark.parametrize(
    "wrong",
    [
        "UID:2\nDTSTART:not a time",
        "UID:2\nDTSTART:20270503T090000Z\nDTEND:20270503T080000Z",
        "UID:2\nDTSTART:20270503T090000Z\nDURATION:PT1H\nRRULE:FREQ=SOMETIMES",
        "UID:2\nDTSTART:20270503T090000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY",
        "UID:2\nDTSTART:20270503T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15",
        "UID:2\nSUMMARY:no time at all",
        "UID:2\n\x00\x01:broken",
    ],
)
def test_one_event_that_cannot_be_understood_takes_no_other_with_it(wrong: str) -> None:
    read = busy_times([file(wrong, MEETING.replace("UID:1", "UID:3"))], YEAR)
    assert len(read.periods) == 1
    assert read.passed_over == 1


def test_an_event_that_never_ends_is_passed_over() -> None:
    content = file(MEETING).replace(b"END:VCALENDAR", b"BEGIN:VEVENT\r\nUID:9\r\n")
    read = busy_times([content], YEAR)
    assert (len(read.periods), read.passed_over) == (1, 1)


def test_an_event_that_never_ends_takes_no_other_with_it() -> None:
    content = file(MEETING).replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nUID:9\r\nBEGIN:VTIMEZONE\r\nBEGIN:VEVENT", 1)
    read = busy_times([content], YEAR)
    assert (len(read.periods), read.passed_over) == (1, 1)


@pytest.mark.timeout(60)  # a reading that looks for each end anew takes hours
@pytest.mark.parametrize("line", [b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE", b"begin:vevent \t"])
def test_a_file_of_nothing_but_beginnings_is_read_in_one_pass(line: bytes) -> None:
    begun = 5_000_000 // (len(line) + 2)
    read = busy_times([file(MEETING).replace(b"BEGIN:VEVENT", (line + b"\r\n") * begun + b"BEGIN:VEVENT", 1)], YEAR)
    assert len(read.periods) == 1
    assert read.passed_over == (0 if b"VTIMEZONE" in line else begun)


def test_events_left_when_the_time_is_out_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guidance.adapters.calendars.reading.SECONDS", -1.0)
    read = busy_times([file(MEETING, MEETING.replace("UID:1", "UID:2"))], YEAR)
    assert (read.periods, read.passed_over) == ((), 2)


def test_our_own_entries_that_come_back_are_not_counted_twice() -> None:
    assert shown(file(MEETING.replace("UID:1", f"UID:{uid('shift', 7)}"))) == []


@pytest.mark.parametrize("content", [b"", b"<html>log in</html>", b"\x89PNG\r\n"])
def test_what_is_no_calendar_says_so(content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        busy_times([content], YEAR)
    assert caught.value.fault is Fault.NOT_A_CALENDAR


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 300))
def test_no_file_however_broken_stops_the_reading(noise: bytes, place: int) -> None:
    whole = file(MEETING, MEETING.replace("UID:1", "UID:2") + "\nRRULE:FREQ=DAILY;COUNT=3")
    head = len(b"BEGIN:VCALENDAR\r\n")
    read = busy_times([whole[: head + place] + noise + whole[head + place :]], YEAR)
    assert read.passed_over >= 0
    assert list(read.periods) == sorted(read.periods)


def test_busy_times_that_meet_are_one() -> None:
    hour = timedelta(hours=1)
    first = Period(NOW, NOW + hour)
    assert joined([Period(NOW + hour, NOW + 2 * hour), first, first]) == (Period(NOW, NOW + 2 * hour),)


def test_a_source_that_fails_is_asked_ever_more_seldom() -> None:
    pauses = [next_try(NOW, failures) - NOW for failures in range(12)]
    assert pauses[:3] == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)]
    assert pauses[-1] == timedelta(hours=6)


# Ours


def entry(**changes: Any) -> Entry:
    content: dict[str, Any] = {
        "uid": uid("session", UUID(int=7)),
        "sequence": 0,
        "period": Period(datetime(2027, 5, 3, 7, tzinfo=UTC), datetime(2027, 5, 3, 8, tzinfo=UTC)),
        "summary": "Vägledningssamtal; åäö, och en lång rad som måste brytas för att rymmas i formatets 75 oktetter",
        "changed_at": NOW,
    }
    return Entry(**content | changes)


CHANGES = [
    date(year, month, day)
    for year, march, october in [(2026, 29, 25), (2027, 28, 31), (2028, 26, 29), (2029, 25, 28), (2030, 31, 27)]
    for month, day in [(3, march), (10, october)]
]


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other library keeps zones by name from file to file; each test must read the zone of its own file."""
    monkeypatch.delitem(vars(vobject.icalendar)["__tzidMap"], "Europe/Stockholm", raising=False)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("sunday", CHANGES)
def test_a_feed_read_by_another_library_tells_every_hour_around_the_clock_change(sunday: date) -> None:
    hours = [moment(at(sunday - timedelta(days=1), 0)) + timedelta(hours=n) for n in range(24 * 3)]
    entries = [
        entry(uid=uid("shift", n), period=Period(start, start + timedelta(hours=1))) for n, start in enumerate(hours)
    ]
    read = vobject.readOne(feed("Jour", entries).decode())
    times = [(event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)) for event in read.vevent_list]
    ambiguous = {start for start in hours if sunday.month == 10 and start.astimezone(HERE).fold}
    # a wall time that October has twice cannot say which: RFC 5545 means the first
    for start, found in zip(hours, times, strict=True):
        if start not in ambiguous and start + timedelta(hours=1) not in ambiguous:
            assert found == (start, start + timedelta(hours=1))


def test_the_zone_comes_with_the_feed_and_the_same_entries_give_the_same_bytes() -> None:
    content = feed("Min jour", [entry()])
    assert content.count(b"BEGIN:VTIMEZONE") == 1
    assert b"TZID:Europe/Stockholm" in content
    assert tag(content) == tag(feed("Min jour", [entry()]))
    assert tag(content) != tag(feed("Min jour", [entry(sequence=1)]))
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_an_invitation_its_update_and_its_cancellation_are_about_the_same_thing() -> None:
    later = Period(datetime(2027, 5, 4, 7, tzinfo=UTC), datetime(2027, 5, 4, 8, tzinfo=UTC))
    said = [
        invitation(each, organizer="no-reply@samverk.example", attendee="x@example.org", name="X")
        for each in (entry(), entry(sequence=1, period=later), entry(sequence=2, period=later, cancelled=True))
    ]
    read = [vobject.readOne(content.decode()) for content in said]
    assert [each.method.value for each in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({each.vevent.uid.value for each in read}) == 1
    assert [int(each.vevent.sequence.value) for each in read] == [0, 1, 2]
    assert read[1].vevent.dtstart.value.astimezone(UTC) == later.starts_at
    assert read[2].vevent.status.value == "CANCELLED"
    assert read[0].vevent.attendee.value == "mailto:x@example.org"


def test_what_we_write_we_read_as_the_same_time_but_for_our_own_name() -> None:
    content = feed("Jour", [entry(uid="theirs@example.org")])
    assert busy_times([content], YEAR).periods == (entry().period,)
    [event] = Calendar.from_ical(content).walk("VEVENT")
    assert event["SUMMARY"] == entry().summary
