"""When a letter may go out: quiet hours and the hour of the daily letter. Arithmetic on the city's clock.

Viet Nam has no summer time, and the hours are counted on the wall clock, so a city that has one is served as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from lms.core.clock import CITY

GATHER = timedelta(minutes=5)  # what happens together comes in one letter


@dataclass(frozen=True, slots=True)
class Hours:
    """Someone's hours of the day, 0 to 23."""

    quiet_from: int = 21
    quiet_to: int = 6
    daily_at: int = 18

    def is_quiet(self, hour: int) -> bool:
        """Tell whether nobody is written to in this hour of the day."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= hour < self.quiet_to
        return hour >= self.quiet_from or hour < self.quiet_to


USUAL = Hours()


def after_quiet(hours: Hours, moment: datetime) -> datetime:
    """Return `moment`, or the end of the quiet hours it falls into."""
    local = moment.astimezone(CITY)
    return _next_hour(hours.quiet_to, local) if hours.is_quiet(local.hour) else moment


def mail_moment(mode: str, hours: Hours, moment: datetime) -> datetime | None:
    """Return from when news of `moment` may be mailed to someone who wants it so; None for never."""
    if mode == "at_once":
        return after_quiet(hours, moment + GATHER)
    if mode == "daily":
        return after_quiet(hours, _next_hour(hours.daily_at, moment.astimezone(CITY)))
    return None


def _next_hour(hour: int, local: datetime) -> datetime:
    """Return the next time that the clock strikes `hour`."""
    day = local.date() if local.hour < hour else local.date() + timedelta(days=1)
    return datetime.combine(day, time(hour), local.tzinfo).astimezone(UTC)
