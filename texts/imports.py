"""What an import says of the files, rows and cells that people send."""

from __future__ import annotations

from texts.text import Text

IMPORTS = {
    "column-fault-row": Text("行", "Row"),
    "column-fault-column": Text("列", "Column"),
    "column-fault-said": Text("问题", "What is wrong"),
    "column-fault-stops": Text("影响", "What follows"),
    "fault-stops": Text("这一行不能导入", "the row is left out"),
    "fault-notice": Text("提示，照样导入", "a notice, it is taken in"),
    "cell-category": Text(
        "没有类别“{found}”，要：{known}", "No category “{found}”. Take one of: {known}"
    ),
    "cell-characters": Text("有不能写下的字符，删掉", "Holds control characters. Delete them"),
    "cell-code": Text(
        "这个码读不出产品：{found}。核对一遍，单元格改成文本格式",
        "No product can be read from {found}. Check it, and make the cell a text cell",
    ),
    "cell-day": Text(
        "日期要写成 2027-12-31，写的是“{found}”", "A day looks like 2027-12-31, found “{found}”"
    ),
    "cell-flag": Text("没有标志“{found}”，要：{known}", "No flag “{found}”. Take: {known}"),
    "cell-kind": Text(
        "没有地点类型“{found}”，要：{known}", "No kind of place “{found}”. Take one of: {known}"
    ),
    "cell-national-code": Text(
        "医保编码不对：{found}", "This is no national insurance code: {found}"
    ),
    "cell-number": Text("要数字，写的是“{found}”", "Must be a number, found “{found}”"),
    "cell-price": Text("不是单价：{found}。写成 12.5", "Not a price: {found}. Write it as 12.5"),
    "cell-ratio": Text(
        "包装比例要写成 1:3:9，写的是“{found}”", "A ratio looks like 1:3:9, found “{found}”"
    ),
    "cell-ratio-codes": Text(
        "有 {codes} 个码，比例只有 {levels} 级", "{codes} codes, but the ratio has {levels} levels"
    ),
    "cell-time": Text(
        "时间要写成 2026-11-22 08:00，写的是“{found}”",
        "A time looks like 2026-11-22 08:00, found “{found}”",
    ),
    "cell-too-long": Text(
        "最多 {limit} 个字符，写了 {found}", "{limit} characters at most, found {found}"
    ),
    "cell-yes-no": Text("要“是”或“否”，写的是“{found}”", "Must be yes or no, found “{found}”"),
    "import-column-missing": Text(
        "缺少这一列。可以先导出一份看表头", "This column is missing. Export once to see the header"
    ),
    "import-column-unknown": Text(
        "没有这一列，内容不会导入", "There is no such column; it is left out"
    ),
    "import-contested": Text(
        "{identifier} 已归 {owner}，会列入待处理清单",
        "{identifier} belongs to {owner}; it goes on the work-list",
    ),
    "import-place-circle": Text(
        "上级地点绕回到自己：{found}", "The places around it lead back to itself: {found}"
    ),
    "import-place-forbidden": Text(
        "{location} 不是你管的地点", "{location} is none of your places"
    ),
    "import-refused": Text("没有写入：{detail}", "Not recorded: {detail}"),
    "import-row-twice": Text(
        "编码 {found} 在第 {first} 行已经有了", "The code {found} stands in row {first} already"
    ),
    "table-column-twice": Text("有两列都叫“{column}”", "Two columns are called “{column}”"),
    "table-empty": Text("表里没有内容", "The table is empty"),
    "table-encoding": Text(
        "文字编码认不出。另存为 UTF-8 或 GB18030", "Unknown encoding. Save as UTF-8 or GB18030"
    ),
    "table-malformed": Text(
        "第 {row} 行的引号或分隔符不对", "Row {row} has a wrong quote or separator"
    ),
    "table-too-large": Text(
        "文件太大，最多 {limit} 字节。分成几份", "Too large, {limit} bytes at most. Split it"
    ),
    "table-unknown": Text(
        "不认识 {found} 文件。用 CSV、XLSX、XLS 或 ODS",
        "Unknown kind of file {found}. Use CSV, XLSX, XLS or ODS",
    ),
    "table-unreadable": Text("文件打不开或已损坏", "The file can't be opened or is damaged"),
    "udi-doctype": Text(
        "文件里有文档类型声明，不读。从药监局网站重新下载",
        "The file declares a document type and is not read. Download it again",
    ),
    "udi-malformed": Text(
        "XML 不完整：{detail}。重新下载", "The XML is broken: {detail}. Download it again"
    ),
    "udi-package": Text(
        "包装 {found} 的层级或数量不对，没有采用",
        "The level or count of package {found} is wrong; it is left out",
    ),
}
"""By code."""
