# ruff: noqa: INP001 -- it lies beside verify.py, in no package
"""Check the zip of an audit trail without its hospital: `python verify_audit.py ZIP VKEY...`.

It stands beside `verify.py`, which checks the entries and their proofs.
"""

from __future__ import annotations

import json
import sys
import zipfile

from verify import UNREADABLE, demand, proven


def check_audit(file: str, *vkeys: str) -> str:
    """The zip of an audit trail: every event of it is an entry of the log, word for word."""
    with zipfile.ZipFile(file) as bundle:
        said, size = proven(bundle, vkeys)
        told = [json.loads(line) for line in bundle.read("events.ndjson").splitlines()]
    demand(sorted(event["seq"] for event in told) == sorted(said), "it tells other events")
    for event in told:
        entry = json.loads(said[event["seq"]])["event"]
        same = all(entry[name] == event[name] for name in ("by", "action", "object", "result"))
        demand(same, f"entry {event['seq']} says something else")
    return f"{len(told)} access events are in the log, among the first {size}"


if __name__ == "__main__":
    try:
        print("holds:", check_audit(*sys.argv[1:]))  # noqa: T201 -- its answer
    except (OSError, ValueError, KeyError, TypeError, IndexError, *UNREADABLE) as error:
        sys.exit(f"DOES NOT HOLD: {error or 'malformed'}")
