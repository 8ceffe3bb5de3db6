"""Signatures at the moment of the act: what is missing, and what to do about it."""

from __future__ import annotations

from texts.text import Text

SIGNATURES = {
    "signature-required": Text(
        "这一步要当场签名：再输一次自己的 PIN、动态口令或密码（要 {count} 人签名）",
        "Sign for this now: your PIN, code or password once more ({count} sign)",
    ),
    "second-signature-required": Text(
        "这一步要 {count} 个人当场签名。请另一位扫工牌、输 PIN",
        "This takes {count} signatures, given now. Let another one scan their badge and sign",
    ),
    "signature-one-name": Text(
        "签名的人只写一样：工号或工牌", "Name the signer by staff number or by badge, not by both"
    ),
    "signature-one-secret": Text(
        "签名只用一样：PIN、动态口令或密码", "Sign with one of PIN, code and password"
    ),
    "signer-forbidden": Text(
        "签名的这位没有这一步的权限。换一位有权限的",
        "Whoever signs may not do this. Ask somebody who may",
    ),
    "same-person": Text("复核的人要换一位", "A different person must check"),
}
"""By code; `{count}` is how many persons sign."""
