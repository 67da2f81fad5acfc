"""What the verbs of the event log are called. Other apps add theirs (`tell`) when they are ready."""

from __future__ import annotations

from collections.abc import Mapping

from unions.people.rights import RoleName

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
# Keys of an event's data. What is not named here is shown as it is stored.
FACTS: dict[str, str] = {
    "code": "编码",
    "name": "名称",
    "username": "账号",
    "parent": "上级（序号）",
    "successor": "承接单位（序号）",
    "sibling": "新单位（序号）",
    "on": "生效日期",
    "before": "原来",
    "after": "改为",
    "user": "人员（序号）",
    "role": "角色",
    "since": "起",
    "until": "止",
    "acting_for": "代理（序号）",
    "by_import": "由导入建立",
    "breaks": "不相符（处）",
    "named": "不相符之处",
    "kind": "类型",
    "region_code": "行政区划代码",
    "reports_to": "属地上报工会",
    "duty_officer": "值班人员",
    "duty_phone": "公布电话",
    "reason": "理由",
    "changed": "改动",
    "amount": "金额（元）",
    "workers": "人数",
    "migrants": "其中农民工",
    "sha256": "文件校验值",
}
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


def facts(data: Mapping[str, object]) -> list[tuple[str, str]]:
    """An event's data as label and text."""
    return [(FACTS.get(key, key), _text(key, value)) for key, value in data.items()]


def _text(key: str, value: object) -> str:
    match value:
        case None | "":
            return "（空）"
        case bool():
            return "是" if value else "否"
        case dict():
            return "；".join(f"{FACTS.get(name, name)}：{_text(name, item)}" for name, item in value.items()) or "无"
        case list() if key == "changed":
            return "、".join(FACTS.get(str(item), str(item)) for item in value) or "无"
        case list():
            return "；".join(_text(key, item) for item in value) or "无"
    if key == "role" and value in RoleName.values:
        return str(RoleName(value).label)
    return str(value)
