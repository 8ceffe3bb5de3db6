"""The catalogue of messages, in groups by who produces them."""

from __future__ import annotations

from texts.administration import ADMINISTRATION
from texts.backup import BACKUP
from texts.care import CARE
from texts.desk import DESK
from texts.goods import GOODS
from texts.handheld import HANDHELD
from texts.implants import IMPLANTS
from texts.imports import IMPORTS
from texts.ordering import ORDERING
from texts.recall import RECALL
from texts.refusals import REFUSALS
from texts.report import REPORT
from texts.rooms import ROOMS
from texts.scanning import SCANNING
from texts.signatures import SIGNATURES
from texts.stopped import STOPPED
from texts.stores import STORES
from texts.system import SYSTEM
from texts.text import Text
from texts.theatre import NARCOTICS
from texts.trail import TRAIL
from texts.web import WEB

_INPUT = {
    "malformed": Text("内容格式不对：{detail}", "Malformed input: {detail}"),
    "not-wanted": Text("这里不能填这一项", "This field has no place here"),
    "required": Text("缺少这一项", "This field is required"),
    "too-large": Text("内容太大，最多 {limit}", "Too large, the limit is {limit}"),
    "not-found": Text("没有找到：{what}", "Not found: {what}"),
    "forbidden": Text("你的岗位不能做这一步", "Your role may not do this"),
    "not-signed-in": Text("先登录", "Sign in first"),
    "internal": Text(
        "没存上，这一次不算。再试一次（{request}）",
        "Not saved. This one doesn't count. Try again ({request})",
    ),
}

_DOORS = {
    "media-type-unknown": Text("不支持这种内容类型", "This content type is not supported"),
    "method-not-allowed": Text("这个地址不接受这种请求", "This address doesn't take this method"),
    "near-expiry": Text("{expiry} 到期，先用这一件", "Expires {expiry}, use this one first"),
    "quantity-not-positive": Text("数量要大于 0", "The quantity must be more than 0"),
    "quantity-of-serial": Text(
        "这个码只指一件，数量写了 {found}", "This code names one thing, the quantity says {found}"
    ),
    "recorder-unreachable": Text(
        "记录服务没有响应，这一次不算。过一会儿再试",
        "The recorder does not answer. This one doesn't count. Try again in a moment",
    ),
    "replay-differs": Text(
        "按现在的规则，第 {seq} 笔不成立（{reason}），没有改动",
        "By the present rules entry {seq} would be refused ({reason}); nothing was changed",
    ),
    "scan-names-no-thing": Text(
        "这个码里没有序列号、批号或产品码。扫旁边那个码",
        "This code names no thing. Scan the code beside it",
    ),
    "time-malformed": Text("时间不对：{found}", "No such time: {found}"),
    "time-without-zone": Text("时间要带时区", "The time must name its zone"),
    "too-many-requests": Text("太快了，等一分钟再试", "Too fast. Wait a minute and try again"),
}

_SETTINGS = {
    "setting-database-url": Text(
        "数据库地址要以 sqlite:/// 或 postgresql:// 开头",
        "The database address must begin with sqlite:/// or postgresql://",
    ),
    "setting-issuer": Text(
        "统一登录地址要以 https:// 开头", "The identity provider's address must begin with https://"
    ),
    "setting-origin": Text(
        "要网址，如 https://medtrace.example，不带路径，写的是 {found}",
        "An address like https://medtrace.example is needed, without a path, found {found}",
    ),
    "setting-network": Text(
        "要网段，如 10.1.0.0/16，写的是 {found}",
        "A network like 10.1.0.0/16 is needed, found {found}",
    ),
    "setting-level": Text(
        "没有这个日志级别：{found}。可用：{known}", "No such log level: {found}. There are: {known}"
    ),
    "setting-number": Text("要一个整数，写的是 {found}", "A whole number is needed, found {found}"),
}

