"""Backups: what stands in the way of one, and what is not in it."""

from __future__ import annotations

from texts.text import Text

BACKUP = {
    "backup-damaged": Text(
        "备份已损坏：{detail}。换一份备份", "The backup is damaged: {detail}. Take another one"
    ),
    "backup-exists": Text("{what} 已经有了。换一个文件名", "{what} is there already. Name another"),
    "backup-other-engine": Text(
        "这是 {found} 的备份。恢复到同一种数据库", "This is of {found}. Restore into the same kind"
    ),
    "backup-tool-failed": Text(
        "{what} 没有成功：{detail}。装好 PostgreSQL 的工具再试",
        "{what} failed: {detail}. Install PostgreSQL's own tools and try again",
    ),
    "backup-without-keys": Text(
        "密钥不在备份里。{folder} 要另外备份，没有它就读不出患者身份，也登录不了",
        "The keys are not in it. Back up {folder} apart: without it no identity can be read and"
        " nobody can sign in",
    ),
    "restore-not-empty": Text(
        "数据库里已经有内容。恢复到空的数据库",
        "There is something in the database already. Restore into an empty one",
    ),
}
"""By code."""
