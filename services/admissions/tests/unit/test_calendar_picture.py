"""The calendar drawn: every date inside the picture and in the order of the year."""

from datetime import date

from admissions.pages.calendar_picture import LEFT, WIDTH, picture
from services.admissions.tests.builders import the_rules


def test_every_mark_stands_in_the_picture_where_its_day_is() -> None:
    drawn = picture(the_rules().calendar, date(2027, 7, 5))
    marks = [mark for row in drawn.rows for mark in row.marks]

    assert [first for first, _ in drawn.months] == [date(2027, month, 1) for month in range(1, 10)]
    assert sorted(marks, key=lambda mark: mark.day) == sorted(marks, key=lambda mark: (mark.x, mark.day))
    assert all(mark.x >= LEFT and mark.x + mark.width <= WIDTH for mark in marks)
    assert all((mark.until is None) == (mark.width == 0) for mark in marks)
    [final] = [mark for mark in marks if mark.day == the_rules().calendar.final and mark.until is None]
    assert drawn.today is not None
    assert drawn.today > final.x


def test_a_day_of_another_year_is_not_drawn() -> None:
    assert picture(the_rules().calendar, date(2026, 11, 23)).today is None