_LEDGER = {
    "json-integer": Text("整数太大，最多 ±{limit}", "Integer too large, the limit is ±{limit}"),
    "json-key": Text("名称要是文字，不能是 {type}", "A key must be a string, not {type}"),
    "json-not-finite": Text("{number} 不是能写下的数", "{number} is no number that can be written"),
    "json-surrogate": Text("文字里有残缺的字符：{text}", "The text holds half a character: {text}"),
    "json-too-deep": Text("层次太深，最多 {limit} 层", "Nested too deep, the limit is {limit}"),
    "json-type": Text("不能写成 JSON：{type}", "{type} cannot be written as JSON"),
    "bundle-malformed": Text("条目包的格式不对：{detail}", "Malformed entry bundle: {detail}"),
    "checkpoint-missing": Text("没有这个检查点：{detail}", "There is no such checkpoint: {detail}"),
    "checkpoint-malformed": Text("检查点的格式不对：{detail}", "Malformed checkpoint: {detail}"),
    "key-not-in-force": Text(
        "密钥文件 {path} 不是账本现在用的那一把（{named}）",
        "The key file {path} is not the key that the ledger names ({named})",
    ),
    "ledger-rewritten": Text(
        "账本的历史被改过：{detail}", "The ledger's history was rewritten: {detail}"
    ),
    "not-checkpointed": Text(
        "第 {seq} 条还没有检查点。过一会儿再试",
        "No checkpoint covers entry {seq} yet. Try again shortly",
    ),
    "policy-malformed": Text(
        "策略文件第 {line} 行不对：{detail}", "Policy file, line {line}: {detail}"
    ),
    "request-malformed": Text("请求的格式不对：{detail}", "Malformed request: {detail}"),
    "quorum-missing": Text("见证不够：{detail}", "Not enough witnesses: {detail}"),
    "tile-missing": Text("少一片树：{detail}", "A tile is missing: {detail}"),
    "tile-wrong": Text("树的一片不对：{detail}", "A tile is wrong: {detail}"),
    "key-exposed": Text(
        "密钥文件 {path} 别人也能读。先执行 chmod 600",
        "Others can read the key file {path}. Run chmod 600 first",
    ),
    "key-malformed": Text("密钥文件的内容不对", "The key file does not hold a key"),
    "key-missing": Text("没有密钥文件 {path}", "There is no key file {path}"),
    "note-malformed": Text("签名文件的格式不对：{detail}", "Malformed signed note: {detail}"),
    "note-unsigned": Text("没有可信的签名：{detail}", "No trusted signature: {detail}"),
    "note-wrong-signature": Text("签名不对：{detail}", "A signature does not hold: {detail}"),
    "vkey-malformed": Text("公钥的格式不对：{detail}", "Malformed verifier key: {detail}"),
    "ledger-suite-unknown": Text(
        "没有这种算法：{name}。可用：{known}", "No such suite: {name}. There are: {known}"
    ),
    "proof-malformed": Text("证明的格式不对：{detail}", "Malformed proof: {detail}"),
    "proof-out-of-range": Text(
        "账本只有 {size} 条，没有第 {index} 条", "The ledger has {size} entries, none at {index}"
    ),
    "proof-wrong-root": Text("证明对不上：{detail}", "The proof does not hold: {detail}"),
}

_LOG = {
    "batch-wrong": Text("和设备签的不一样：{detail}", "Other than what a device signed: {detail}"),
    "entry-altered": Text("账本内容被改过：{detail}", "An entry was altered: {detail}"),
    "entry-malformed": Text("账本里有认不出的内容：{detail}", "An entry is malformed: {detail}"),
    "entry-misplaced": Text("账本顺序被动过：{detail}", "An entry is out of its place: {detail}"),
    "entry-missing": Text("账本缺了内容：{detail}", "An entry is missing: {detail}"),
    "entry-unchained": Text("账本的链断了：{detail}", "The chain is broken: {detail}"),
    "head-wrong": Text("账本的末尾对不上：{detail}", "The head is wrong: {detail}"),
    "ledger-exists": Text("账本已经建好了", "The ledger exists already"),
    "ledger-moved": Text("账本被别处改动，没有写入", "The ledger moved meanwhile, nothing written"),
    "no-ledger": Text("还没有账本。运行 medtrace init", "There is no ledger. Run `medtrace init`"),
}

