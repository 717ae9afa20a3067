"""What happens on a coming day is a job that waits for it; days begin at midnight in the city."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lms.core.clock import CITY, now

AFTER_MIDNIGHT = timedelta(minutes=5)


def wait_until(day: date) -> timedelta:
    """Return how long a job must wait for `day` to have begun; nothing for a day that is here."""
    begins = datetime(day.year, day.month, day.day, tzinfo=CITY) + AFTER_MIDNIGHT
    return max(begins - now(), timedelta())
