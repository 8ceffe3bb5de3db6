"""The sweep of expired goods by the service itself, place by place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from hospital.assembly import Hospital
from inventory import expiring, locations, sweep_events
from trace import Outcome


def sweep(hospital: Hospital, since: date, new_id: Callable[[], UUID]) -> dict[str, list[Outcome]]:
    """Quarantine everything that has expired and is still available.

    Args:
        hospital: where.
        since: lots that expired before this day are not looked at: they were swept before.
        new_id: makes the events' ids.

    Returns:
        What the recorder answered to each place's events, by the place's code.
    """
    own, now = hospital.ledger_id, hospital.clock().astimezone(hospital.zone)
    with hospital.database.read() as connection:
        rows = expiring(connection, own, since, now.date() - timedelta(days=1))
        places = locations(connection, own, {row.location_id for row in rows})
        events = {
            place.code: sweep_events(
                connection,
                own,
                location=(place.location_id, place.code),
                now=now,
                since=since,
                new_id=new_id,
            )
            for place in places.values()
        }
    return {code: hospital.recorder.record(each) for code, each in events.items() if each}