_ACCESS = {
    "sign-in-failed": Text(
        "工号或密码不对。还能试 {left} 次", "Wrong number or password. {left} tries left"
    ),
    "sign-in-locked": Text(
        "已锁定，{minutes} 分钟后再试", "Locked. Try again in {minutes} minutes"
    ),
    "single-sign-on-failed": Text(
        "院内统一登录没有通过。用工号和密码登录，或找系统管理员",
        "Single sign-on failed. Sign in with number and password, or call the administrator",
    ),
    "single-sign-on-unreachable": Text(
        "统一登录没有响应。用工号和密码登录",
        "Single sign-on does not answer. Sign in with number and password",
    ),
    "subject-taken": Text("这个登录身份已绑定别的账号", "This subject opens another account"),
    "second-factor-needed": Text("输入动态口令", "Enter the code of your authenticator"),
    "second-factor-wrong": Text("动态口令不对。等下一组再输", "Wrong code. Wait for the next one"),
    "second-factor-due": Text("先绑定动态口令", "Set up your second factor first"),
    "password-change-due": Text("先改密码", "Change your password first"),
    "password-length": Text(
        "密码要 {least} 到 {most} 个字符", "A password has {least} to {most} characters"
    ),
    "password-classes": Text(
        "小写、大写、数字、符号至少用 {classes} 种",
        "Use {classes} of: lower case, capitals, digits, signs",
    ),
    "password-simple": Text("密码太简单。多用几个不同的字符", "Too simple. Use more characters"),
    "password-name": Text("密码里不能有工号或姓名", "A password may not hold your number or name"),
    "password-used": Text(
        "最近 {count} 个密码不能再用", "The last {count} passwords can't be used"
    ),
    "pin-form": Text("PIN 要 {length} 位数字", "A PIN has {length} digits"),
    "pin-simple": Text("PIN 太简单。换一个", "That PIN is too simple. Choose another"),
    "badge-taken": Text("这张工牌是别人的", "This badge is somebody else's"),
    "staff-number-taken": Text("工号 {number} 已有账号", "{number} has an account already"),
    "roles-exclusive": Text(
        "系统、安全、审计管理员不能由一个人兼任", "Nobody is administrator of two kinds"
    ),
    "own-rights": Text("自己的权限由别人来改", "Somebody else must change your rights"),
    "profile-unknown": Text(
        "没有这种设备用途。可用：{known}", "No such profile. There are: {known}"
    ),
    "enrolment-code-wrong": Text(
        "注册码不对或已过期。重新生成一个", "Wrong or expired code. Make a new one"
    ),
    "device-unknown": Text(
        "这台设备没有注册。找系统管理员", "Unknown device. Call the administrator"
    ),
    "grant-ended": Text(
        "这个人的离线记录不能再以本人名义上传。由你核对后代传",
        "Can no longer be sent in this person's name. Check it and send it in yours",
    ),
    "device-key-malformed": Text("设备公钥的格式不对", "Malformed device key"),
    "device-signature-wrong": Text("设备签名不对", "The device's signature does not hold"),
    "patient-unknown": Text(
        "没有这位患者。再扫一次腕带", "Unknown patient. Scan the wristband again"
    ),
    "patient-elsewhere": Text("这位患者不在你的病区", "This patient is not in your ward"),
    "patient-erased": Text("这位患者的资料已抹去", "This patient's data were erased"),
    "pseudonym-malformed": Text("患者代号的格式不对", "Malformed patient pseudonym"),
    "legal-hold": Text("有法律保全，不能抹去", "Under a legal hold, can't be erased"),
    "row-tampered": Text(
        "数据表 {table} 被改动过，叫安全管理员", "Table {table} was tampered with. Call security"
    ),
    "ciphertext-damaged": Text("加密的内容被改动过", "Encrypted data were changed"),
    "key-damaged": Text("密钥不是 32 字节", "The key does not have 32 bytes"),
    "role-warehouse": Text("药库", "Warehouse"),
    "role-pharmacist": Text("药师", "Pharmacist"),
    "role-physician": Text("医师", "Physician"),
    "role-nurse": Text("护士", "Nurse"),
    "role-theatre": Text("手术室", "Operating theatre"),
    "role-equipment_office": Text("设备科", "Equipment office"),
    "role-ward_store": Text("科室二级库", "Ward store"),
    "role-quality": Text("质控", "Quality"),
    "role-auditor": Text("审计", "Auditor"),
    "role-system_admin": Text("系统管理员", "System administrator"),
    "role-security_admin": Text("安全管理员", "Security administrator"),
    "role-audit_admin": Text("审计管理员", "Audit administrator"),
    "profile-receiving": Text("收货", "Receiving"),
    "profile-pharmacy": Text("药房", "Pharmacy"),
    "profile-ward": Text("病区", "Ward"),
    "profile-theatre": Text("手术室", "Operating theatre"),
    "profile-gate": Text("通道门", "Gate reader"),
    "profile-sensor": Text("温度采集", "Temperature gateway"),
}

_DEMO = {
    "demo-not-empty": Text(
        "这个账本已经有内容，演示医院只能建在空账本里",
        "This ledger is in use. The demo hospital needs an empty one",
    ),
    "demo-differs": Text(
        "演示剧本与规则不符（{id}）：应为 {expected}，实为 {found}",
        "The rules disagree with the demo's script ({id}): expected {expected}, found {found}",
    ),
    "demo-too-small": Text(
        "至少 1 条",
        "At least 1 event",
    ),
}

CATALOGUE: dict[str, Text] = {
    **_INPUT,
    **_DOORS,
    **HANDHELD,
    **GOODS,
    **IMPORTS,
    **REFUSALS,
    **_LOG,
    **_SETTINGS,
    **_LEDGER,
    **SCANNING,
    **_ACCESS,
    **ADMINISTRATION,
    **SIGNATURES,
    **RECALL,
    **IMPLANTS,
    **NARCOTICS,
    **ORDERING,
    **ROOMS,
    **REPORT,
    **BACKUP,
    **CARE,
    **STORES,
    **WEB,
    **DESK,
    **STOPPED,
    **TRAIL,
    **SYSTEM,
    **_DEMO,
}
"""Every code the program can produce, with its sentence."""


def text_of(code: str) -> Text:
    """The sentence for `code`; an unknown code is shown as itself, so that nothing is hidden."""
    return CATALOGUE.get(code) or Text(code, code)
