"""What is said of orders, deliveries, counts and stores: what is wrong and what to do next."""

from __future__ import annotations

from texts.text import Text

_PACKAGES = {
    "package-conflict": Text(
        "{key} 在送货单 {document} 里写得不一样。问供应商",
        "{key} is otherwise in delivery note {document}. Ask the supplier",
    ),
    "package-in-itself": Text("{key} 不能装着它自己", "{key} can't lie in itself"),
    "package-twice": Text("{key} 在同一个包装里写了两次", "{key} is listed twice in one package"),
}

_ORDERS = {
    "line-fulfilled": Text(
        "已经到了 {done}，不能改少，也不能取消。可以关单",
        "{done} of it have happened already. Close the order instead",
    ),
    "order-closed": Text(
        "单子 {number} 已经关了。另开一张", "Order {number} is closed. Place another one"
    ),
    "revision-lines": Text("只有改单要写行", "A change names lines, nothing else does"),
    "transfer-difference": Text(
        "调拨 {number}：发 {sent}，收 {accepted}。两边查",
        "Transfer {number}: {sent} sent, {accepted} accepted. Search both places",
    ),
    "unknown-line": Text("单子里没有第 {line} 行", "The order has no line {line}"),
    "unknown-order": Text("没有这张单子：{number}", "There is no order {number}"),
}

_SHEETS = {
    "order-without-lines": Text("单子 {number} 没有行", "Order {number} has no lines"),
    "order-place-missing": Text("调拨单要写调出和调入", "A transfer names both its places"),
    "order-places-same": Text(
        "调出和调入是同一个地方", "A transfer goes to another place than it comes from"
    ),
    "package-without-note": Text("只有送货单写包装", "Only delivery notes say what lies in what"),
    "package-code": Text(
        "{found} 不是一件货或一个包装的码", "{found} names neither a thing nor a package"
    ),
    "sheet-column": Text("没有这一列：{found}", "There is no column of this name: {found}"),
    "sheet-column-missing": Text("缺少 {name} 这一列", "The column {name} is missing"),
    "sheet-column-twice": Text("{found} 这一列有两次", "The column {found} is there twice"),
    "sheet-differs": Text(
        "同一张单子里写的不一样：{found}", "Other than in the order's rows above: {found}"
    ),
    "sheet-quantity": Text("数量要大于 0 的整数：{found}", "A whole number is needed: {found}"),
    "sheet-rounded": Text(
        "{found} 被表格软件截短了。把这一列设成文本再填",
        "{found} was rounded by the spreadsheet. Format the column as text",
    ),
    "sheet-text": Text("最多 {most} 个字符，不能换行", "At most {most} characters, on one line"),
    "sheet-type": Text(
        "类型要写采购单、送货单、调拨单、处方、医嘱或手术：{found}",
        "The type is po, desadv, transfer, prescription, medication or procedure: {found}",
    ),
    "sheet-unreadable": Text(
        "读不了这个文件。要 UTF-8 的 CSV、XLSX 或 JSON", "Unreadable. CSV (UTF-8), XLSX or JSON"
    ),
}

_EXCEPTIONS = {
    "not-open": Text(
        "第 {seq} 笔没有待处理的异常", "Entry {seq} has no exception that waits for anybody"
    ),
}

_COUNTS = {
    "count-changed": Text(
        "盘点结果变了。再看一遍再审核", "The count changed meanwhile. Look again before you approve"
    ),
    "count-closed": Text("这次盘点已经结束", "This count is finished"),
    "count-moved": Text(
        "{product} 盘点后又动过。再点一次", "{product} was moved since it was counted. Recount it"
    ),
    "count-not-approved": Text(
        "盘点还没有审核，不能调账", "The count is not approved, nothing can be adjusted"
    ),
    "count-unsettled": Text(
        "{product} 点到一半时动过。再点一次", "{product} moved while it was counted. Recount it"
    ),
    "counted-by-same": Text("点数的人不能审核。换一位", "Who counted can't approve. Ask another"),
    "unknown-count": Text("没有这次盘点：{count}", "There is no count {count}"),
}

_LEVELS = {
    "par-level-order": Text(
        "下限 {least} 不能高于目标 {target}", "The least, {least}, is above the target, {target}"
    ),
}

STORES = {**_EXCEPTIONS, **_LEVELS, **_PACKAGES, **_ORDERS, **_SHEETS, **_COUNTS}
"""By code; reasons of the recorder among them (`trace.Reason`)."""
