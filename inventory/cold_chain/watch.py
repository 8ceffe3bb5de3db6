"""One sensor against one range: when it left it, and when that became an excursion. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from inventory.cold_chain.reading import Sample
from inventory.storage import Temperatures

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def millis(moment: datetime) -> int:
    """A moment in ms since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def moment_of(at: int) -> datetime:
    """The moment that `millis` wrote, in UTC."""
    return _EPOCH + at * _MILLISECOND


def hundredths(value: Decimal) -> int:
    """A temperature in hundredths of a °C."""
    return int(value * 100)


def degrees(value: int) -> Decimal:
    """The temperature that `hundredths` wrote."""
    return Decimal(value) / 100


@dataclass(frozen=True, slots=True)
class Outside:
    """A stretch of time outside of a range.

    Args:
        since: ms since 1970 of its first sample.
        until: of its last one, or of the first one inside again.
        lowest: hundredths of a °C, the lowest so far.
        highest: the highest so far.
        lasting: whether it was longer than the allowance.
        ended: whether it is over.
    """

    since: int
    until: int
    lowest: int
    highest: int
    lasting: bool = False
    ended: bool = False


def follow(
    limits: Temperatures, before: Outside | None, samples: Iterable[Sample]
) -> list[Outside]:
    """The stretches outside of a range, the one of before first; the last may still go on.

    Args:
        limits: the range with its allowance.
        before: the stretch that went on when the samples before ended.
        samples: in order, all later than those of before.
    """
    done: list[Outside] = []
    now = before
    for sample in samples:
        inside = sample.lowest in limits and sample.highest in limits
        if not inside:
            now = _longer(limits, now, sample)
        elif now is not None:
            done.append(replace(now, until=millis(sample.time), ended=True))
            now = None
    return done if now is None else [*done, now]


def _longer(limits: Temperatures, now: Outside | None, sample: Sample) -> Outside:
    at, low, high = millis(sample.time), hundredths(sample.lowest), hundredths(sample.highest)
    since = at if now is None else now.since
    allowed = limits.allowance // _MILLISECOND
    lasting = (now is not None and now.lasting) or not allowed or at - since > allowed
    if now is not None:
        low, high = min(low, now.lowest), max(high, now.highest)
    return Outside(since, at, low, high, lasting)
