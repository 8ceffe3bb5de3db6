"""What scanning says: findings (`scan-…`), reasons for readings (`scan-why-…`), pictures, labels.

A finding's sentence has the placeholders {ai} {found} {expected}.
"""

from __future__ import annotations

from texts.text import Text

_SHAPE = {
    "scan-empty": Text("没有内容。再扫一次", "Nothing arrived. Scan again"),
    "scan-scan-too-long": Text("内容太长（{expected}）", "Too long ({expected})"),
    "scan-scheme-unknown": Text("不认识这种码，原样留下", "Unknown kind of code, kept as it is"),
    "scan-number-unknown": Text("不认识这个号码，原样留下", "Unknown number, kept as it is"),
    "scan-address-unknown": Text(
        "网址里没有追溯码或产品码，原样留下", "No traceability code in this address, kept as it is"
    ),
    "scan-layout-unknown": Text(
        "这种码的结构没有公开，原样留下", "The layout of this code is not public, kept as it is"
    ),
    "scan-value-missing": Text("({ai}) 后面没有内容", "({ai}) has no value"),
    "scan-too-short": Text(
        "({ai}) 太短：{found}，要 {expected} 位", "({ai}) too short: {found}, needs {expected}"
    ),
    "scan-too-long": Text(
        "({ai}) 太长：{found}，最多 {expected} 位", "({ai}) too long: {found}, takes {expected}"
    ),
    "scan-not-numeric": Text("({ai}) 只能是数字：{found}", "({ai}) takes digits only: {found}"),
    "scan-charset-82": Text(
        "({ai}) 有不允许的字符：{found}", "({ai}) has characters outside set 82: {found}"
    ),
    "scan-charset-39": Text(
        "({ai}) 有不允许的字符：{found}", "({ai}) has characters outside set 39: {found}"
    ),
    "scan-charset-64": Text("({ai}) 有不允许的字符：{found}", "({ai}) is not base64url: {found}"),
    "scan-charset": Text(
        "有不允许的字符：{found}", "Characters that this code may not hold: {found}"
    ),
    "scan-ai-unknown": Text("不认识的标识符：{found}", "No known identifier here: {found}"),
    "scan-gtin-length": Text(
        "商品码位数不对：{found}，要 {expected}", "GTIN of wrong length: {found}, needs {expected}"
    ),
}

_CONTENT = {
    "scan-check-digit": Text(
        "校验位不对：{found}，应是 {expected}", "Check digit wrong: {found}, should be {expected}"
    ),
    "scan-check-pair": Text(
        "校验字符不对：{found}，应是 {expected}",
        "Check characters wrong: {found}, should be {expected}",
    ),
    "scan-check-character": Text(
        "校验字符不对：{found}，应是 {expected}",
        "Check character wrong: {found}, should be {expected}",
    ),
    "scan-check-unverified": Text(
        "校验字符 {found} 无法核对", "The check characters {found} can't be verified here"
    ),
    "scan-company-prefix": Text(
        "({ai}) 没有厂商代码：{found}", "({ai}) has no company prefix: {found}"
    ),
    "scan-date": Text("日期不对：{found}（{expected}）", "No such date: {found} ({expected})"),
    "scan-time": Text("时间不对：{found}（{expected}）", "No such time: {found} ({expected})"),
    "scan-country": Text("没有这个国家代码：{found}", "No such country code: {found}"),
    "scan-currency": Text("没有这个货币代码：{found}", "No such currency code: {found}"),
    "scan-package-type": Text("没有这个包装代码：{found}", "No such package type: {found}"),
    "scan-media-type": Text("没有这个介质代码：{found}", "No such media type: {found}"),
    "scan-sex": Text("性别代码不对：{found}", "No such sex code: {found}"),
    "scan-iban": Text("银行账号不对：{found}", "Not an IBAN: {found}"),
    "scan-percent-escape": Text("百分号转义不对：{found}", "Broken percent escape: {found}"),
    "scan-flag": Text("({ai}) 只能是 0 或 1：{found}", "({ai}) must be 0 or 1: {found}"),
    "scan-winding": Text("卷绕方向不对：{found}", "No such winding direction: {found}"),
    "scan-not-zero": Text("({ai}) 这里要填 0：{found}", "({ai}) must be zero here: {found}"),
    "scan-all-zero": Text("({ai}) 不能全是 0：{found}", "({ai}) must not be zero: {found}"),
    "scan-zero-prefix": Text(
        "({ai}) 前面不能有 0：{found}", "({ai}) must not begin with 0: {found}"
    ),
    "scan-hyphen": Text("({ai}) 这里要用减号：{found}", "({ai}) takes a hyphen here: {found}"),
    "scan-no-nondigit": Text(
        "({ai}) 不能全是数字：{found}", "({ai}) must not be all digits: {found}"
    ),
    "scan-importer-index": Text("进口商序号不对：{found}", "Not an importer index: {found}"),
    "scan-piece-of-total": Text("件数不对：{found}", "Piece beyond the total: {found}"),
    "scan-sequence-position": Text("序位不对：{found}", "Not a position in a sequence: {found}"),
    "scan-latitude": Text("纬度不对：{found}", "No such latitude: {found}"),
    "scan-longitude": Text("经度不对：{found}", "No such longitude: {found}"),
    "scan-coupon": Text("优惠券码不对（{expected}）", "Broken coupon code ({expected})"),
}

