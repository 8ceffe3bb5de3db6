"""Closing a recall case and opening it again, as pages say it."""

from __future__ import annotations

from texts.text import Text

RECALL = {
    "recall-closed": Text("{case} 已结案，不再停用", "{case} is closed, nothing of it is held"),
    "recall-reopened": Text(
        "{case} 已重新启动，这些批号又停用了", "{case} is open again, these lots are held"
    ),
    "recall-step-closed": Text("召回结案", "Recall closed"),
    "recall-step-reopened": Text("召回重新启动", "Recall opened again"),
    "fact-closed-by": Text("结案人", "Closed by"),
    "fact-reopened-by": Text("重新启动", "Opened again by"),
    "fact-explanation": Text("说明", "Explanation"),
    "signs-with-pin": Text("PIN", "PIN"),
    "signs-with-code": Text("动态口令", "Code"),
    "signs-with-password": Text("密码", "Password"),
}
"""By code; `{case}` is the case's number."""
