"""The demo's calendar: everything is counted in months back from today, in the seller's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from billing.periods import Month, local_date
from certinext.backoffice.demo.plans import MONTHS

# After midnight the platform's reports of the old month are complete, then the month is run.
LAST_IMPORT = time(0, 5)
RUN = time(0, 15)
# Reports of accounts that are invoiced per order are imported in the evening of a day with orders.
EVENING = time(20, 30)


@dataclass(frozen=True)
class Calendar:
    """Moments of the demo, in UTC, for a seller's zone, seen from `now`."""

    now: datetime
    zone: ZoneInfo

    def month(self, ago: int) -> Month:
        """Return the month so many months ago; 0 is the current one."""
        return Month.of(local_date(self.now, self.zone)).plus(-ago)

    @property
    def months(self) -> list[tuple[int, Month]]:
        """The months of the demo with how long ago they are, oldest first, the current one last."""
        return [(ago, self.month(ago)) for ago in range(MONTHS, -1, -1)]

    def at(self, ago: int, day: int, clock: time) -> datetime:
        """Return a moment; in a shorter month its last day stands for a later one."""
        month = self.month(ago)
        return self.on(month, min(day, month.days), clock)

    def on(self, month: Month, day: int, clock: time) -> datetime:
        """Return a wall time of a day of a month as a moment in UTC."""
        local = datetime.combine(month.first_day.replace(day=day), clock, tzinfo=self.zone)
        return local.astimezone(UTC)
