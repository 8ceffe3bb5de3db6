"""What is wrong and what to do next, for every reason that the recorder refuses for.

Several rules may give one reason with different values, so a sentence names only what all of them
know (`trace.Refused.values`).
"""

from __future__ import annotations

from texts.text import Text
from texts.theatre import THEATRE

_STATE = {
    "already-dispensed": Text(
        "这一件已经发出，在{location}。换一件", "Dispensed already, to {location}. Take another"
    ),
    "already-received": Text(
        "这一件收过了，在{location}。放到一边",
        "Received already, it is in {location}. Set it aside",
    ),
    "already-used": Text(
        "这一件已用过，在{location}。换一件", "Used already in {location}. Take another"
    ),
    "not-dispensed": Text(
        "这一件没有发出过，在{location}。先发药",
        "Not dispensed yet, it is in {location}. Dispense first",
    ),
    "not-here": Text(
        "账上这一件在{location}。先做移入", "By the books it is in {location}. Move it here first"
    ),
    "not-in-scope": Text("不在召回案 {case} 的范围里", "It is not in the scope of case {case}"),
    "scope-empty": Text(
        "{case} 的范围不能是空的。要么结案", "The scope of {case} can't be empty. Close it instead"
    ),
    "task-unfinished": Text(
        "{location}还有 {count} 件没有隔离。隔离完再点完成",
        "{count} in {location} are not in quarantine yet. Put them there, then finish",
    ),
    "not-quarantined": Text("这一件没有被隔离", "This one is not in quarantine"),
    "not-received": Text(
        "没有入过库。先收货；在整箱里的先从箱里取出",
        "Never received. Receive it first, or take it out of its case",
    ),
    "quarantined": Text(
        "已隔离，放行前不能用。换一件", "In quarantine until released. Take another"
    ),
    "sent-back": Text("已退回供应商，不能再用", "Sent back to the supplier, not to be used"),
    "compounded": Text("已经配进输液袋。扫袋上的码", "Mixed into a bag. Scan the bag's label"),
    "pack-exhausted": Text(
        "这盒拆零只剩 {present}，要 {wanted}。再开一盒",
        "{present} left in this pack, {wanted} needed. Open another",
    ),
    "is-opened": Text(
        "这盒已经拆开，这一步要整盒。换一盒",
        "This pack is opened, a whole one is needed. Take another",
    ),
    "not-divisible": Text("这个码拆不了。整件扫", "This can't be divided. Scan it as a whole"),
    "label-taken": Text(
        "这个标签已经用过。打一张新的", "This label is in use already. Print a new one"
    ),
    "not-enough": Text(
        "{product}：这里只有 {present}，要 {wanted}", "{product}: {present} here, {wanted} needed"
    ),
}

_SAFETY = {
    "recalled": Text("这一批已召回，不能发。放进红色隔离箱", "Recalled lot. Put it in the red box"),
    "expired": Text(
        "{expiry} 已过期。放进报废箱，换一件再扫",
        "Expired on {expiry}. Put it in the waste box, scan another",
    ),
    "wrong-patient": Text(
        "不是这位患者的。放回去，再扫腕带",
        "Not this patient's. Put it back, scan the wristband again",
    ),
    "patient-missing": Text("先扫患者腕带", "Scan the patient's wristband first"),
    "not-an-implant": Text("{product}不是植入物", "{product} is no implant"),
}

_LABEL = {
    "unknown-code": Text(
        "不认识这个码。再扫一次，还不行就拍照登记", "Unknown code. Scan again, or take a photo"
    ),
    "lot-mismatch": Text(
        "批号不对。账上是 {expected}，扫的是 {found}",
        "Wrong lot. The books say {expected}, got {found}",
    ),
    "expiry-mismatch": Text(
        "效期不对。账上是 {expected}，扫的是 {found}",
        "Wrong expiry. The books say {expected}, got {found}",
    ),
    "listed-twice": Text("同一件扫了两次。去掉一次", "The same thing twice. Leave one out"),
}

