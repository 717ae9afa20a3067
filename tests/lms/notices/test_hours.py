"""Quiet hours and the letter of the day, on the city's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.core.clock import CITY
from lms.notices.hours import GATHER, Hours, after_quiet, mail_moment


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CITY).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        (Hours(21, 6), at(5, 20, 59), at(5, 20, 59)),
        (Hours(21, 6), at(5, 21, 0), at(6, 6, 0)),
        (Hours(21, 6), at(5, 23, 59), at(6, 6, 0)),
        (Hours(21, 6), at(6, 0, 0), at(6, 6, 0)),
        (Hours(21, 6), at(6, 5, 59), at(6, 6, 0)),
        (Hours(21, 6), at(6, 6, 0), at(6, 6, 0)),
        (Hours(12, 14), at(5, 13, 0), at(5, 14, 0)),
        (Hours(12, 14), at(5, 15, 0), at(5, 15, 0)),
        (Hours(8, 8), at(5, 8, 30), at(5, 8, 30)),
        (Hours(22, 0), at(5, 23, 0), at(6, 0, 0)),
        (Hours(21, 6), at(31, 22, 0), datetime(2026, 4, 1, 6, tzinfo=CITY)),
    ],
)
def test_a_letter_of_quiet_hours_waits_until_they_are_over(
    hours: Hours, moment: datetime, expected: datetime
) -> None:
    assert after_quiet(hours, moment) == expected


def test_news_that_is_mailed_at_once_waits_some_minutes_for_more() -> None:
    assert mail_moment("at_once", Hours(), at(5, 10)) == at(5, 10) + GATHER
    assert mail_moment("at_once", Hours(), at(5, 20, 58)) == at(6, 6)


@pytest.mark.parametrize(
    ("moment", "expected"), [(at(5, 17, 59), at(5, 18)), (at(5, 18, 0), at(6, 18)), (at(5, 23, 0), at(6, 18))]
)
def test_the_letter_of_the_day_comes_at_its_hour(moment: datetime, expected: datetime) -> None:
    assert mail_moment("daily", Hours(daily_at=18), moment) == expected


def test_a_letter_of_the_day_set_into_quiet_hours_comes_after_them() -> None:
    assert mail_moment("daily", Hours(21, 6, 23), at(5, 12)) == at(6, 6)


def test_no_mail_is_no_moment() -> None:
    assert mail_moment("none", Hours(), at(5, 12)) is None


def test_every_quiet_hour_of_every_choice_ends_within_a_day() -> None:
    for begin in range(24):
        for end in range(24):
            hours = Hours(begin, end)
            for hour in range(24):
                later = after_quiet(hours, at(5, hour, 30))
                assert timedelta() <= later - at(5, hour, 30) < timedelta(days=1)
                assert not hours.is_quiet(later.astimezone(CITY).hour)
