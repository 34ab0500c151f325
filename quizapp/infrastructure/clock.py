"""The one place that asks the machine what time it is; everything else takes `ctx.now`."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
