"""What the pages say beyond their templates: verdicts, facts, documents, acts, purposes."""

from __future__ import annotations

from texts.text import Text

_PROBLEMS = {
    "csrf": Text("页面放得太久。刷新后再试", "This page is too old. Reload it and try again"),
    "unit-unknown": Text(
        "产品认得，这一件没有入过库", "The product is known, this unit was never received"
    ),
    "code-unknown": Text("不认识这个码", "Unknown code"),
    "code-unknown-then": Text(
        "再扫一次，还不行就拍照查", "Scan it again; if that fails, search by photo"
    ),
    "lot-differs": Text(
        "标签上的批号是 {found}，账本里是 {known}。停下，查实物",
        "The label says lot {found}, the ledger {known}. Stop and look at the goods",
    ),
    "photo-empty": Text(
        "照片里没有找到码。靠近一点，对好焦", "No code found in this photo. Closer, and in focus"
    ),
    "photo-uncertain": Text(
        "有一个条码没看清：{found}。请核对", "One bar code is not certain: {found}. Check it"
    ),
    "photo-missing": Text("先选一张照片", "Choose a photo first"),
    "product-unknown": Text("没有找到这个产品", "No such product found"),
    "products-several": Text(
        "有 {count} 个产品：{names}。写院内编码",
        "{count} products: {names}. Type the hospital code",
    ),
    "lots-missing": Text("至少选一个批号", "Choose at least one lot"),
    "lots-malformed": Text("这不是批号：{found}", "Not a lot number: {found}"),
    "form-used": Text(
        "这张表已经开过 {case}，内容不同。核对后再提交",
        "This form opened {case} with other content. Check it and submit again",
    ),
    "passwords-differ": Text("两次输入的新密码不一样", "The two new passwords differ"),
    "purpose-missing": Text("先选一个理由", "Choose a reason first"),
    "verify-running": Text("正在校验，稍后刷新", "Verifying. Reload the page in a while"),
    "verify-done": Text("校验完成", "Verification has ended"),
    "password-changed": Text("密码已改", "Password changed"),
    "signed-out": Text("已退出", "Signed out"),
    "second-factor-set": Text("动态口令已绑定", "Second factor set up"),
    "checkpoint-made": Text("检查点已签，到第 {size} 条", "Checkpoint signed, up to {size}"),
    "recall-opened": Text("{case} 已开，这些批号已停用", "{case} is open, these lots are held"),
    "content-withheld": Text(
        "谁看过什么，由审计管理员查看", "Who looked at what is for the audit administrator"
    ),
}

_VERDICTS = {
    "verdict-recalled": Text("这一批已召回，不能用", "Recalled lot, do not use"),
    "verdict-recalled-used": Text("已用出的召回批号", "A recalled lot that was used already"),
    "verdict-recalled-note": Text("{class} {case} · {since} 起", "{class} {case} · since {since}"),
    "verdict-recalled-away": Text(
        "召回的批号，已不在院内", "A recalled lot that is no longer in the house"
    ),
    "verdict-see-case": Text("看召回案", "See the case"),
    "verdict-recalled-inside": Text(
        "里面有召回的货，不能用", "Recalled goods lie in it, do not use"
    ),
    "verdict-rejected": Text(
        "验收不合格，退货或销毁", "Rejected at inspection: send it back or destroy it"
    ),
    "verdict-to-inspect": Text(
        "还没验收，验收后才能用", "Not inspected yet: inspect it before use"
    ),
    "verdict-missing": Text(
        "盘点没有找到。找到了就扫码登记", "A count did not find it. Found? Scan it in"
    ),
    "verdict-void": Text(
        "登记有误，已更正撤销。实物在手就重新收货",
        "Recorded by mistake and taken out. If it is here, receive it again",
    ),
    "verdict-isolate": Text("放进隔离箱，扫箱上的码", "Put it in the red box, scan the box"),
    "verdict-notify": Text("看召回案，通知患者", "See the case, tell the patient"),
    "verdict-quarantined": Text(
        "已隔离，放行前不能用", "Quarantined, not to be used until released"
    ),
    "verdict-expired": Text("已过效期，不能用", "Expired, do not use"),
    "recall-class-I": Text("一级召回", "Class I recall"),
    "recall-class-II": Text("二级召回", "Class II recall"),
    "recall-class-III": Text("三级召回", "Class III recall"),
}

