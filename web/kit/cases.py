"""Invented recall cases: the list, the form, the page of a case in its states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from texts import Text
from web.kit.lives import NOW, PLACES, TODAY, at
from web.view import (
    CaseState,
    ChosenProduct,
    Clock,
    ConcludeForm,
    Expiry,
    Fact,
    Field,
    Lane,
    LotChoice,
    PartKind,
    PatientList,
    PatientListState,
    PatientRow,
    PlaceCount,
    RecallClass,
    RecallForm,
    RecallListView,
    RecallRow,
    RecallView,
    Seal,
    SignerFields,
    Step,
    StepKind,
    SumBar,
    SumPart,
    WardCount,
)

_REASONS = (
    ("recall-contact", Text("召回联系", "Recall contact")),
    ("follow-up", Text("随访", "Follow-up")),
    ("inspection", Text("上级检查", "Inspection")),
    ("other", Text("其他", "Other")),
)


def _clock(hours: int, left: timedelta, *, done: bool = False) -> Clock:
    due = datetime.now(UTC) + left
    return Clock(timedelta(hours=hours), left, due, done)


def _row(number: int, clock: Clock, **more: object) -> RecallRow:
    row = RecallRow(
        href="/kit/recall",
        case_id=f"RC-2026-{number:04}",
        name="注射用头孢曲松钠",
        lots=("2608A17",),
        recall_class=RecallClass.ONE,
        state=CaseState.OPEN,
        opened_at=at(22, 9, 40),
        clock=clock,
        total=1200,
        open_units=118,
        unit="支",
        patients=214,
    )
    return replace(row, **more)  # type: ignore[arg-type]  # the fields are named below


def rows() -> tuple[RecallRow, ...]:
    """Four cases: in time, nearly due, overdue, closed."""
    return (
        _row(31, _clock(24, timedelta(hours=19, minutes=37))),
        _row(
            30,
            _clock(48, timedelta(hours=1, minutes=37)),
            name="一次性使用静脉留置针",
            lots=("20260318", "20260319", "20260402", "20260405"),
            recall_class=RecallClass.TWO,
            opened_at=at(20, 15, 40),
            unit="件",
            open_units=0,
            patients=31,
        ),
        _row(
            29,
            _clock(72, timedelta(minutes=-23)),
            name="氯化钾注射液",
            lots=("K260711",),
            recall_class=RecallClass.THREE,
            opened_at=at(19, 13, 40),
            open_units=6,
            patients=0,
        ),
        _row(
            28,
            _clock(48, timedelta(), done=True),
            name="可吸收外科缝线",
            lots=("VC8841",),
            recall_class=RecallClass.TWO,
            state=CaseState.CLOSED,
            opened_at=at(3, 8, 12),
            open_units=0,
            unit="包",
            patients=12,
        ),
    )


def listed() -> RecallListView:
    """The list with open and closed cases."""
    return RecallListView(rows(), 3, 1, open_href="/kit/recall-open")


def none() -> RecallListView:
    """The list before the first case."""
    return RecallListView((), open_href="/kit/recall-open")


def form() -> RecallForm:
    """The form before a product was found."""
    return RecallForm(find="/kit/recall-chosen", action="/kit/recall")


def form_chosen() -> RecallForm:
    """The form with its product and the lots that the ledger knows."""
    return replace(
        form(),
        product=Field("06901234004182"),
        chosen=ChosenProduct(
            "p-1",
            "注射用头孢曲松钠",
            "1.0 g × 10 支 / 盒",
            (Fact("上市持有人", "青禾制药"), Fact("GTIN", "06901234004182", mono=True)),
            (
                LotChoice("2609B02", Expiry(date(2028, 9, 30), TODAY), "2,400 支", "1,880 支"),
                LotChoice(
                    "2608A17", Expiry(date(2028, 7, 31), TODAY), "1,200 支", "600 支", ticked=True
                ),
                LotChoice("2512F40", Expiry(date(2026, 12, 11), TODAY), "800 支", "12 支"),
            ),
        ),
        recall_class=Field("1"),
    )


def form_wrong() -> RecallForm:
    """The form after a post that lacked nearly everything."""
    need = Text("缺少这一项", "This field is required")
    return replace(
        form_chosen(),
        product=Field("0690", Text("没有找到：0690", "Not found: 0690")),
        recall_class=Field("", need),
        reason=Field("", need),
        notice=Field("", need),
        other_lots=Field("?", Text("批号里有不能用的字符", "A lot number holds a wrong sign")),
        lots_error=Text("至少选一个批号", "Choose at least one lot"),
    )


_PARTS = (
    SumPart(PartKind.QUARANTINED, 462),
    SumPart(PartKind.TO_QUARANTINE, 118),
    SumPart(PartKind.IN_TRANSIT, 20),
    SumPart(PartKind.USED, 536),
    SumPart(PartKind.RETURNED, 60),
    SumPart(PartKind.UNACCOUNTED, 4),
)


def _log() -> tuple[Step, ...]:
    opened = Step(
        StepKind.RECALLED,
        Lane.STORE,
        at(22, 9, 40),
        4_215_602,
        Seal.PROVEN,
        persons=("药师 0533",),
        detail="全院 600 支停用，用时 0.21 秒",
        proof="/kit/proof",
    )
    held = replace(
        opened, kind=StepKind.QUARANTINED, at=at(22, 9, 58), seq=4_216_010, place="急诊药房"
    )
    refused = replace(
        opened,
        kind=StepKind.REFUSED,
        at=at(22, 13, 52),
        seq=4_218_277,
        seal=Seal.PENDING,
        place="急诊药房",
        persons=("药师 0540",),
        detail="处方 E1122-0387",
        reason=Text("这一批已召回", "recalled lot"),
    )
    return (
        refused,
        replace(
            held, at=at(22, 10, 11), seq=4_216_241, quantity="100 支", place="住院药房", detail=None
        ),
        replace(
            held,
            at=at(22, 10, 2),
            seq=4_216_090,
            quantity="320 支",
            place="中心药库 A-03",
            detail=None,
        ),
        replace(held, quantity="42 支", detail=None),
        opened,
    )


def recall() -> RecallView:
    """A case in full swing, read by someone who may see names after a reason."""
    return RecallView(
        case_id="RC-2026-0031",
        name="注射用头孢曲松钠",
        spec="1.0 g",
        lots=("2608A17",),
        recall_class=RecallClass.ONE,
        state=CaseState.OPEN,
        clock=_clock(24, timedelta(hours=19, minutes=37)),
        reason="青禾制药主动召回：可见异物",
        notice="QH-2026-118",
        opened_at=at(22, 9, 40),
        scope=(
            Fact(Text("条件", "Lots"), "2608A17", mono=True),
            Fact(Text("匹配产品", "Products"), Text("2 个编码", "2 codes")),
            Fact(Text("到货", "Receipts"), Text("3 次", "3")),
            Fact(Text("通知编号", "Notice"), "QH-2026-118"),
            Fact(Text("确认人", "Confirmed by"), "药师 0533 · 09:40"),
        ),
        exposure=SumBar(_PARTS, 1200, "支"),
        computed_at=NOW,
        seconds=0.21,
        seal=Seal.PROVEN,
        places=PLACES,
        wards=(
            WardCount("呼吸内科三病区", 71, 188),
            WardCount("普外科五病区", 58, 152),
            WardCount("急诊科", 42, 64),
            WardCount("儿科八病区", 24, 55),
            WardCount("重症医学科", 19, 77),
        ),
        patients=214,
        patient_list=PatientList(PatientListState.ASKS, "/kit/recall-names", reasons=_REASONS),
        log=_log(),
        conclude=_conclude(),
    )


def _conclude() -> ConcludeForm:
    return ConcludeForm(
        action="/kit/recall-closing",
        reopens=False,
        token="0",  # noqa: S106 -- a form's number
        unsettled="604 支",
        own=SignerFields("0533"),
        ways=(
            ("pin", "PIN"),
            ("code", Text("动态口令", "Code")),
            ("password", Text("密码", "Password")),
        ),
    )


def recall_closing_refused() -> RecallView:
    """The form after a post in which nearly everything was wrong."""
    wrong = Text("工号或密码不对。还能试 3 次", "Wrong number or password. 3 tries left")
    form = replace(
        _conclude(),
        sent=True,
        explanation=Field("", Text("写明去向再结案", "Explain, then close")),
        own=SignerFields("0533", "pin", wrong),
        second=SignerFields("Q1", "code", wrong),
        error=Text("这一步要 2 个人当场签名", "This takes two signatures"),
    )
    return replace(recall(), conclude=form)


def recall_forbidden() -> RecallView:
    """The case as seen without the permission to names; nobody had it, nothing is left."""
    done = replace(recall().clock, done=True)
    return replace(
        recall(),
        clock=done,
        state=CaseState.CLOSED,
        conclude=replace(_conclude(), reopens=True, unsettled=None),
        exposure=SumBar((SumPart(PartKind.RETURNED, 1200),), 1200, "支"),
        places=(),
        patients=0,
        wards=(),
        patient_list=PatientList(PatientListState.FORBIDDEN),
    )


def recall_names() -> RecallView:
    """The case with its list of names, one of them erased; the clock nearly out."""
    listed = (
        PatientRow("呼吸内科三病区", "12", "周示例", "4471", "7Q4K-2M9D", "2 支", at(22, 8, 12)),
        PatientRow("呼吸内科三病区", "15", "陈示例", "5162", "1B0C-88RT", "4 支", at(21, 20, 40)),
        PatientRow("普外科五病区", None, None, None, "K3M7-9PPA", "1 支", at(20, 7, 55)),
    )
    shown = PatientList(PatientListState.SHOWN, rows=listed, seq=4_218_282, views=2, hidden=3)
    return replace(recall(), clock=_clock(24, timedelta(hours=1, minutes=37)), patient_list=shown)


def recall_large() -> RecallView:
    """A case of a whole hospital: panels scroll, their sums stay in sight."""
    kinds = (PartKind.QUARANTINED, PartKind.TO_QUARANTINE)
    places = tuple(
        PlaceCount(f"第 {n} 病区治疗室", kinds[n % 2], 4 * (41 - n), at(22, 10, n))
        for n in range(1, 41)
    )
    wards = tuple(WardCount(f"第 {n} 病区", 41 - n, 2 * (41 - n)) for n in range(1, 41))
    parts = (*_counts(places), SumPart(PartKind.USED, sum(ward.units for ward in wards)))
    return replace(
        recall(),
        lots=tuple(f"2608A{n}" for n in range(10, 22)),
        places=places,
        wards=wards,
        patients=sum(ward.patients for ward in wards),
        exposure=SumBar(parts, sum(part.count for part in parts), "支"),
        log=_log() * 4,
    )


def _counts(places: tuple[PlaceCount, ...]) -> tuple[SumPart, ...]:
    return replace(recall(), places=places).held


def recall_differs() -> RecallView:
    """The case when the sum doesn't agree, overdue, and no reason was given for the names."""
    asks = replace(
        recall().patient_list,
        reason=Field("", Text("先选一个理由", "Choose a reason first")),
        views=1,
    )
    return replace(
        recall(),
        clock=_clock(24, timedelta(minutes=-23)),
        exposure=SumBar(_PARTS[:-1], 1200, "支"),
        seal=Seal.PENDING,
        patient_list=asks,
    )
