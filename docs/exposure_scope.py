# ruff: noqa: INP001 -- it lies beside exposure.py, in no package
"""What the scope of a recall case takes in, beside exposure.py: read from the log, nothing else.

A case names parts of products: lots by name (`*`: all), by pattern or range, serials by range,
windows of expiry, production and arrival, a supplier. All that a part says must agree. What the log
doesn't know of goods never takes them out: a lot without an expiry may be of any month, an amount
without serials may hold every serial, and amounts of a lot that came in twice are not told apart.
Widenings and narrowings change the scope as they come.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

Said = dict[str, Any]
Lot = tuple[str, str, str, str]  # product, lot, expiry, owner
Came = tuple[str, str]  # on which day, by whom
NAMES = {"product", "lots"}
CAME = {"arrived", "case"}  # what says that something came in, of what was there
RECEIVING = {"received", "arrived", "brought"}


class Facts:
    """What entries say of a lot: when it was made, how it came in, and how each thing did.

    How goods came in is a day and a supplier, both empty where nobody received them.
    """

    def __init__(self) -> None:
        self.produced = ""
        self.arrivals: set[Came] = set()
        self.amounts: Counter[Came] = Counter()
        self.things: dict[str, Came] = {}


def facts_of(entries: list[Said]) -> dict[Lot, Facts]:
    """The facts of every lot; what was said first of its production stays."""
    wrong = {e["event"]["medtrace:corrects"] for e in entries if e["kind"] == "correction"}
    found: dict[Lot, Facts] = {}
    for entry in entries:
        if entry["kind"] != "trace":
            continue
        event, came = entry["event"], ("", "")
        if event["medtrace:kind"] in RECEIVING:
            came = (day_of(event), event.get("medtrace:party", ""))
        for thing in entry.get("context", {}).get("things", ()):
            for said in thing.get("contents", (thing,)):
                if "product" not in said or ("was" in thing and not CAME & thing.keys()):
                    continue
                lot = (said["product"], said["lot"], said.get("expiry", ""), said.get("owner", ""))
                facts = found.setdefault(lot, Facts())
                if "case" in thing:  # a box came in as its case did
                    came = facts.things.get(thing["case"], ("", ""))
                facts.produced = facts.produced or said.get("produced", "")
                if event["eventID"] not in wrong:
                    take(facts, said, came, thing)
    return found


def take(facts: Facts, said: Said, came: Came, thing: Said) -> None:
    """Goods of a lot came in: things with codes, or an amount."""
    facts.arrivals.add(came)
    keys = said.get("keys", ())
    if "quantity" in said:
        facts.amounts[came] += thing["arrived"] if "arrived" in thing else said["quantity"]
    elif "contents" not in thing:
        keys = (said["key"],)
    facts.things.update(dict.fromkeys(keys, came))


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


class Scope:
    """What a case takes in: whether goods are meant, and what can't be told apart from them."""

    def __init__(self, entries: list[Said], case: str) -> None:
        self.parts, self.facts = case_parts(entries, case), facts_of(entries)
        self.touching: dict[Lot, list[Said]] = {}

    def __call__(self, lot: Lot, key: str) -> bool:
        """Whether goods are meant: of a lot, with a key of their own or (empty) an amount of it."""
        facts = self.facts.get(lot, Facts())
        came = ({facts.things[key]} if key in facts.things else set()) if key else {*facts.amounts}
        return any(has_serial(part, key) and brought(part, came) for part in self.parts_of(lot))

    def parts_of(self, lot: Lot) -> list[Said]:
        """The parts that may take in some goods of a lot."""
        if lot not in self.touching:
            facts = self.facts.get(lot, Facts())
            self.touching[lot] = [part for part in self.parts if touches(part, lot, facts)]
        return self.touching[lot]

    def mixed(self) -> int:
        """How much was counted though it came otherwise: amounts of a lot lie together."""
        return sum(
            count
            for lot, facts in self.facts.items()
            for came, count in facts.amounts.items()
            if self(lot, "") and not any(brought(part, {came}) for part in self.parts_of(lot))
        )


def touches(part: Said, lot: Lot, facts: Facts) -> bool:
    """Whether some goods of a lot may be meant, whatever their serials."""
    return (
        part["product"] == lot[0]
        and names(part, lot[1])
        and meets(part.get("expiry"), lot[2])
        and meets(part.get("produced"), facts.produced)
        and brought(part, facts.arrivals)
    )


def brought(part: Said, came: set[Came]) -> bool:
    """Whether goods are meant that came in by one of these; by none: nobody knows how."""
    supplier, window = part.get("supplier"), part.get("received")
    return not came or any(
        (supplier is None or by in {"", supplier}) and meets(window, day) for day, by in came
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


def meets(window: list[str | None] | None, day: str) -> bool:
    """Whether a day lies in a window with open or closed ends; one that nobody knows may."""
    if window is None or not day:
        return True
    return (window[0] is None or day >= window[0]) and (window[1] is None or day <= window[1])


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