_FACTS = {
    "category-drug": Text("药品", "Drug"),
    "category-consumable": Text("耗材", "Consumable"),
    "category-implant": Text("植入物", "Implant"),
    "tracked-serial": Text("{category} · 一物一码", "{category} · by serial"),
    "tracked-lot": Text("{category} · 按批号", "{category} · by lot"),
    "fact-drug_code": Text("药品追溯码", "Drug traceability code"),
    "fact-gtin": Text("GTIN", "GTIN"),
    "fact-sscc": Text("SSCC", "SSCC"),
    "fact-di": Text("产品标识 {scheme}", "Device identifier {scheme}"),
    "fact-lot": Text("批号", "Lot"),
    "fact-serial": Text("序列号", "Serial"),
    "fact-expiry": Text("效期", "Expiry"),
    "fact-product_code": Text("院内编码", "Hospital code"),
    "fact-holder": Text("上市许可持有人", "Marketing holder"),
    "fact-registrant": Text("注册人", "Registrant"),
    "fact-supplier": Text("供应商", "Supplier"),
    "fact-patients": Text("患者自备", "The patient's own"),
    "fact-owner": Text("货主（寄售）", "Owner (consigned)"),
    "fact-place": Text("所在位置", "Place"),
    "fact-inside": Text("装在", "Lies in"),
    "fact-mixed-into": Text("调入", "Mixed into"),
    "fact-pack": Text("拆自", "Taken from"),
    "fact-part": Text("拆出", "Taken out"),
    "fact-temperature": Text("一路温度", "Temperature on its way"),
    "climate-excursion": Text(
        "温度超限 {number}：{since} 起，到 {most} ℃", "Excursion {number} from {since}, {most} ℃"
    ),
    "fact-insurance_code": Text("医保编码", "Insurance code"),
    "fact-registration": Text("批准文号", "Registration"),
    "fact-storage": Text("贮藏", "Storage"),
    "fact-products": Text("产品", "Product"),
    "fact-lots-arrived": Text("到货批号", "Lots that arrived"),
    "fact-mixed": Text("混在一起", "Mixed"),
    "fact-mixed-count": Text(
        "范围内到货 {meant} {unit}；同批另到的 {other} {unit} 无法区分，一并停用和计数",
        "{meant} {unit} came in the scope; {other} {unit} of the same lot came otherwise, can't be"
        " told apart and are held and counted too",
    ),
    "fact-lots-arrived-count": Text("{count} 个", "{count}"),
    "fact-notice": Text("通知", "Notice"),
    "fact-opened-by": Text("开案人", "Opened by"),
    "all-lots": Text("全部批号", "All lots"),
    "lot-none": Text("无批号", "No lot"),
    "consigned": Text("{owner} 寄售", "consigned by {owner}"),
    "container": Text("容器", "Container"),
    "bag": Text("配制袋", "Compounded bag"),
    "bag-kind": Text("配制", "Compounded"),
    "part-kind": Text("药品 · 拆零", "Drug, part of a pack"),
    "fact-amount": Text("数量", "Quantity"),
    "fact-left": Text("还剩", "Left in it"),
    "fact-label": Text("院内标签", "In-house label"),
    "container-kind": Text("物流单元", "Logistic unit"),
    "and-more": Text("{first} 等 {count} 件", "{first} and {count} in all"),
}

_DOCUMENTS = {
    "document-po": Text("采购单 {id}", "Purchase order {id}"),
    "document-desadv": Text("送货单 {id}", "Delivery note {id}"),
    "document-inv": Text("发票 {id}", "Invoice {id}"),
    "document-prescription": Text("处方 {id}", "Prescription {id}"),
    "document-medication-order": Text("医嘱 {id}", "Medication order {id}"),
    "document-transfer": Text("调拨单 {id}", "Transfer {id}"),
    "document-recall": Text("召回案 {id}", "Recall {id}"),
    "document-count": Text("盘点 {id}", "Count {id}"),
    "document-excursion": Text("温度偏移 {id}", "Excursion {id}"),
    "step-into": Text("装入容器 {id}", "into container {id}"),
    "step-out-of": Text("从容器 {id} 取出", "out of container {id}"),
    "step-along": Text("随容器 {id}", "with container {id}"),
    "step-dose-wasted": Text("弃去 {dose}", "{dose} thrown away"),
    "step-all-out": Text("全部取出", "All taken out"),
    "error-did_not_occur": Text("没有发生过", "It did not happen"),
    "error-incorrect_data": Text("数据有误", "The data were wrong"),
}

_ACTS = {
    "entry-catalogue": Text("目录", "Catalogue"),
    "entry-order": Text("单据", "Order"),
    "entry-ledger": Text("账本", "Ledger"),
    "entry-correction": Text("更正", "Correction"),
    "entry-resolution": Text("异常处理", "Exception resolved"),
    "entry-packages": Text("包装关联", "Package contents"),
    "entry-count": Text("盘点", "Count"),
    "entry-count-lines": Text("盘点明细", "Counted lines"),
    "entry-count-approval": Text("盘点审批", "Count approved"),
    "entry-par-level": Text("定额", "Par level"),
    "entry-label": Text("标签", "Labels"),
    "entry-reading": Text("温度记录", "Temperatures"),
    "act-other": Text("访问", "Access"),
    "act-sign-in": Text("登录", "Signed in"),
    "act-sign-out": Text("退出", "Signed out"),
    "act-lock": Text("锁定", "Locked"),
    "act-password-changed": Text("改密码", "Password changed"),
    "act-see_patients": Text("查看患者", "Patient seen"),
    "act-find_patients": Text("查找患者", "Patient looked up"),
    "act-patient-registered": Text("登记患者", "Patient registered"),
    "act-patient-updated": Text("更新患者", "Patient updated"),
    "act-staff-added": Text("新建账号", "Account made"),
    "act-roles-set": Text("改权限", "Rights set"),
    "act-settings-changed": Text("设置有变动", "Settings changed"),
    "act-device-enrolled": Text("注册设备", "Device enrolled"),
    "act-read_audit": Text("查看审计", "Audit trail read"),
    "act-denied": Text("拒绝：{act}", "Denied: {act}"),
    "operator": Text("服务器", "Server"),
    "anybody": Text("未登录", "Not signed in"),
}

_PURPOSES = {
    "purpose-PATSFTY": Text("召回联系，用药安全", "Recall contact, patient safety"),
    "purpose-TREAT": Text("随访，治疗", "Follow-up, treatment"),
    "purpose-PUBHLTH": Text("上报，公共卫生", "Reporting, public health"),
    "purpose-HQUALIMP": Text("质量检查", "Quality review"),
    "purpose-PATRQT": Text("患者本人要求", "The patient asked for it"),
    "purpose-HLEGAL": Text("司法或监管检查", "Legal or regulatory inspection"),
}

WEB: dict[str, Text] = {
    **_PROBLEMS,
    **_VERDICTS,
    **_FACTS,
    **_DOCUMENTS,
    **_ACTS,
    **_PURPOSES,
}
"""Every sentence of the pages that is not in a template, by code."""
