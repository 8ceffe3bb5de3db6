"""Invented things and lots with their lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from texts import Text
from web.view import (
    Code,
    Document,
    Expiry,
    Fact,
    Lane,
    Life,
    LotView,
    PartKind,
    PlaceCount,
    Seal,
    SealSummary,
    Step,
    StepKind,
    SumBar,
    SumPart,
    ThingStatus,
    ThingView,
    Verdict,
    VerdictKind,
)

NOW = datetime(2026, 11, 22, 6, 3, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def at(day: int, hour: int, minute: int) -> datetime:
    """An instant of November 2026, given as Chinese time."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def _step(kind: StepKind, lane: Lane, when: datetime, seq: int, **more: object) -> Step:
    step = Step(kind, lane, when, seq, Seal.PROVEN, proof="/kit/proof")
    return replace(step, **more)  # type: ignore[arg-type]  # the fields are named below


_LIFE = (
    _step(
        StepKind.RECEIVED,
        Lane.STORE,
        at(16, 10, 35),
        4_176_388,
        lane_name="中心药库",
        origin="国控江州物流中心",
        place="中心药库 收货台 2",
        persons=("收货员 0417", "复核 0422"),
        detail="外观、效期、票货相符",
        documents=(Document("送货单 SH-1116-06"),),
    ),
    _step(
        StepKind.MOVED,
        Lane.STORE,
        at(16, 10, 47),
        4_176_402,
        lane_name="中心药库",
        title=Text("冷藏上架", "Put away, refrigerated"),
        place="中心药库 C-01-07",
        persons=("收货员 0417",),
        device="PDA-07",
        detail="2–8 °C 区，到货后 12 分钟",
    ),
    _step(
        StepKind.MOVED,
        Lane.PHARMACY,
        at(20, 9, 21),
        4_201_640,
        lane_name="静配中心",
        origin="中心药库",
        place="静配中心 冷柜 2",
        persons=("库管员 0422", "药师 0533"),
        documents=(Document("调拨单 DB-1120-14", "/kit/"),),
    ),
    _step(
        StepKind.REFUSED,
        Lane.PHARMACY,
        at(21, 16, 40),
        4_209_377,
        lane_name="静配中心",
        place="静配中心 3 号台",
        persons=("药师 0541",),
        reason=Text("医嘱里没有这个药。放回去", "Not on this order. Put it back"),
    ),
    _step(
        StepKind.DISPENSED,
        Lane.PHARMACY,
        at(22, 9, 2),
        4_214_720,
        lane_name="静配中心",
        origin="静配中心",
        place="肿瘤科二病区",
        persons=("药师 0541", "复核 0533"),
        documents=(Document("处方 E1122-0387"),),
    ),
    _step(
        StepKind.MOVED,
        Lane.WARD,
        at(22, 9, 18),
        4_215_064,
        lane_name="肿瘤科二病区",
        place="肿瘤科二病区 护士站",
        persons=("护士 2307",),
        device="PDA-31",
        detail="8 袋全数",
        offline=True,
    ),
    _step(
        StepKind.ADMINISTERED,
        Lane.WARD,
        at(22, 9, 46),
        4_215_641,
        lane_name="肿瘤科二病区",
        place="肿瘤科二病区 07 床",
        persons=("护士 2312", "核对 2319"),
        detail="五项相符",
        patient="7Q4K-2M9D",
    ),
)

_FACTS = (
    Fact("上市持有人", "江北生物制药"),
    Fact("供应商", "国控江州"),
    Fact("医保药品编码", "XL01FGB041B002010104", mono=True),
    Fact("本位码", None),
)


def thing() -> ThingView:
    """A vial that was given to a patient; every step proven."""
    return ThingView(
        name="贝伐珠单抗注射液",
        spec="100 mg / 4 mL × 1 瓶",
        category=Text("药品 · 小码", "Drug · unit code"),
        status=ThingStatus.ADMINISTERED,
        lot="BV6C2204",
        serial=None,
        expiry=Expiry(date(2028, 3, 31), TODAY, frozen=True),
        codes=(Code(Text("药品追溯码", "Drug traceability code"), "83271160045839207715"),),
        facts=_FACTS,
        life=Life(_LIFE),
        seals=SealSummary(7, 0, 7, at(22, 14, 0), 4_218_240, signed=True),
        lot_sum=SumBar(
            (
                SumPart(PartKind.USED, 15),
                SumPart(PartKind.IN_STOCK, 7),
                SumPart(PartKind.IN_TRANSIT, 2),
            ),
            24,
            "瓶",
        ),
        lot_href="/kit/lot",
        proof_href="/kit/proof",
    )


