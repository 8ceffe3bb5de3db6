"""When something happened: a moment that every entry can write and read back."""

from __future__ import annotations

from datetime import datetime, timedelta

from errors import Invalid

_YEARS = range(1900, 9999)
_FARTHEST = timedelta(hours=14)


def checked_offset(moment: datetime, field: str) -> timedelta:
    """The distance from UTC where a moment was told, once the moment can be put on record.

    Args:
        moment: from outside.
        field: its name, for the error.

    Raises:
        Invalid: it has no zone, or lies beyond what EPCIS 2.0 §7.3.3 can write.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise Invalid("time-without-zone", field=field)
    if moment.year not in _YEARS or abs(offset) > _FARTHEST:
        raise Invalid("time-malformed", field=field, found=str(moment))
    return offset
