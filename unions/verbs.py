"""What the verbs of the event log are called. Other apps add theirs (`tell`) when they are ready."""

from __future__ import annotations

from collections.abc import Mapping

VERBS: dict[str, str] = {
    "found": "成立单位",
    "move": "变更上级",
    "close": "撤销单位",
    "split": "拆分单位",
    "edit": "修改资料",
    "appoint": "任命",
    "dismiss": "免职",
    "open-account": "开通账号",
    "change-password": "修改自己的密码",
    "reset-password": "重设密码",
    "disable": "停用账号",
    "enable": "启用账号",
    "unlock": "解除登录限制",
    "verify-asked": "请求核验全部记录",
    "verified": "核验完成",
}
SUBJECTS: dict[str, str] = {"union": "工会", "user": "账号", "audit": "操作记录"}
_by_subject: dict[tuple[str, str], str] = {}


def tell(subject: str, name: str, verbs: Mapping[str, str]) -> None:
    """Streams "subject:…" are called `name`, and their verbs as given."""
    SUBJECTS[subject] = name
    _by_subject.update({(subject, verb): words for verb, words in verbs.items()})


def words(stream: str, verb: str) -> str:
    subject = stream.partition(":")[0]
    return _by_subject.get((subject, verb)) or VERBS.get(verb) or verb


def subject(stream: str) -> str:
    """ "union:5" → "工会 5"."""
    kind, _, key = stream.partition(":")
    return f"{SUBJECTS.get(kind, kind)} {key}"
