"""The report on a recall case as a paper: closing report, or of an open case how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from ledger import read_entries_at
from recall import Task, Work
from web.filling.dossier import Dossier, Happened
from web.filling.extents import scope_words
from web.filling.goods import RECALLED_PARTS, exposure_of
from web.filling.page import Page
from web.print import Bar, BarPart, Block, Facts, Paper, Section, Signing, Table, Texture, Words
from web.view import Formats, PartKind

_TEXTURES: Final = {
    PartKind.QUARANTINED: Texture.HATCHED,
    PartKind.TO_QUARANTINE: Texture.DOTTED,
    PartKind.IN_TRANSIT: Texture.DOTTED,
    PartKind.DISPENSED: Texture.WHITE,
    PartKind.USED: Texture.GREY,
    PartKind.RETURNED: Texture.WHITE,
    PartKind.DESTROYED: Texture.DOTTED,
    PartKind.UNACCOUNTED: Texture.BLACK,
}
"""How the parts of the sum look on paper."""

_TAIL: Final = 16


class Report:
    """The paper of one case, in the reader's language.

    Args:
        dossier: what it says.
    """

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.page: Page = dossier.page
        self.formats = Formats(self.page.desk.hospital.zone)

    def paper(self) -> Paper:
        """The paper."""
        return self.around(
            "report-interim" if self.dossier.case.closing is None else "report-closing",
            (
                Section(self._say("report-subject"), (self._subject(),)),
                Section(self._say("report-whereabouts"), tuple(self._whereabouts())),
                Section(self._say("report-times"), (self._times(),)),
                Section(self._say("report-patients"), tuple(self._patients())),
                Section(self._say("report-checks"), tuple(self._checks())),
                Section(self._say("report-gone"), (self._gone(),)),
                Section(self._say("report-end"), tuple(self._end())),
                Section(self._say("report-basis"), (self._basis(),)),
            ),
        )

    def around(self, title: str, sections: tuple[Section, ...]) -> Paper:
        """A paper of the case: its head, its foot, and on every page of a drill that it is one."""
        case, signed = self.dossier.case, self.dossier.checkpoint()
        foot = [self._say("report-foot-open")]
        symbol = ""
        if signed is not None:
            told = signed.checkpoint
            values = {"origin": told.origin, "size": f"{told.size:,}", "root": told.root.hex()}
            foot = [self._say("report-foot", **values)]
            symbol = told.body.decode().rstrip("\n")
        return Paper(
            house=self.page.desk.hospital.settings.hospital,
            title=self._say(title),
            line=self._say("report-line", case=case.case_id, at=self._moment(self.dossier.date)),
            pages=self._say("report-pages", page="{page}", pages="{pages}"),
            sections=sections,
            numerals=self._say("report-numerals"),
            foot=(*foot, self._witnesses()),
            mark=self._say("report-drill") if case.drill else "",
            symbol=symbol,
            caption=self._say("report-symbol") if symbol else "",
        )

    def _say(self, code: str, **values: object) -> str:
        return self.page.say(code, **values)

    def _heads(self, *names: str) -> tuple[str, ...]:
        return tuple(self._say(f"report-{name}") for name in names)

    def _moment(self, instant: datetime) -> str:
        return self.formats.moment(instant)

    def _count(self, count: int) -> str:
        return f"{count:,} {self.dossier.unit}"

    def _witnesses(self) -> str:
        names = [key.name for key in self.page.desk.notary.policy.witness_keys]
        if not names:
            return self._say("report-no-witness")
        return self._say("report-witnesses", names="、".join(names))

    def _subject(self) -> Facts:
        case, products = self.dossier.case, self.dossier.products
        hours = round((case.deadline - case.notified) / timedelta(hours=1))
        words = self._say(f"recall-class-{case.recall_class.value}")
        person = self.page.person(case.person)
        found = self.dossier.found
        lots = len(found.lots)
        pairs: tuple[tuple[str, str], ...] = (
            ("product", "、".join(f"{p.name} {p.specification}" for p in products)),
            ("lots", "、".join(scope_words(self.page, case.scope))),
            ("holder", "、".join(dict.fromkeys(p.holder for p in products))),
            ("class", self._say("report-class-limit", **{"class": words, "hours": hours})),
            ("reason", case.reason),
            ("source", " ".join(filter(None, (case.source, case.number))) or "–"),
            ("notified", self._moment(case.notified)),
            ("opened", f"{self._moment(case.opened)} · {person}"),
            (
                "arrived",
                self._say(
                    "report-arrived-of",
                    quantity=self._count(found.received),
                    count=lots,
                ),
            ),
        )
        if found.mixed:
            meant, other = self._count(found.received - found.mixed), self._count(found.mixed)
            pairs += (("mixed", self._say("report-mixed-of", meant=meant, other=other)),)
        return Facts(tuple((self._say(f"report-{name}"), value) for name, value in pairs))

    def _whereabouts(self) -> Iterator[Block]:
        found, unit = self.dossier.found, self.dossier.unit
        bar = exposure_of(found.balances, found.received, unit)
        named = [(self._say(f"part-{part.kind.value}"), part) for part in bar.shown]
        parts = " ＋ ".join(f"{name} {part.count:,}" for name, part in named) or "0"
        line = self._say("report-sum", parts=parts, total=f"{found.received:,}", unit=unit)
        off = abs(found.unaccounted) + abs(found.unnamed)
        verdict = (
            self._say("report-agrees")
            if found.agrees
            else self._say("report-differs", count=off, unit=unit)
        )
        yield Bar(
            tuple(BarPart(part.count, _TEXTURES[part.kind]) for _, part in named), line, verdict
        )
        yield Table(
            heads=(
                self._say("report-state"),
                self._say("report-quantity"),
                self._say("report-places"),
            ),
            rows=tuple((name, f"{part.count:,}", self._where(part.kind)) for name, part in named),
            widths=(2, 1.2, 7),
            numbers=frozenset({1}),
            strong=frozenset({1}),
            empty=self._say("report-none"),
        )

    def _where(self, kind: PartKind) -> str:
        """The places of a part, the largest first."""
        counts: dict[str, int] = {}
        for row in self.dossier.found.balances:
            if RECALLED_PARTS[row.status] is kind:
                name = self.page.places.name_of(row.location_id)
                counts[name] = counts.get(name, 0) + row.quantity
        told = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        return "、".join(f"{name}：{count:,}" for name, count in told)

    def _times(self) -> Table:
        case = self.dossier.case
        limit = case.deadline - case.notified
        rows = [
            self._time(
                "report-step-held-drill" if case.drill else "report-step-held",
                case.opened,
                None,
                self._say("report-at-once"),
            ),
            self._time("report-step-apart", self._apart(), limit),
            *(
                self._time(f"report-step-{name}", done, limit)
                for name, done in work_done(self.dossier.tasks).items()
            ),
            self._time("report-step-checked", self._checked(), limit),
        ]
        back = [each for each in self.dossier.happened if each.sends_back]
        if back:
            rows.append(self._time("report-step-back", back[-1].event.time, None))
        closing = case.closing
        rows.append(self._time("report-step-closed", closing.decided if closing else None, None))
        heads = self._heads("step", "limit", "done", "took", "result")
        return Table(
            heads=heads,
            rows=tuple(rows),
            widths=(3, 1.6, 2.4, 2, 2),
            numbers=frozenset({3, 4}),
        )

    def _time(
        self, code: str, done: datetime | None, limit: timedelta | None, word: str = "–"
    ) -> tuple[str, ...]:
        """A row of the times: what it is, its limit, when it was done, how long that took."""
        notified = self.dossier.case.notified
        if limit is not None:
            word = self._say("report-hours", hours=round(limit / timedelta(hours=1)))
        if done is None:
            return (self._say(code), word, "–", "–", self._say("report-not-done"))
        took = done - notified
        result = "–"
        if limit is not None:
            late = took - limit
            result = (
                self._say("report-late", span=self.formats.span(late, self.page.language))
                if late > timedelta()
                else self._say("report-in-time")
            )
        return (
            self._say(code),
            word,
            self._moment(done),
            self.formats.span(took, self.page.language),
            result,
        )

    def _apart(self) -> datetime | None:
        """When the last goods were held apart or gone; None: some are not."""
        found, case = self.dossier.found, self.dossier.case
        if found.available or found.in_transit or found.dispensed:
            return None
        moved = [e.event.time for e in self.dossier.happened if e.moved_apart and e.seq > case.seq]
        return max([case.opened, *moved])

    def _checked(self) -> datetime | None:
        checking = self.dossier.checking
        if checking.missing:
            return None
        times = [each.checked for each in checking.checks.values() if each.effective]
        return max(times, default=self.dossier.case.opened)

    def _patients(self) -> Iterator[Block]:
        found = self.dossier.found.patients
        wards: dict[str, list[int]] = {}
        people: dict[str, set[object]] = {}
        for each in found:
            ward = self.page.places.department_of(each.location_id)
            sums = wards.setdefault(ward, [0, 0])
            sums[0], sums[1] = sums[0] + each.used, sums[1] + each.holding
            people.setdefault(ward, set()).add(each.patient)
        rows = [
            (ward, f"{len(people[ward]):,}", f"{used:,}", f"{holding:,}")
            for ward, (used, holding) in sorted(wards.items())
        ]
        if rows:
            used, holding = (sum(sums[at] for sums in wards.values()) for at in (0, 1))
            all_people = len({each.patient for each in found})
            total = (f"{all_people:,}", f"{used:,}", f"{holding:,}")
            rows.append((self._say("report-total"), *total))
        heads = self._heads("ward", "people", "used", "holding")
        yield Table(
            heads=heads,
            rows=tuple(rows),
            widths=(4, 1.5, 1.5, 1.5),
            numbers=frozenset({1, 2, 3}),
            totals=True,
            empty=self._say("report-nobody"),
        )
        if rows:
            yield self._codes()

    def _codes(self) -> Table:
        """Every patient by pseudonym: names stand in an annex, for those who may see them."""
        heads = self._heads("code", "ward", "used", "holding")
        rows = sorted(
            (
                str(each.patient),
                self.page.places.department_of(each.location_id),
                f"{each.used:,}",
                f"{each.holding:,}",
            )
            for each in self.dossier.found.patients
        )
        return Table(
            heads=heads,
            rows=tuple(rows),
            widths=(5, 3, 1, 1),
            numbers=frozenset({2, 3}),
        )

    def _checks(self) -> Iterator[Block]:
        checking = self.dossier.checking
        values = {"level": checking.level.value, "places": len(checking.places)}
        values |= {"needed": checking.needed, "done": checking.done}
        yield Words(self._say("report-check-line", **values))
        heads = self._heads("ward", "result", "by", "at", "note")
        names = {place.code: place.name for place in checking.places}
        rows = [
            (
                names.get(check.place) or self.page.places.name(check.place),
                self._outcome(check.informed, check.acted, check.found),
                self.page.person(check.person),
                self._moment(check.checked),
                check.note or "–",
            )
            for check in checking.checks.values()
        ]
        yield Table(
            heads=heads,
            rows=tuple(rows),
            widths=(2.4, 1.8, 2, 2, 3),
            empty=self._say("report-none"),
        )

    def _outcome(self, informed: bool, acted: bool, found: int) -> str:  # noqa: FBT001 -- as in `Check`
        if not informed:
            return self._say("report-not-informed")
        if not acted:
            return self._say("report-not-acted")
        return self._say("report-left", count=found) if found else self._say("report-effective")

    def _gone(self) -> Table:
        heads = self._heads("at", "what", "quantity", "place", "party", "document", "entry")
        gone = [each for each in self.dossier.happened if each.goes]
        return Table(
            heads=heads,
            rows=tuple(map(self._going, gone)),
            widths=(2.2, 1.3, 1.0, 1.8, 1.6, 1.8, 1.4),
            numbers=frozenset({2, 6}),
            empty=self._say("report-none"),
        )

    def _going(self, each: Happened) -> tuple[str, ...]:
        event = each.event
        kind = "part-returned" if each.sends_back else "part-destroyed"
        documents = "、".join(document.id for document in event.documents)
        return (
            self._moment(event.time),
            self._say(kind),
            f"{each.amount:,}",
            self.page.places.name(event.location),
            event.party or "–",
            documents or "–",
            f"{each.seq:,}",
        )

    def _end(self) -> Iterator[Block]:
        closing = self.dossier.case.closing
        if closing is None:
            yield Words(self._say("report-open"))
        else:
            yield Words(closing.explanation or self._say("report-none"))
            (entry,) = read_entries_at(self.page.connection, self.page.ledger_id, [closing.seq])
            for each in entry.event["medtrace:signatures"]:
                way = {"totp": "code"}.get(each["method"], each["method"])
                method = self._say(f"signs-with-{way}") if way in _WAYS else each["method"]
                at = self._moment(datetime.fromisoformat(each["time"]))
                person = self.page.person(each["person"])
                yield Words(self._say("report-signed", person=person, method=method, at=at))
        yield Signing(
            tuple(self._say(f"report-sign-{who}") for who in ("first", "second", "third"))
        )

    def _basis(self) -> Words:
        count, digest = f"{len(self.dossier.seqs):,}", self.dossier.digest
        return Words(self._say("report-basis-line", count=count, digest=digest[: 4 * _TAIL]))


def work_done(tasks: Sequence[Task]) -> dict[str, datetime | None]:
    """When the last place had taken notice and had searched, and the last patient was told.

    None: some has not; what nobody had to do is left out.
    """
    search = [task for task in tasks if task.work is Work.SEARCH]
    notify = [task for task in tasks if task.work is Work.NOTIFY]
    moments = {
        "acknowledged": [task.acknowledged or task.done for task in search],
        "searched": [task.done for task in search],
        "told": [task.done for task in notify],
    }
    return {name: _last(each) for name, each in moments.items() if each}


def _last(moments: Sequence[datetime | None]) -> datetime | None:
    done = [moment for moment in moments if moment is not None]
    return max(done) if len(done) == len(moments) else None


_WAYS: Final = frozenset({"pin", "code", "password"})
