# ruff: noqa: INP001 -- it lies beside exposure.py, in no package
"""What the scope of a recall case takes in, beside exposure.py: read from the log, nothing else.

A case names parts of products: lots by name (`*`: all), by pattern or range, serials by range,
windows of expiry, production and arrival, a supplier. All that a part says must agree. What the log
doesn't know of goods never takes them out: a lot without an expiry may be of any month, an amount
without serials may hold every serial. Widenings and narrowings change the scope as they come.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

Said = dict[str, Any]
Lot = tuple[str, str, str, str]  # product, lot, expiry, owner
NAMES = {"product", "lots"}


class Facts:
    """What arrivals said of a lot: when it was made, who brought it, on which days it came."""

    def __init__(self) -> None:
        self.produced = ""
        self.suppliers: set[str] = set()
        self.days: set[str] = set()


def facts_of(entries: Iterable[Said]) -> dict[Lot, Facts]:
    """The facts of every lot; what was said first of its production stays."""
    found: dict[Lot, Facts] = {}
    for entry in entries:
        if entry["kind"] != "trace":
            continue
        event = entry["event"]
        for thing in entry.get("context", {}).get("things", ()):
            if "was" in thing:
                continue
            for said in thing.get("contents", (thing,)):
                if "product" not in said:
                    continue
                lot = (said["product"], said["lot"], said.get("expiry", ""), said.get("owner", ""))
                facts = found.setdefault(lot, Facts())
                facts.produced = facts.produced or said.get("produced", "")
                facts.days.add(day_of(event))
                if event.get("medtrace:party"):
                    facts.suppliers.add(event["medtrace:party"].replace("\n", " "))
    return found


def day_of(event: Said) -> str:
    """The day on which an event happened, by the clock of where it happened."""
    sign, hours, minutes = re.fullmatch(  # type: ignore[union-attr] # every event has one
        r"([+-])(\d\d):(\d\d)", event["eventTimeZoneOffset"]
    ).groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    return (datetime.fromisoformat(event["eventTime"]) + offset).date().isoformat()


def case_parts(entries: Iterable[Said], case: str) -> list[Said]:
    """The parts of a case's scope after everything that was decided about it."""
    parts: list[Said] | None = None
    for entry in entries:
        event = entry["event"]
        if entry["kind"] != "recall" or event["case"] != case:
            continue
        if "scope" in event:
            parts = list(event["scope"])
        elif "adds" in event:
            parts = [*without(parts or [], event["drops"]), *event["adds"]]
    if parts is None:
        raise ValueError(f"the log knows no case {case}")
    return parts


def without(parts: list[Said], drops: list[Said]) -> list[Said]:
    """Parts less others: lots that are only named are taken out of their product's names."""
    names = {(d["product"], lot) for d in drops if d.keys() <= NAMES for lot in d["lots"]}
    left = []
    for part in parts:
        if part.keys() <= NAMES:
            lots = [lot for lot in part["lots"] if (part["product"], lot) not in names]
            left += [{**part, "lots": lots}] if lots else []
        elif part not in drops:
            left.append(part)
    return left


def wanted(entries: list[Said], case: str) -> Callable[[Lot, str], bool]:
    """Whether goods are meant: of a lot, with a key of their own or (empty) an amount of it."""
    parts, facts = case_parts(entries, case), facts_of(entries)
    touching: dict[Lot, list[Said]] = {}

    def within(lot: Lot, key: str) -> bool:
        if lot not in touching:
            touching[lot] = [part for part in parts if touches(part, lot, facts.get(lot, Facts()))]
        return any(has_serial(part, key) for part in touching[lot])

    return within


def touches(part: Said, lot: Lot, facts: Facts) -> bool:
    """Whether some goods of a lot may be meant, whatever their serials."""
    if part["product"] != lot[0] or not names(part, lot[1]):
        return False
    if part.get("supplier") and facts.suppliers and part["supplier"] not in facts.suppliers:
        return False
    first, last = min(facts.days, default=""), max(facts.days, default="")
    return (
        meets(part.get("expiry"), lot[2], lot[2])
        and meets(part.get("produced"), facts.produced, facts.produced)
        and meets(part.get("received"), first, last)
    )


def names(part: Said, lot: str) -> bool:
    """Whether the name of a lot is among those that a part names; one that names none has all."""
    lots, patterns, ranges = part["lots"], part.get("patterns", ()), part.get("ranges", ())
    if "*" in lots or not (lots or patterns or ranges):
        return True
    spelled = [re.escape(each).replace(r"\*", ".*").replace(r"\?", ".") for each in patterns]
    return (
        lot in lots
        or any(between(each, lot) for each in ranges)
        or any(re.fullmatch(each, lot, re.DOTALL) for each in spelled)
    )


def meets(window: list[str | None] | None, first: str, last: str) -> bool:
    """Whether some day lies in a window with open or closed ends; days that nobody knows may."""
    if window is None or not first:
        return True
    return (window[0] is None or last >= window[0]) and (window[1] is None or first <= window[1])


def has_serial(part: Said, key: str) -> bool:
    """Whether the serial in a key is meant; goods without one may be."""
    serials = part.get("serials", ())
    if not serials or not key:
        return True
    if key.startswith("https://id.gs1.org/01/"):
        serial = unquote(key.partition("/21/")[2])
    elif key.startswith("urn:medtrace:cn-drug:"):
        serial = key.removeprefix("urn:medtrace:cn-drug:")[7:]
    else:
        serial = unquote(key.rsplit(":", 1)[-1])
    return any(between(each, serial) for each in serials)


def between(ends: list[str], name: str) -> bool:
    """Whether a name lies between two: numbers count as numbers, and it is built as they are."""
    runs = [re.findall(r"[0-9]+|[^0-9]+", each) for each in (*ends, name)]
    builds = [[run[0] in "0123456789" for run in each] for each in runs]
    if builds[2] not in builds[:2]:
        return False
    first, last, own = ([order(run) for run in each] for each in runs)
    return first <= own <= last


def order(run: str) -> tuple[int, int, str]:
    """A run of a name for comparing: digits by their value, however long, others by letter."""
    digits = run.lstrip("0")
    return (0, len(digits), digits) if run[0] in "0123456789" else (1, 0, run)