_TOGETHER = {
    "scan-required-missing": Text(
        "({ai}) 还要和 {expected} 一起出现。再扫旁边那个码",
        "({ai}) needs {expected} with it. Scan the code beside it too",
    ),
    "scan-excluded-pair": Text(
        "({ai}) 和 ({found}) 不能同时出现", "({ai}) and ({found}) exclude each other"
    ),
    "scan-repeated-differs": Text(
        "({ai}) 出现两次，内容不同：{found} 和 {expected}",
        "({ai}) twice with different values: {found} and {expected}",
    ),
    "scan-gs-missing": Text(
        "扫码枪丢了分隔符 GS。打开「发送 FNC1 / GS」。合理的读法：{expected}",
        "This reader drops the GS character. Switch on “send FNC1 as GS”. What fits: {expected}",
    ),
    "scan-gs-replaced": Text(
        "扫码枪把分隔符 GS 发成了 {found}，已认出",
        "This reader sends {found} for the GS character; understood",
    ),
    "scan-carrier-not-gs1": Text(
        "内容是 GS1 的，但条码类型是 {found}，没有 FNC1",
        "GS1 content in a {found} symbol without FNC1",
    ),
    "scan-link-attribute": Text(
        "网址里 {found} 的位置不对", "{found} belongs in the path of the link"
    ),
    "scan-link-qualifiers": Text(
        "网址里的顺序不对：{found}，应是 {expected}",
        "Wrong qualifiers in the link: {found}, should be {expected}",
    ),
    "scan-drug-code-prefix": Text(
        "药品追溯码一般以 {expected} 开头，这个是 {found}",
        "Drug traceability codes begin with {expected}, this one with {found}",
    ),
    "scan-primary-missing": Text("还要扫主码（产品码）", "Scan the primary code (the product) too"),
    "scan-link-character": Text(
        "主码和副码不是一套：{found}，应是 {expected}",
        "Not the secondary of this primary: {found}, should be {expected}",
    ),
    "scan-field-unknown": Text("不认识的一段：{found}", "Unknown field: {found}"),
    "scan-envelope": Text("信封格式不完整（{expected}）", "Incomplete envelope ({expected})"),
    "scan-parts-differ": Text(
        "这几个码不是同一件：{found} 和 {expected}",
        "These codes are of two things: {found} and {expected}",
    ),
}

_WHY = {
    "scan-why-gs1-elements": Text("也能按 GS1 标识符读", "Fits as GS1 element strings too"),
    "scan-why-drug-code": Text(
        "也是 20 位追溯码的样子", "Has the form of a 20-digit drug traceability code"
    ),
    "scan-why-gtin": Text("也能按商品码读", "Fits as a GTIN too"),
    "scan-why-upc-e": Text("也能按 UPC-E 展开", "Fits as a shortened UPC-E too"),
    "scan-why-gs-missing": Text(
        "分隔符也可能丢在别处", "The lost separator may have stood elsewhere"
    ),
    "scan-why-as-it-stands": Text("也可能没有丢分隔符", "Perhaps no separator was lost"),
    "scan-why-hibc-secondary": Text("也能按 HIBC 副码读", "Fits as a HIBC secondary code too"),
}

_PICTURES_AND_LABELS = {
    "image-too-large": Text("图片太大，最多 {limit}", "Picture too large, the limit is {limit}"),
    "image-unreadable": Text(
        "打不开这个文件。换成 JPEG、PNG 或 PDF", "Can't open this file. Use JPEG, PNG or PDF"
    ),
    "label-content": Text(
        "这个内容不能印成码：{detail}", "This content can't become a symbol: {detail}"
    ),
    "label-too-much": Text("内容太多，{detail} 放不下", "Too much for a {detail} symbol"),
    "label-format": Text("没有这种样式：{detail}", "No such form: {detail}"),
    "label-unreadable": Text(
        "画出来的码读不回来，不能用：{detail}", "The drawn symbol can't be read back: {detail}"
    ),
    "label-no-font": Text(
        "找不到中文字体。装 fonts-noto-cjk", "No Chinese font found. Install fonts-noto-cjk"
    ),
    "label-number": Text("院内码不对：{detail}", "Not an in-house label number: {detail}"),
}

