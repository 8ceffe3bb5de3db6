"""What the page of the system says: what each setting is for, and how the parts are."""

from __future__ import annotations

from texts.text import Text

_ABOUT = {
    "about-data_dir": Text(
        "数据文件夹：内置数据库和密钥", "The folder of the embedded database and keys"
    ),
    "about-database_url": Text("数据库地址", "The database's address"),
    "about-key_dir": Text("私钥文件夹，另外备份", "Private keys; back them up apart"),
    "about-ledger_id": Text("写哪一本账", "Which ledger is written"),
    "about-origin": Text(
        "账本在检查点里的名称，不能再改", "The ledger's name in checkpoints, for ever"
    ),
    "about-suite": Text(
        "新建账本的算法：sha256 或 sm3", "Algorithms of a new ledger: sha256 or sm3"
    ),
    "about-hospital": Text("页面和打印上的医院名", "The hospital's name on pages and prints"),
    "about-timezone": Text("医院的时区", "The hospital's time zone"),
    "about-recorder_socket": Text(
        "记录进程的套接字，没有就由各进程自己写", "Socket of the recorder; none: workers record"
    ),
    "about-max_upload": Text("一次最多上传多少字节", "The largest upload in bytes"),
    "about-secure_cookies": Text("在 TLS 后面时设 1", "1 behind TLS"),
    "about-log_level": Text("日志级别", "How much is logged"),
    "about-admin_networks": Text(
        "管理员从哪些网络登录，没有就不限", "Networks that administrators sign in from; none: any"
    ),
    "about-proxies": Text(
        "前面有几层自己的反向代理", "How many reverse proxies of ours stand in front"
    ),
    "about-sign_in_rate": Text(
        "每个地址每分钟最多试几次登录", "Tries a minute at the sign-in, per address"
    ),
    "about-issuer": Text("统一身份认证的地址", "The identity provider for single sign-on"),
    "about-client_id": Text("本系统在统一身份认证的名称", "Our name at the identity provider"),
    "about-secret_file": Text("统一身份认证密钥的文件", "The file with our secret there"),
    "about-passkey_origin": Text(
        "浏览器看到的地址，通行密钥绑定在上面", "Where browsers see us; passkeys"
    ),
    "about-dose_times": Text("各频次几点给药", "When doses of each frequency are due"),
    "about-dose_early": Text("可以提前几分钟给药", "Minutes a dose may be early"),
    "about-recall_hours": Text("各级召回几小时内通知", "Hours within which each class is told"),
    "about-mail_to": Text("召回通知发到哪些邮箱", "Who gets notices of recalls by mail"),
    "about-mail_staff": Text(
        "按工号的邮箱，提醒召回任务", "People's mail by number, for their tasks"
    ),
    "about-mail_from": Text("发件人", "The sender of mail"),
    "about-smtp": Text("发邮件的服务器", "The server that takes mail"),
    "about-smtp_password_file": Text("邮件服务器密码的文件", "The file with its password"),
    "about-webhooks": Text("召回时调用的地址", "Addresses that are called for recalls"),
    "about-webhook_secret_file": Text(
        "调用签名密钥的文件", "The file with the secret that signs them"
    ),
    "about-dose_late": Text("可以推后几分钟给药", "Minutes a dose may be late"),
}

_HEALTH = {
    "health-database": Text("数据库", "Database"),
    "health-disk": Text("数据盘剩余", "Room left on the disk"),
    "health-recorder": Text("记录服务", "Recorder"),
    "health-checkpoint": Text("最近检查点", "Newest checkpoint"),
    "health-verification": Text("最近从头验证", "Last verified from the start"),
    "health-witnesses": Text("见证方", "Witnesses"),
    "health-devices": Text("失联的手持机", "Devices not heard of for a day"),
    "health-sensors": Text("超过一天没有读数的探头", "Sensors silent for a day"),
    "health-sign-on": Text("统一身份认证", "Single sign-on"),
    "recorder-inside": Text("各进程自己写", "workers record themselves"),
    "recorder-answers": Text("有响应", "it answers"),
    "recorder-silent": Text("没有响应", "it does not answer"),
    "never": Text("还没有", "never"),
    "not-used": Text("没有使用", "not used"),
    "setting-holds": Text(
        "{name} 可以这样写。写进环境，重启后生效",
        "{name} may say so. It counts from the next start",
    ),
    "setting-unknown": Text("没有这个设置", "There is no such setting"),
    "setting-zone": Text("没有这个时区：{found}", "No such time zone: {found}"),
}

_JOBS = {
    "system-page": Text("状态与设置", "State and settings"),
    "system-jobs": Text("后台任务", "Background jobs"),
    "job-checkpoint": Text("签检查点", "Signing checkpoints"),
    "job-witnesses": Text("请见证方签名", "Asking witnesses"),
    "job-recall-reminders": Text("召回提醒", "Recall reminders"),
    "job-notices": Text("投递通知", "Delivering notices"),
    "job-sweep": Text("隔离过期品", "Quarantining what expired"),
    "job-backup": Text("备份", "Backup"),
    "job-rebuild": Text("重建台账", "Rebuild"),
    "job-sign-on": Text("统一身份认证", "Single sign-on"),
    "job-audit": Text("验证账本（新增部分）", "Verifying the ledger (what is new)"),
    "job-audit-full": Text("验证账本（从头）", "Verifying the ledger (from the start)"),
    "job-closings": Text("麻精药品日结", "Daily closing of narcotics"),
    "job-well": Text("正常", "well"),
    "job-failed": Text("连续失败 {count} 次", "failed {count} in a row"),
    "job-late": Text("到时没做", "overdue"),
    "column-job": Text("任务", "Job"),
    "column-last-run": Text("上次开始", "Last begun"),
    "column-next-run": Text("下次", "Next"),
    "column-took": Text("用时", "Took"),
    "column-did": Text("做了", "Did"),
    "column-trouble": Text("最近的问题", "Last trouble"),
    "column-partner": Text("对方", "With"),
    "column-address": Text("地址", "Address"),
    "column-attempts": Text("试过", "Tries"),
    "column-last-heard": Text("最近", "Last"),
    "partner-witness": Text("见证方", "Witness"),
    "partner-mail": Text("邮件", "Mail"),
    "partner-webhook": Text("Webhook", "Webhook"),
    "partner-sign-on": Text("统一身份认证", "Single sign-on"),
    "partner-log": Text("公开账本", "Published log"),
    "partner-wrong": Text("签名不对", "wrong signature"),
    "partner-unsigned": Text("没有签最近的检查点", "has not signed the newest checkpoint"),
    "partner-given-up": Text("已放弃", "given up"),
    "partner-waiting": Text("还在试", "being tried"),
    "partner-silent": Text("没有响应", "does not answer"),
    "partner-letters": Text(
        "送达 {delivered}，在试 {waiting}，放弃 {lost}",
        "{delivered} arrived, {waiting} being tried, {lost} given up",
    ),
}

SYSTEM: dict[str, Text] = {**_ABOUT, **_HEALTH, **_JOBS}
