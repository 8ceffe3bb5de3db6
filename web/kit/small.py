"""Invented content of the small pages: sign-in, search, ledger, proof, problems, parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from texts import Text
from web.kit.cases import rows
from web.kit.lives import NOW, TODAY, at, stop
from web.view import (
    CheckpointView,
    Clock,
    EntryCategory,
    EntryRow,
    Expiry,
    Fact,
    Field,
    HitKind,
    LedgerView,
    PartKind,
    PasswordView,
    ProblemView,
    ProofView,
    Seal,
    SearchHit,
    SearchView,
    SecondFactorView,
    SignInView,
    StepKind,
    SumBar,
    SumPart,
    ThingStatus,
    Verdict,
    VerdictKind,
    VerificationView,
    WitnessRow,
)

_DIGEST = "d41c07be9f3c41d7c57b1180e3506b448ea2b80293dc77f408a91be7c2d090aa"


def sign_in() -> SignInView:
    """The door, as it is in the morning."""
    return SignInView(
        "/kit/home",
        ledger_size=4_218_281,
        ledger_sound=True,
        passkey="/kit/home",
        passkey_begin="/kit/home",
    )


def sign_in_wrong() -> SignInView:
    """After a wrong password."""
    wrong = Text("工号或密码不对，还能试 4 次", "Wrong number or password, 4 tries left")
    return SignInView("/kit/home", number="0533", error=wrong)


def sign_in_code() -> SignInView:
    """The password was right, a code is missing."""
    need = Text("输入手机上的 6 位码", "Type the code from your phone")
    return SignInView("/kit/home", number="0901", error=need, code_asked=True)


def password() -> PasswordView:
    """A new colleague's first password, after one that was too short."""
    short = Field("", Text("至少 12 个字符", "At least 12 characters"))
    return PasswordView("/kit/password", due=True, new=short)


def factor() -> SecondFactorView:
    """Before the secret was made."""
    return SecondFactorView("/kit/factor-code", "/kit/home")


def factor_code() -> SecondFactorView:
    """The secret is shown, the first code was wrong."""
    # The look of a QR code is all that is wanted here: a finder pattern and some modules.
    symbol = (
        '<svg viewBox="0 0 9 9"><path d="M1 1h7v7H1zm1 1v5h5V2z" fill-rule="evenodd"/>'
        '<path d="M3 3h3v3H3z"/></svg>'
    )
    wrong = Field("", Text("码不对，等下一个再输", "Wrong code, wait for the next"))
    secret = ("JBSW", "Y3DP", "EHPK", "3PXP")
    return SecondFactorView("/kit/factor", "/kit/home", symbol, secret, wrong)


def _entries() -> tuple[EntryRow, ...]:
    business, access = EntryCategory.BUSINESS, EntryCategory.ACCESS
    known: tuple[tuple[int, int, StepKind | Text, str, str, EntryCategory], ...] = (
        (281, 12, Text("召回查询", "Recall read"), "RC-2026-0031 范围", "药师 0533", access),
        (280, 8, StepKind.DISPENSED, "人血白蛋白 …3304", "药师 0533", business),
        (279, 5, StepKind.RECEIVED, "注射用美罗培南 …6157", "收货员 0417", business),
        (278, 2, StepKind.RECEIVED, "注射用美罗培南 …6156", "收货员 0417", business),
        (277, 1, StepKind.REFUSED, "药袋 PV-1122-0951", "护士 2216", EntryCategory.REFUSED),
        (241, -180, StepKind.MOVED, "送药箱 T-0330", "护士 2307", business),
        (240, -200, StepKind.ADMINISTERED, "头孢呋辛钠 1.5 g", "护士 2410", business),
        (239, -207, Text("查看患者名单", "Names read"), "RC-2026-0031", "药师 0540", access),
        (238, -211, StepKind.RECALLED, "RC-2026-0031", "护士 2602", EntryCategory.RECALL),
        (237, -218, StepKind.IMPLANTED, "髋臼杯 52 mm …K119", "护士 2231", business),
    )
    covered = 240
    return tuple(
        EntryRow(
            seq=4_218_000 + number,
            at=NOW + timedelta(seconds=second - 12),
            title=title,
            subject=subject,
            person=person,
            category=category,
            digest=_DIGEST[number % 7 :],
            seal=Seal.PROVEN if number <= covered else Seal.PENDING,
            href="/kit/thing",
            proof="/kit/proof",
        )
        for number, second, title, subject, person, category in known
    )


def home() -> SearchView:
    """The first page after signing in."""
    return SearchView(recalls=rows()[:3], entries=_entries(), photo="/kit/search")


def home_empty() -> SearchView:
    """The first page of a new hospital."""
    return SearchView()


def found() -> SearchView:
    """A lot number that two products share."""
    return SearchView(
        query="2608A17",
        hits=(
            SearchHit(
                HitKind.LOT,
                "/kit/lot",
                "注射用头孢曲松钠",
                "1.0 g × 10 支 / 盒",
                "2608A17",
                status=ThingStatus.MIXED,
                count="1,200 支",
            ),
            SearchHit(
                HitKind.UNIT,
                "/kit/thing",
                "贝伐珠单抗注射液",
                "100 mg / 4 mL × 1 瓶",
                "83271160045839207715",
                "BV6C2204",
                ThingStatus.ADMINISTERED,
            ),
            SearchHit(HitKind.PRODUCT, "/kit/", "髋臼杯", "52 mm", "06901234004182"),
            SearchHit(HitKind.RECALL, "/kit/recall", "注射用头孢曲松钠", "", "RC-2026-0031"),
        ),
        cut=37,
    )