_WORDS = {
    "scan-word-scheme": Text("类别", "Kind"),
    "scan-word-symbology": Text("条码", "Symbol"),
    "scan-word-gtin": Text("产品码 GTIN", "GTIN"),
    "scan-word-sscc": Text("物流单元 SSCC", "SSCC"),
    "scan-word-gln": Text("地点 GLN", "GLN"),
    "scan-word-di": Text("产品标识 DI", "Device identifier"),
    "scan-word-drug-code": Text("药品追溯码", "Drug traceability code"),
    "scan-word-drug-identifier": Text("药品标识码", "Drug identifier"),
    "scan-word-pack-level": Text("包装级别", "Pack level"),
    "scan-word-lot": Text("批号", "Lot"),
    "scan-word-serial": Text("序列号", "Serial"),
    "scan-word-expiry": Text("有效期至", "Use by"),
    "scan-word-production-date": Text("生产日期", "Made on"),
    "scan-word-quantity": Text("数量", "Quantity"),
    "scan-word-key": Text("名称", "Name"),
    "scan-word-raw": Text("原文", "As it came"),
    "scan-word-findings": Text("问题", "Findings"),
    "scan-word-valid": Text("没有问题", "No rule broken"),
    "scan-word-alternatives": Text("也可能是", "It may also be"),
    "scan-word-elements": Text("内容", "Content"),
    "scan-word-uncertain": Text(
        "没看清，读法不止一种或没有第二个证据。用扫码枪再扫，或对着标签核对",
        "Not certain: scan it with a reader, or compare with the print",
    ),
    "scan-word-nothing": Text("图里没有找到码", "No symbol found in this picture"),
    "scan-word-second-reader": Text(
        "没有装 libzbar，少一个证据，线性码会多出「没看清」",
        "libzbar is missing: one witness less, more linear codes stay uncertain",
    ),
    "scan-kind-gs1": Text("GS1", "GS1"),
    "scan-kind-cn-drug": Text("药品追溯码（20 位）", "Chinese drug traceability code"),
    "scan-kind-hibc": Text("HIBC", "HIBC"),
    "scan-kind-isbt128": Text("ISBT 128（血液、组织）", "ISBT 128 (blood, tissue)"),
    "scan-kind-ppn": Text("PPN（ISO 15434）", "PPN (ISO 15434)"),
    "scan-kind-ma": Text("MA 码（IDcode）", "MA code (IDcode)"),
    "scan-kind-ahm": Text("AHM 码（阿里健康）", "AHM code (Ali Health)"),
    "scan-kind-in-house": Text("院内码", "In-house label"),
    "scan-kind-unknown": Text("不认识", "Unknown"),
}

_READERS = {
    "reader-page-title": Text("medtrace 扫码枪测试页", "medtrace reader test page"),
    "reader-page-how": Text(
        "运行 medtrace scanner-test，从上到下各扫一次，最后按 Ctrl-D",
        "Run medtrace scanner-test, scan each code once from top to bottom, then press Ctrl-D",
    ),
    "reader-ok": Text("这把枪没有问题", "This reader is set up well"),
    "reader-drops-gs": Text(
        "丢了分隔符 GS：打开「发送 FNC1 / GS（0x1D）」",
        "It drops GS: switch on “send FNC1 as GS (0x1D)”",
    ),
    "reader-replaces-gs": Text(
        "把 GS 发成了 {found}：认得出；最好改成发送 0x1D",
        "It sends {found} for GS: understood; 0x1D is better",
    ),
    "reader-no-aim": Text(
        "没有发送 AIM 前缀：打开「发送 AIM 码制标识」，读得更准",
        "It sends no AIM identifier: switch on “transmit AIM ID” for surer reading",
    ),
    "reader-changes-case": Text(
        "大小写反了：关掉 Caps Lock，或改扫码枪的大小写设置",
        "Upper and lower case are swapped: switch off Caps Lock or the reader's case setting",
    ),
    "reader-trims-blanks": Text(
        "删掉了末尾的空格：关掉「去除空格」，HIBC 的校验字符可能是空格",
        "It cuts blanks at the end: switch that off, a HIBC check character may be a blank",
    ),
    "reader-changes-characters": Text(
        "字符变了（{expected} 成了 {found}）：把键盘布局设为美式英语",
        "Characters change ({expected} became {found}): set the keyboard layout to US English",
    ),
    "reader-missing": Text("没有收到：{found}", "Did not arrive: {found}"),
    "reader-unknown": Text("这不是测试页上的码：{found}", "Not a code of the test page: {found}"),
}

SCANNING: dict[str, Text] = {
    **_SHAPE,
    **_CONTENT,
    **_TOGETHER,
    **_WHY,
    **_PICTURES_AND_LABELS,
    **_WORDS,
    **_READERS,
}
"""Every sentence of scanning, by code."""
