#!/usr/bin/env python3
"""Work out a recall's exposure from the entries of a medtrace log alone.

    exposure.py LOG RC-2026-0031            what the log says that this case is about
    exposure.py LOG PRODUCT LOT...          a product's code and lots; * stands for all of them
    exposure.py --json LOG ...              the same for another program

LOG is a folder that `medtrace ledger export` wrote, or the zip of a case. Python is all this needs:
no database, no package. It follows the goods and prints what arrived, in which state and place it
is now, and which patients had how much, as a page of the hospital must. Check the log itself with
verify.py; of a folder the chain is checked here too, of a zip `verify.py case` checks every proof.

What is relied on. Of each thing that an event is about, the entry's context says product, lot,
expiry and owner, how it was (`was`; nothing: it came in) and how it is afterwards (`is`), where it
was before if not where the event happened (`at`), whose it was (`holder`), of amounts `quantity`,
and of a thing with a code how many base units came with it if not one (`arrived`; in a container
`units`). Of what was taken out of a `pack`, and of an opened pack, `units` says how many it is.
A box that was taken out of the `case` that it came in says so. What came or went in a container, or
in a bag that was mixed (`bag`), stands under `contents`. A
thing that was there and has no `since` stayed as it was: a late word about it (and `units`, if not
one). What a correction declares wrong is left out, as if it had never been told.
"""

import hashlib
import json
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Said = dict[str, Any]
Lot = tuple[str, str, str, str]  # product, lot, expiry, owner
Wanted = Callable[[Lot, str], bool]  # are goods of a lot meant, with this key or (empty) none
USING = {"administered", "used", "implanted"}
HANDING = {"dispensed", "brought"}
HELD = {"dispensed", "opened", "patients-own"}  # what a patient has, not used yet
STAYING = {"moved", "packed", "unpacked", "opened", "handed-back", "split"}  # take nothing
NOT_GIVEN = {"withheld", "declined"}  # kinds after which goods are where and how they were
GROUPS = {
    "quarantined": ("quarantined", "rejected"),
    "available": ("available", "to-inspect", "reserved", "compounded"),
    "in transit": ("in-transit",),
    "dispensed": ("dispensed", "opened", "patients-own", "handed-back"),
    "used": ("administered", "used", "implanted"),
    "explanted": ("explanted",),
    "sent back": ("sent-back",),
    "destroyed": ("wasted", "destroyed"),
    "missing": ("missing",),
}


def demand(holds: object, what: str) -> None:
    """Stop where the log is not what it should be."""
    if not holds:
        raise ValueError(what)


# --- reading -------------------------------------------------------------------------------------


def read_log(place: Path) -> Iterator[bytes]:
    """Every entry of an exported log in order, C2SP tlog-tiles; the chain is checked."""
    lines = (place / "checkpoint").read_text("utf-8").splitlines()
    size, suite = int(lines[1]), "sm3" if lines[3:4] == ["suite sm3"] else "sha256"
    previous = hashlib.new(suite).digest()
    for seq, entry in enumerate(read_bundles(place, size)):
        said = json.loads(entry)
        demand((said["seq"], said["prev"]) == (seq, previous.hex()), f"the chain breaks at {seq}")
        previous = hashlib.new(suite, b"\0" + entry).digest()
        yield entry