def stop() -> Verdict:
    """What a recalled thing says."""
    return Verdict(
        VerdictKind.STOP,
        Text("这一批已召回，不能发", "Recalled lot, do not dispense"),
        steps=(
            Text("放进红色隔离箱，扫箱上的码", "Put it in the red box, scan the box"),
            Text("改用批号 2609B02，货位 J-02-04", "Use lot 2609B02 at J-02-04"),
        ),
        note=Text(
            "一级召回 RC-2026-0031 · 2026-11-22 09:40 起",
            "Class I recall RC-2026-0031 · since 2026-11-22 09:40",
        ),
        href="/kit/recall",
        resolver=Text("有疑问找召回专员 0903，分机 8120", "Ask the recall officer 0903, ext. 8120"),
    )


def thing_recalled() -> ThingView:
    """A recalled box: the banner stands above all; the newest entries wait for a checkpoint."""
    held = _step(
        StepKind.RECALLED,
        Lane.STORE,
        at(22, 9, 40),
        4_215_602,
        seal=Seal.PENDING,
        lane_name="中心药库",
        place="中心药库 A-03",
        persons=("药师 0533",),
        documents=(Document("RC-2026-0031", "/kit/recall"),),
    )
    refused = _step(
        StepKind.REFUSED,
        Lane.STORE,
        at(22, 11, 20),
        4_216_900,
        seal=Seal.PENDING,
        lane_name="中心药库",
        place="急诊药房",
        persons=("药师 0540",),
        reason=Text("这一批已召回，不能发", "Recalled lot"),
    )
    return replace(
        thing(),
        name="注射用头孢曲松钠",
        spec="1.0 g × 10 支 / 盒",
        status=ThingStatus.RECALLED,
        lot="2608A17",
        serial="7H20KX119",
        expiry=Expiry(date(2027, 2, 28), TODAY),
        codes=(
            Code("GTIN", "06901234004182"),
            Code(Text("药品追溯码", "Drug traceability code"), "81345620017290436158", valid=False),
        ),
        life=Life((*_LIFE[:2], held, refused)),
        seals=SealSummary(2, 0, 4, at(22, 9, 0), 4_215_300, signed=True),
        verdict=stop(),
    )


def thing_broken() -> ThingView:
    """A thing one of whose entries was altered, with a hop missing, past its date."""
    steps = list(_LIFE[:5])
    steps[2] = replace(steps[2], seal=Seal.BROKEN)
    steps[4] = replace(steps[4], gap_before=True)
    return replace(
        thing(),
        status=ThingStatus.EXPIRED,
        expiry=Expiry(date(2026, 11, 10), TODAY),
        life=Life(tuple(steps), cut=12, more="/kit/thing"),
        seals=SealSummary(4, 1, 5, at(22, 14, 0), 4_218_240, signed=False),
    )


PLACES = (
    PlaceCount("中心药库 A-03", PartKind.QUARANTINED, 320, at(22, 10, 2)),
    PlaceCount("住院药房", PartKind.QUARANTINED, 100, at(22, 10, 11)),
    PlaceCount("急诊药房", PartKind.QUARANTINED, 42, at(22, 9, 58)),
    PlaceCount("呼吸内科三病区", PartKind.TO_QUARANTINE, 40),
    PlaceCount("普外科五病区", PartKind.TO_QUARANTINE, 36),
    PlaceCount("重症医学科", PartKind.TO_QUARANTINE, 24),
    PlaceCount("儿科八病区", PartKind.IN_TRANSIT, 20),
    PlaceCount("急救车 7 号", PartKind.TO_QUARANTINE, 18),
)


def lot() -> LotView:
    """A lot that lies in three places and was partly used."""
    moved = replace(_LIFE[2], quantity="400 支", origin="中心药库", place="住院药房")
    return LotView(
        name="注射用头孢曲松钠",
        spec="1.0 g × 10 支 / 盒",
        category=Text("药品 · 批号", "Drug · lot"),
        status=ThingStatus.MIXED,
        lot="2609B02",
        expiry=Expiry(date(2026, 12, 11), TODAY),
        codes=(Code("GTIN", "06901234004182"),),
        facts=_FACTS[:2],
        life=Life((replace(_LIFE[0], quantity="1,200 支"), moved)),
        seals=SealSummary(1, 0, 2, at(22, 14, 0), 4_218_240, signed=True),
        total=SumBar(
            (
                SumPart(PartKind.IN_STOCK, 580),
                SumPart(PartKind.IN_TRANSIT, 20),
                SumPart(PartKind.USED, 536),
                SumPart(PartKind.RETURNED, 60),
                SumPart(PartKind.DESTROYED, 4),
            ),
            1200,
            "支",
        ),
        places=(
            PlaceCount("中心药库 A-03", PartKind.IN_STOCK, 480),
            PlaceCount("住院药房", PartKind.IN_STOCK, 100),
            PlaceCount("儿科八病区", PartKind.IN_TRANSIT, 20),
        ),
        patients=214,
        recall_href="/kit/recall-chosen",
    )