def found_nothing() -> SearchView:
    """A half code: what could be read of it, what not, and no hit."""
    return SearchView(
        query="0106901234004183",
        read=(Fact("GTIN", "06901234004183", mono=True), Fact(Text("批号", "Lot"), None)),
        findings=(
            Text("GTIN 的校验位不对：写的是 3，应是 2", "Wrong check digit: 3 read, 2 needed"),
        ),
        verdict=Verdict(
            VerdictKind.LOOK,
            Text("不认识这个码", "Unknown code"),
            note=Text("再扫一次，还不行就拍照登记", "Scan again, or take a photo"),
        ),
    )


def found_recalled() -> SearchView:
    """A scan whose lot is recalled."""
    return replace(found(), verdict=stop(), cut=0)


def ledger() -> LedgerView:
    """The ledger in good health."""
    return LedgerView(
        origin="jiangzhou-1.example/medtrace",
        suite="Ed25519, SHA-256",
        engine="PostgreSQL 17",
        size=4_218_281,
        head=_DIGEST,
        head_at=NOW,
        today=(
            (EntryCategory.BUSINESS, 6769),
            (EntryCategory.REFUSED, 73),
            (EntryCategory.RECALL, 31),
            (EntryCategory.ACCESS, 226),
        ),
        verification=VerificationView(at(22, 3, 0), 4_211_182, 31.4),
        verify="/kit/ledger",
        checkpoints=tuple(
            CheckpointView(size, _DIGEST[hour:], at(22, hour, 0))
            for hour, size in ((14, 4_218_240), (13, 4_217_760), (12, 4_217_382))
        ),
        witnesses=(
            WitnessRow("江州市第二医院", at(22, 14, 0) + timedelta(seconds=9)),
            WitnessRow("省妇幼保健院"),
        ),
        entries=_entries(),
        older="/kit/ledger",
    )


def ledger_empty() -> LedgerView:
    """The ledger on its first day."""
    return replace(
        ledger(),
        size=0,
        head=None,
        head_at=None,
        today=(),
        verification=None,
        checkpoints=(),
        witnesses=(),
        entries=(),
        older=None,
    )


def ledger_damaged() -> LedgerView:
    """The ledger after someone changed an entry behind its back."""
    problem = Text("账本内容被改过：哈希对不上", "An entry was altered: its hash differs")
    return replace(
        ledger(), verification=VerificationView(at(22, 14, 2), 2_100_881, 15.2, problem, 2_100_880)
    )


def proof() -> ProofView:
    """The proof of one entry."""
    content = '{\n  "type": "ObjectEvent",\n  "bizStep": "dispensing",\n  "seq": 4214720\n}'
    return ProofView(
        seq=4_214_720,
        at=at(22, 9, 2),
        title=StepKind.DISPENSED,
        subject="贝伐珠单抗注射液 …7715",
        person="药师 0541",
        seal=Seal.PROVEN,
        digest=_DIGEST,
        previous=_DIGEST[::-1],
        size=4_218_240,
        root=_DIGEST[8:] + _DIGEST[:8],
        path=tuple(_DIGEST[n:] + _DIGEST[:n] for n in range(9)),
        content=content,
        download="/kit/proof",
    )


def forbidden() -> ProblemView:
    """Not allowed."""
    return ProblemView(403, "forbidden", back="/kit/home")


def missing() -> ProblemView:
    """Not there."""
    text = Text("没有找到：RC-2026-0099", "Not found: RC-2026-0099")
    return ProblemView(404, "not-found", text, back="/kit/home")


def failed() -> ProblemView:
    """Our mistake."""
    return ProblemView(500, "internal", request="E-2041", back="/kit/home")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the page of parts shows: each component in each state."""

    verdicts: tuple[Verdict, ...]
    expiries: tuple[Expiry, ...]
    clocks: tuple[Clock, ...]
    sums: tuple[SumBar, ...]
    seals: tuple[Seal, ...] = tuple(Seal)
    statuses: tuple[ThingStatus, ...] = tuple(ThingStatus)


def parts() -> Parts:
    """Every part once in every state."""
    every = tuple(SumPart(kind, 40 + 30 * n) for n, kind in enumerate(PartKind))
    return Parts(
        verdicts=(
            Verdict(VerdictKind.GO, Text("可以收货", "Receive it")),
            Verdict(VerdictKind.LOOK, Text("到期早于疗程结束", "Expires before the course ends")),
            stop(),
        ),
        expiries=(
            Expiry(date(2028, 7, 31), TODAY),
            Expiry(date(2027, 2, 28), TODAY),
            Expiry(date(2026, 12, 11), TODAY),
            Expiry(date(2026, 11, 10), TODAY),
            Expiry(date(2026, 11, 10), TODAY, frozen=True),
        ),
        clocks=tuple(row.clock for row in rows()),
        sums=(
            SumBar(every, sum(part.count for part in every), "支"),
            SumBar(every[:4], 1000, "支"),
        ),
    )
