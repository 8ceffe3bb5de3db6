"""Why not, in theatre and on the ward: implants, opened packs, patients' own goods, narcotics."""

from __future__ import annotations

from texts.text import Text

THEATRE = {
    "already-opened": Text(
        "包装已经打开，不能退回。使用或报损", "Its pack is open, it can't go back. Use or waste it"
    ),
    "explanted": Text(
        "已从患者体内取出，不能再用。销毁、退给厂家或交给患者",
        "Taken out of a patient, not to be used. Destroy it, send it back or hand it over",
    ),
    "handed-back": Text(
        "已交还患者。再带来时先登记自备药",
        "Handed back to the patient. Register it as brought along first",
    ),
    "not-a-consumable": Text(
        "{product}不是耗材。药品做给药，植入物做植入",
        "{product} is no consumable. Administer drugs, implant implants",
    ),
    "not-implanted": Text(
        "账上没有植入，在{location}", "Not implanted by the books, it is in {location}"
    ),
    "not-patients": Text(
        "这不是患者自己的东西，是医院的", "It belongs to the hospital, not to the patient"
    ),
    "patients-own": Text(
        "这是患者自备的，只能给本人用", "The patient's own, for that patient only"
    ),
    "ampoules-missing": Text(
        "{product}：用 {used}，空安瓿 {returned}。查清",
        "{product}: {used} used, {returned} empty ampoules back. Search and explain",
    ),
    "closing-incomplete": Text(
        "还没有点 {product}。点完再日结", "{product} is not counted yet. Count it, then close"
    ),
    "day-closed": Text(
        "{location} {day} 已日结，不能补记。做更正",
        "{location} is closed for {day}. Nothing is added before it; correct instead",
    ),
    "kit-incomplete": Text(
        "{product} 还缺 {short}，补齐再封", "{product}: {short} lacking. Fill it up, then seal"
    ),
    "kit-sealed": Text(
        "已封，封签 {seal}。先打开再重新封", "Sealed already, {seal}. Open it before sealing anew"
    ),
    "loaner-difference": Text(
        "{number} {product}：来{came}用{used}退{out}",
        "{number}, {product}: {came} came, {used} used, {out} went out. Search and explain",
    ),
    "loaner-overdue": Text(
        "跟台 {number} 应于 {day} 退回{party}，还没退完",
        "Loaner set {number} was to go back to {party} by {day} and has not",
    ),
    "not-a-kit": Text("{location} 不是急救箱或急救车", "{location} is no emergency kit"),
    "seal-broken": Text(
        "{location} 封签不对：应为 {seal}，见到 {found}",
        "{location}: the seal is broken or another, {seal} by the books, {found} found",
    ),
    "narcotic-difference": Text(
        "{product}：点 {counted}，账 {books}。两人复点",
        "{product}: {counted} counted, {books} by the books. Two recount and report",
    ),
    "not-a-narcotic": Text("{product}不是麻精药品", "{product} is no narcotic"),
}
"""By reason."""

NARCOTICS = {
    "column-narcotic-balance": Text("结存", "Balance"),
    "column-narcotic-closed": Text("上次日结", "Closed last"),
    "column-narcotic-empties": Text("空安瓿", "Empties back"),
    "column-narcotic-in": Text("收入", "In"),
    "column-narcotic-out": Text("发出", "Out"),
    "column-narcotic-used": Text("日结后使用", "Used since"),
    "column-second-person": Text("复核人", "Second person"),
    "day-is-closed": Text("{place} {day} 已日结", "{place} is closed for {day}"),
    "patient-is-erased": Text("已抹去", "erased"),
    "narcotics-none": Text("没有记录", "Nothing on record"),
}
"""What the account book of narcotics says at the desk."""
