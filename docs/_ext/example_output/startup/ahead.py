"""By how much the moved clock of :mod:`.elsewhere` is ahead."""

import datetime
import time


def seconds_ahead(now: float) -> int:
    """How far it is to a time that differs in all that a program may ask a date.

    That time is in another year, another half of it and another season, so one of the
    two has summer time where there is one.  It has another day of the month, it is on
    a weekend if ``now`` is not, and in the afternoon if ``now`` is in the morning.

    :param now: seconds since the epoch.
    :returns: the seconds of 14 to 21 months.
    """
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
    month, years = next(
        target for last, target in _MONTHS.items() if moment.month <= last
    )
    hour = moment.hour + (11 if moment.hour % 12 else 13)
    other = moment.replace(
        year=moment.year + years,
        month=month,
        hour=hour % 24,
        minute=(moment.minute + 17) % 60,
        second=(moment.second + 13) % 60,
        day=1,
    )
    while _is_weekend(other) == _is_weekend(moment) or other.day == moment.day:
        other += datetime.timedelta(days=1)
    return round((other - moment).total_seconds())


_MONTHS = {3: (7, 1), 6: (12, 1), 10: (1, 2), 12: (6, 2)}
"""The month and the number of years later, by the last month for which they hold."""


def _is_weekend(moment: datetime.datetime) -> bool:
    return moment.weekday() >= 5


AHEAD = seconds_ahead(time.time())
