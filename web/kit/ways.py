"""Invented goods with less ordinary lives: a container, a corrected step, consigned goods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from texts import Text
from web.kit.lives import TODAY, at, lot, thing
from web.view import (
    Code,
    ContentRow,
    Document,
    Expiry,
    Fact,
    Lane,
    Life,
    LotView,
    Seal,
    SealSummary,
    Step,
    StepKind,
    StepLink,
    ThingStatus,
    ThingView,
)

_SSCC = "069012340000000177"
_STORE = {"lane": Lane.STORE, "lane_name": "中心药库", "proof": "/kit/proof"}
_PHARMACY = {"lane": Lane.PHARMACY, "lane_name": "急诊药房", "proof": "/kit/proof"}


def container() -> ThingView:
    """A transport box on its way, with things, an amount and another box in it."""
    life = (
        Step(
            StepKind.PACKED,
            at=at(21, 15, 0),
            seq=4_210_118,
            seal=Seal.PROVEN,
            place="中心药库",
            persons=("库管员 0422",),
            detail="盐酸氨溴索注射液 × 2 盒 · 0.9%氯化钠注射液 × 20 袋 · 容器 × 1",
            **_STORE,  # type: ignore[arg-type]  # the fields are named above
        ),
        Step(
            StepKind.SENT,
            at=at(22, 8, 20),
            seq=4_213_904,
            seal=Seal.PENDING,
            origin="中心药库",
            place="急诊药房",
            persons=("库管员 0422",),
            documents=(Document("调拨单 DB-1122-03"),),
            **_PHARMACY,  # type: ignore[arg-type]  # the fields are named above
        ),
    )
    return ThingView(
        name="容器",
        spec="",
        category=Text("物流单元", "Logistic unit"),
        status=ThingStatus.IN_TRANSIT,
        lot=None,
        serial=None,
        expiry=None,
        codes=(Code(Text("SSCC", "SSCC"), _SSCC),),
        facts=(
            Fact(Text("所在位置", "Place"), "急诊药房"),
            Fact(Text("装在", "Lies in"), "069012340000000184", mono=True, href="/kit/container"),
        ),
        life=Life(life),
        seals=SealSummary(1, 0, 2, at(22, 8, 0), 4_213_000, signed=True),
        contents=(
            ContentRow("0.9%氯化钠注射液", "100 mL", "2607F03", "/kit/lot", "20 袋"),
            ContentRow("盐酸氨溴索注射液", "15 mg × 6 支", "83271160045839207715", "/kit/thing"),
            ContentRow(
                "注射用头孢曲松钠",
                "1.0 g × 10 支",
                "81345620017290436158",
                "/kit/thing",
                status=ThingStatus.EXPIRED,
            ),
            ContentRow(Text("容器", "Container"), "", "069012340000000191", "/kit/container"),
        ),
        contents_cut=12,
    )


def thing_corrected() -> ThingView:
    """A box that was moved in the books only: struck through, corrected, and moved in fact."""
    first = thing().life.steps[0]
    wrong = Step(
        StepKind.MOVED,
        at=at(20, 10, 0),
        seq=4_201_640,
        seal=Seal.PROVEN,
        origin="中心药库",
        place="急诊药房",
        persons=("药师 0533",),
        documents=(Document(f"随容器 {_SSCC}", "/kit/container"),),
        corrected_by=StepLink(4_201_702, "#entry-4201702"),
        **_PHARMACY,  # type: ignore[arg-type]  # the fields are named above
    )
    correction = Step(
        StepKind.CORRECTED,
        at=at(20, 10, 12),
        seq=4_201_702,
        seal=Seal.PROVEN,
        persons=("药师 0533",),
        detail="数据有误 · 扫错目的地，实送门诊药房",
        corrects=StepLink(4_201_640, "#entry-4201640"),
        **_PHARMACY,  # type: ignore[arg-type]  # the fields are named above
    )
    late = Step(
        StepKind.MOVED,
        lane=Lane.PHARMACY,
        lane_name="门诊药房",
        at=at(20, 10, 20),
        seq=4_201_711,
        seal=Seal.PROVEN,
        proof="/kit/proof",
        origin="急诊药房",
        place="门诊药房",
        persons=("药师 0557",),
        offline=True,
        exceptions=(
            Text(
                "账上在中心药库，不在这里。先核对再用",
                "The books have it in the central store. Check before use",
            ),
        ),
    )
    return replace(
        thing(),
        status=ThingStatus.MISSING,
        expiry=Expiry(date(2028, 3, 31), TODAY),
        life=Life((first, wrong, correction, late)),
        seals=SealSummary(4, 0, 4, at(22, 14, 0), 4_218_240, signed=True),
    )


def lot_consigned() -> LotView:
    """A lot that is its supplier's until it is used."""
    owner = Fact(Text("货主（寄售）", "Owner (consigned)"), "江州器械配送")
    return replace(lot(), facts=(*lot().facts, owner))