_PAPER = {
    "not-on-order": Text("单子里没有这一种。放回去", "Not on this order. Put it back"),
    "too-many": Text(
        "已够 {ordered}。多的先不要收", "{ordered} already, all that was ordered. Leave the rest"
    ),
    "order-exists": Text("单号 {number} 已经有了", "There is an order {number} already"),
    "case-exists": Text("召回案 {case} 已经有了", "There is a case {case} already"),
    "case-closed": Text(
        "召回案 {case} 已经结案。先重新启动", "Case {case} is closed already. Reopen it first"
    ),
    "case-open": Text("召回案 {case} 还没有结案", "Case {case} is open, it needs no reopening"),
    "case-unchecked": Text(
        "{case} 还要核查 {count} 个科室。补做核查，或写明原因再结案",
        "{case}: {count} more departments to check. Check them, or explain before closing",
    ),
    "case-unsettled": Text(
        "{case} 还有 {count} 件没有着落或还在院内。写明去向再结案",
        "{count} of {case} are not settled or still in the house. Explain, then close",
    ),
    "case-unsigned": Text(
        "{case} 要经办人和质控两人签名", "{case} takes two signatures: who decides, and quality"
    ),
    "unknown-case": Text("没有这个召回案：{case}", "There is no case {case}"),
    "identifier-taken": Text(
        "{identifier} 已是别的产品的码", "{identifier} is another product's already"
    ),
    "id-conflict": Text(
        "这个事件编号已记过别的内容。换一个编号",
        "This id is on record with other content. Make a new one",
    ),
    "place-in-itself": Text(
        "{location} 不能在自己里面。换一个上级地点",
        "{location} can't lie inside itself. Choose another place around it",
    ),
    "unknown-excursion": Text(
        "没有未处理的温度超限 {number}", "There is no open excursion {number}"
    ),
    "unknown-location": Text("没有这个地点：{location}", "There is no location {location}"),
    "unknown-product": Text("没有这个产品：{product}", "There is no product {product}"),
}

_GOODS = {
    "already-corrected": Text(
        "这一步已经更正过。看它的记录", "Corrected already. Look at its history"
    ),
    "already-inspected": Text("已经验收过，直接用", "Inspected already. Use it"),
    "already-packed": Text(
        "已在别的包装里。先从那里取出", "It lies in another container. Take it out there first"
    ),
    "corrected-later": Text(
        "之后又发生了别的事。先更正后面的", "Something happened to it since. Correct that first"
    ),
    "destroyed": Text(
        "账上已销毁。放到一边，报给药库", "Destroyed by the books. Set it aside, tell the store"
    ),
    "document-missing": Text("写明为哪张单据预留", "Name the document that it is kept for"),
    "in-transit": Text("还在路上，没有签收。先签收", "Sent and not accepted yet. Accept it first"),
    "is-container": Text(
        "这是外包装。打开，扫里面的", "This is a container. Open it, scan what is in it"
    ),
    "missing": Text(
        "账上盘亏了。先做盘盈登记", "Missing by the books. Put it on record as found first"
    ),
    "not-a-container": Text(
        "这个码不是包装。扫外箱的码", "No container. Scan the code of the box around"
    ),
    "not-inside": Text(
        "不在这个包装里。核对外箱的码", "Not in this container. Check the box's code"
    ),
    "not-inspected": Text("还没有验收。先验收", "Not inspected yet. Inspect it first"),
    "not-missing": Text(
        "账上没有盘亏，就在{location}", "Not missing by the books: it is in {location}"
    ),
    "not-reserved": Text("没有为这张单据预留", "Not kept for this document"),
    "not-sent": Text("没有发到这里。先让对方发出", "Not sent to this place. Have it sent first"),
    "nothing-to-correct": Text(
        "没有这一步，或它没有改变什么", "No such event, or it changed nothing"
    ),
    "out-of-order": Text(
        "发生在已知的事之前。按实物核对现在的位置",
        "It happened before what is known. Check where the thing is now",
    ),
    "rejected": Text(
        "验收不合格。放到退货区", "Rejected at the inspection. Put it where returns wait"
    ),
    "reserved": Text(
        "已为别的单据预留。换一件，或先取消预留",
        "Kept for another document. Take another, or free it first",
    ),
    "second-person-missing": Text(
        "要两个人。让另一位扫工牌", "It takes two. Have somebody else scan their badge"
    ),
    "too-many-things": Text(
        "一次最多 {limit} 件，这次有 {count} 件。分几次做",
        "At most {limit} things at once, these are {count}. Do it in parts",
    ),
    "too-much": Text(
        "一次写不下这么多。分几次做", "Too much for one entry. Do it in several parts"
    ),
    "wasted": Text("账上已报损。放进报废箱", "Wasted by the books. Put it in the waste box"),
    "wrong-owner": Text(
        "这是{owner}的寄售货。只能退给它", "Consigned by {owner}. It can go back to them only"
    ),
}

REFUSALS = {**_STATE, **_SAFETY, **_LABEL, **_PAPER, **_GOODS, **THEATRE}
"""By reason; a test holds it to `trace.Reason`."""
