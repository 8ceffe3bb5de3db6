"""What pages say about accounts, passkeys and devices: to who has them and to who keeps them."""

from __future__ import annotations

from texts.text import Text

_PASSKEYS = {
    "passkey-failed": Text(
        "通行密钥没有通过。再试一次，或用工号和密码登录",
        "The passkey was not accepted. Try again, or sign in with number and password",
    ),
    "passkey-needed": Text(
        "这个账号要用通行密钥登录。点下面的按钮",
        "This account signs in with its passkey. Use the button below",
    ),
    "passkey-suspended": Text(
        "这把通行密钥可能被复制过，已停用。用另一把登录，或找安全管理员",
        "This passkey may have been copied and is suspended. Use another, or call the security"
        " administrator",
    ),
    "passkey-late": Text(
        "等得太久，或已经用过。再点一次登记", "Too late, or used already. Begin once more"
    ),
    "passkey-refused": Text(
        "通行密钥没有登记上。再试一次，或换一台设备",
        "The passkey could not be registered. Try again, or use another device",
    ),
    "passkey-known": Text("这把通行密钥已经登记过", "This passkey is registered already"),
    "passkeys-many": Text(
        "最多 {count} 把通行密钥。先删掉一把", "At most {count} passkeys. Remove one first"
    ),
    "passkeys-nowhere": Text(
        "这个地址不能用通行密钥。用医院规定的网址打开",
        "No passkeys at this address. Open the hospital's own address",
    ),
    "passkey-registered": Text("通行密钥已登记", "Passkey registered"),
    "passkey-removed": Text("通行密钥已删除", "Passkey removed"),
    "pin-set": Text("PIN 已设好", "PIN saved"),
    "session-ended": Text("那一处已退出", "Signed out there"),
}

_STAFF = {
    "account-closed": Text("账号已停用。先启用", "This account is closed. Open it first"),
    "account-closed-now": Text(
        "账号已停用，口令和密钥已清除", "Account closed, its secrets are wiped"
    ),
    "roles-saved": Text("岗位和科室已改", "Roles and places changed"),
    "unlocked": Text("已解锁", "Unlocked"),
    "factors-removed": Text(
        "动态口令和通行密钥已清除，会话已结束", "Codes and passkeys removed, sessions ended"
    ),
    "badge-assigned": Text("工牌已绑定", "Badge assigned"),
    "badge-withdrawn": Text("工牌已收回", "Badge withdrawn"),
    "place-unknown": Text(
        "没有这个科室或库房：{found}", "No such place: {found}. Choose one of the list"
    ),
    "role-unknown": Text("没有这个岗位：{found}", "No such role: {found}. Choose one of the list"),
}

_DEVICES = {
    "device-revoked": Text(
        "设备已吊销。重新登记一台", "This device is revoked. Enrol it as a new one"
    ),
    "device-moved": Text("设备已改派", "Device moved"),
    "device-shut-out": Text("设备已吊销，立即失效", "Device revoked, shut out at once"),
}

ADMINISTRATION: dict[str, Text] = {**_PASSKEYS, **_STAFF, **_DEVICES}
"""The messages by code."""
