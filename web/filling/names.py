"""The annex of a report: a case's patients by name, each drawing of it on record."""

from __future__ import annotations

from access import Purpose
from texts import text_of
from web.filling.dossier import Dossier
from web.filling.page import Page
from web.filling.patients import shown_patients
from web.filling.report import Report
from web.print import Block, Paper, Section, Table, Words


def names_paper(page: Page, case_id: str, reason: Purpose) -> Paper:
    """The paper with the names that the reader may see.

    Raises:
        NotFound: there is no such case.
        Forbidden: the reader may see no patient; recorded.
    """
    listed = shown_patients(page, case_id, reason)
    heads = ("ward", "bed", "person", "record", "code", "quantity", "at")
    rows = tuple(
        (
            row.ward,
            row.bed or "–",
            row.name or page.say("report-erased"),
            row.record or "–",
            row.pseudonym,
            str(row.units),
            page.moment(row.at),
        )
        for row in listed.rows
    )
    why = page.in_words(text_of(f"purpose-{reason.value}"))
    person = page.person(page.principal.number)
    blocks: list[Block] = [
        Table(
            heads=tuple(page.say(f"report-{name}") for name in heads),
            rows=rows,
            widths=(2.4, 0.8, 1.6, 1.6, 1.8, 1.2, 2.4),
            numbers=frozenset({5}),
            strong=frozenset({2}),
            empty=page.say("report-nobody"),
        ),
        Words(page.say("report-viewed", person=person, reason=why)),
    ]
    if listed.hidden:
        blocks.append(Words(page.say("report-hidden", count=listed.hidden)))
    section = Section(page.say("report-patients"), tuple(blocks))
    return Report(Dossier(page, case_id)).around("report-names", (section,))