def read_bundles(place: Path, size: int) -> Iterator[bytes]:
    """The entries out of their files of 256."""
    for start in range(0, size, 256):
        width, at = min(256, size - start), 0
        digits = f"{start // 256:03d}"
        digits = digits.zfill(-len(digits) // 3 * -3)
        *high, low = (digits[cut : cut + 3] for cut in range(0, len(digits), 3))
        file = place.joinpath("tile", "entries", *(f"x{part}" for part in high), low)
        if width < 256 and not file.exists():  # noqa: PLR2004 -- a full one
            file = file.with_name(f"{low}.p") / str(width)
        bundle = file.read_bytes()
        for _ in range(width):
            length = int.from_bytes(bundle[at : at + 2], "big")
            yield bundle[at + 2 : at + 2 + length]
            at += 2 + length


def read_zip(place: Path) -> Iterator[bytes]:
    """The entries in the zip of a case, in the ledger's order."""
    with zipfile.ZipFile(place) as bundle:
        names = [name for name in bundle.namelist() if name.startswith("entries/")]
        for name in sorted(names, key=lambda name: int(Path(name).stem)):
            yield bundle.read(name)


def read_entries(place: Path) -> Iterator[bytes]:
    """Every entry there is."""
    return read_log(place) if place.is_dir() else read_zip(place)


# --- following the goods -------------------------------------------------------------------------


def lot_of(said: Said) -> Lot:
    """Which goods: names of lots are the makers', so two owners' goods are told apart."""
    return said["product"], said["lot"], said.get("expiry", ""), said.get("owner", "")


def code_of(place: Said) -> str:
    """The code of a place."""
    return str(place["id"]).removeprefix("urn:medtrace:loc:")


def person(pseudonym: str | None) -> str | None:
    """A pseudonym in one way of writing it."""
    return pseudonym and pseudonym.removeprefix("urn:uuid:").replace("-", "")


class Goods:
    """Where all goods are, after the entries that were told; all counts are base units."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.received: Counter[Lot] = Counter()
        self.where: Counter[tuple[Lot, str, str]] = Counter()
        self.units: dict[str, int] = {}  # how many base units a thing with a code stands for
        self.used: dict[tuple[Lot, str], Counter[str]] = defaultdict(Counter)
        self.explanted: Counter[tuple[Lot, str]] = Counter()
        self.packs: dict[str, str] = {}  # what a part was taken out of: patients hold by the pack
        self.holding: dict[tuple[Lot, str], Counter[str]] = defaultdict(Counter)

    def tell(self, entry: Said) -> None:
        """Follow one entry of kind trace."""
        event = entry["event"]
        things = entry.get("context", {}).get("things", ())
        for thing in (each for each in things if "case" in each):
            self.open_case(event, thing)
        if "parentID" in event or event["medtrace:kind"] in NOT_GIVEN:
            return  # what lies in which container changes neither place nor state
        for thing in things:
            about = {name: thing[name] for name in ("was", "is", "at", "bag") if name in thing}
            hers = thing.get("holder") if "bag" in thing else None
            for group in thing.get("contents", ()):
                units, holders = group.get("units", {}), group.get("holders", {})
                for key in group.get("keys", ()):
                    more = {"arrived": units.get(key, 1), "units": units.get(key), "since": 0}
                    holder = {"key": key, "holder": holders.get(key, hers)}
                    self.move(event, {**group, **about, **more, **holder})
                if "quantity" in group:
                    self.draw(event, {**group, **about, "key": thing["key"], "holder": hers})
            if "quantity" in thing:
                self.draw(event, thing)
            elif "contents" not in thing and "product" in thing:
                self.move(event, thing)

    def open_case(self, event: Said, said: Said) -> None:
        """Follow a box that its `case` stood for until now."""
        lot, count, place = lot_of(said), said["units"], code_of(event["readPoint"])
        self.units[said["key"]] = count
        for key, change in ((said["case"], -count), (said["key"], count)):
            if self.wanted(lot, key):
                self.received[lot] += change
                self.where[lot, place, said["is"]] += change

    def move(self, event: Said, said: Said) -> None:
        """Follow a thing with a code of its own."""
        lot, key, was, holder = lot_of(said), said["key"], said.get("was", ""), said.get("holder")
        pack = self.packs.setdefault(key, str(said.get("pack", key)))
        place = code_of(event["bizLocation"])
        if not self.wanted(lot, pack):
            return
        if not was:
            self.units[key] = said.get("arrived", 1)
            self.received[lot] += self.units[key]
            place = said.get("at", place)
        elif "since" not in said:
            self.hand(event, lot, pack, said.get("units", 1), "", None)
            return
        else:
            self.units[key] = said.get("units") or self.units[key]
            self.where[lot, said.get("at", code_of(event["readPoint"])), was] -= self.units[key]
        self.where[lot, place, said["is"]] += self.units[key]
        if not was and said["is"] == "available":
            return  # a pack that came in unseen, and of which only a part was used
        self.hand(event, lot, pack, self.units[key], was, person(holder))

    def draw(self, event: Said, said: Said) -> None:
        """Follow an amount of a lot; what of it came in unseen (`arrived`) was nowhere before."""
        lot, count, was = lot_of(said), int(said["quantity"]), said.get("was", "")
        if not self.wanted(lot, ""):
            return
        arrived = said.get("arrived", 0 if was else count)
        self.received[lot] += arrived
        if count > arrived:
            self.where[lot, said.get("at", code_of(event["readPoint"])), was] -= count - arrived
        self.where[lot, code_of(event["bizLocation"]), said["is"]] += count
        bag = said["key"] if "bag" in said else ""
        holder = said.get("holder") if bag else event.get("medtrace:patient")
        self.hand(event, lot, bag, count, was, person(holder))

    def hand(  # noqa: PLR0913, PLR0917 -- how much of what comes into whose hands, or out of them
        self, event: Said, lot: Lot, key: str, count: int, was: str, holder: str | None
    ) -> None:
        """Follow what patients have: nobody gives back what was never handed to them."""
        kind = event["medtrace:kind"]
        if kind in USING | HANDING | {"explanted"}:
            patient = person(event.get("medtrace:patient")) or holder
        else:
            patient = holder if was in HELD and kind not in STAYING else None
        if patient is None or (kind == "brought" and was):
            return  # who was given it once has it still
        held, used = self.holding[lot, patient], self.used[lot, patient]
        if kind == "explanted":
            self.explanted[lot, patient] += count
            used[key] = max(used[key] - count, 0)
        elif kind in HANDING:
            held[key] += count
        else:
            used[key] += count if kind in USING else 0
            held[key] = max(held[key] - count, 0)


def told(entries: Iterable[bytes]) -> tuple[list[Said], int]:
    """The entries that say something of goods or cases, and how many there are in all."""
    kept, count = [], 0
    for entry in entries:
        said, count = json.loads(entry), count + 1
        if said["kind"] in {"trace", "correction", "recall"}:
            kept.append(said)
    return kept, count


# --- answering -----------------------------------------------------------------------------------


def scope_of(entries: list[Said], words: list[str]) -> Wanted:
    """Whether goods are meant: a product's lots as asked for, or what the log says of a case."""
    if len(words) > 1:
        lots = set(words[1:])
        return lambda lot, _: lot[0] == words[0] and (lot[1] in lots or "*" in lots)
    sys.path.insert(0, str(Path(__file__).parent))
    from exposure_scope import Scope  # noqa: PLC0415 -- only cases need that file

    return Scope(entries, words[0])


def follow(entries: list[Said], wanted: Wanted = lambda _lot, _key: True) -> Goods:
    """The goods that are meant, after all that was told and not declared wrong."""
    corrections = (said for said in entries if said["kind"] == "correction")
    wrong = {said["event"]["medtrace:corrects"] for said in corrections}
    goods = Goods(wanted)
    for said in entries:
        if said["kind"] == "trace" and said["event"]["eventID"] not in wrong:
            goods.tell(said)
    return goods


def exposure(goods: Goods, within: Callable[[Lot], bool] = lambda _: True) -> Said:
    """What a recall of goods has to answer."""
    places = sorted((*key, count) for key, count in goods.where.items() if within(key[0]) and count)
    people = {key for key in (*goods.used, *goods.holding) if within(key[0])}
    had = {key: (goods.used[key].total(), goods.holding[key].total()) for key in people}
    patients = sorted((*key, *had[key], goods.explanted[key]) for key in people)
    states: Counter[str] = Counter()
    for _, _, state, count in places:
        states[state] += count
    groups = {name: sum(states[state] for state in of) for name, of in GROUPS.items()}
    received = sum(count for lot, count in goods.received.items() if within(lot))
    missing = received - sum(count for name, count in groups.items() if name != "missing")
    unnamed = groups["used"] - sum(used for _, _, used, *_ in patients)
    return {
        "received": received,
        **groups,
        "unaccounted": missing,
        "unnamed": unnamed,
        "agrees": missing == unnamed == 0,
        "mixed": getattr(goods.wanted, "mixed", int)(),
        "places": places,
        "patients": [each for each in patients if any(each[2:])],
    }


def show(found: Said) -> Iterator[str]:
    """The answer as people read it."""
    yield f"received {found['received']}"
    if found["mixed"]:
        yield f"  {found['mixed']} of it came by other deliveries and can't be told apart"
    yield from (f"  {name:<12} {found[name]:>7}" for name in GROUPS if found[name])
    yield "places"
    for lot, place, state, count in found["places"]:
        yield f"  {place:<16} {state:<13} {count:>6}  {lot[0]} {lot[1]}"
    yield f"patients {len({patient for _, patient, *_ in found['patients']})}"
    for lot, patient, used, held, out in found["patients"]:
        yield f"  {patient}  used {used:>4}  in hand {held:>4}  out {out:>4}  {lot[0]} {lot[1]}"
    yield (
        "the sums agree"
        if found["agrees"]
        else (
            f"THE SUMS DO NOT AGREE: {found['unaccounted']} not found, "
            f"{found['unnamed']} used on nobody who is named"
        )
    )


def main(words: list[str]) -> str:
    """Do what is asked."""
    as_json = words[:1] == ["--json"]
    place, *asked = words[as_json:]
    demand(asked, f"which case, or which product and lots?\n{__doc__}")
    entries, count = told(read_entries(Path(place)))
    found = exposure(follow(entries, scope_of(entries, asked)))
    if as_json:
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return "\n".join((f"{count} entries", f"scope {' '.join(asked)}", *show(found)))


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))  # noqa: T201 -- its answer
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        sys.exit(f"NO ANSWER: {error or 'malformed'}")
