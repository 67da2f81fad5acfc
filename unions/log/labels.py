"""The event log in words: subjects, verbs and the keys of an event's data.

Every app declares its own in AppConfig.provides (unions/common/features.py): "event labels" (stream → its name and its verbs), "fact labels"
(key → words) and "event models" (models whose fields an event may name). Of two labels for one fact the app higher up gives the one shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from unions.common.features import provided
from unions.people.rights import RoleName

VERBS: dict[str, str] = {
    "found": "成立单位",
    "move": "变更上级",
    "close": "撤销单位",
    "split": "拆分单位",
    "edit": "修改资料",
    "appoint": "任命",
    "dismiss": "免职",
    "away": "登记离岗",
    "back": "销假返岗",
    "open-account": "开通账号",
    "change-password": "修改自己的密码",
    "reset-password": "重设密码",
    "disable": "停用账号",
    "enable": "启用账号",
    "unlock": "解除登录限制",
    "verify-asked": "请求核验全部记录",
    "verified": "核验完成",
    "export-list": "导出清单",
    "print-list": "打印清单",
    "look-for-worker": "按号码查找职工",
}
AGENCY = {
    "agency.enter": "登记部门",
    "agency.edit": "修改部门资料",
    "agency.end": "停用部门",
    "agency.pass": "随撤并转到承接单位",
    "liaison.name": "登记联络员",
    "liaison.release": "停用联络员",
}
SUPERVISION = {
    "supervision.committee": "登记劳动法律监督委员会",
    "supervision.appoint": "登记劳动法律监督员",
    "supervision.release": "登记监督员免职",
}
ANNOUNCEMENTS = {"announcement.publish": "发布公告", "announcement.end": "提前结束公告"}
EVENT_LABELS: dict[str, tuple[str, Mapping[str, str]]] = {
    "union": ("工会", SUPERVISION | ANNOUNCEMENTS),
    "user": ("账号", {}),
    "audit": ("操作记录", {}),
    "agency": ("协作部门", AGENCY),
}
# Keys of an event's data. What is not named here is shown as it is stored.
FACT_LABELS: dict[str, str] = {
    "code": "编码",
    "name": "名称",
    "title": "标题",
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
    "returns_contact": "报送联系人",
    "returns_phone": "报送联系电话",
    "returns_email": "报送电子邮箱",
    "reason": "理由",
    "changed": "改动",
    "amount": "金额（元）",
    "workers": "人数",
    "migrants": "其中农民工",
    "sha256": "文件校验值",
    "agency": "部门（序号）",
}


def words_of(timeline: Mapping[str, tuple[str, str, str]]) -> dict[str, str]:
    """Return verb → words of labels that also carry an icon and a tone."""
    return {verb: label for verb, (label, _, _) in timeline.items()}


@cache
def subjects() -> dict[str, str]:
    """Return stream → its name, from every app."""
    return {kind: name for labels in provided("event labels") for kind, (name, _) in labels.items()}


@cache
def by_subject() -> dict[tuple[str, str], str]:
    """Return (stream, verb) → words, from every app."""
    given = [one for labels in provided("event labels") for one in labels.items()]
    return {(kind, verb): label for kind, (_, verbs) in given for verb, label in verbs.items()}


@cache
def fact_labels() -> dict[str, str]:
    """Return key of an event's data → words, from every app; else the name of the field it is called after."""
    found: dict[str, str] = {}
    for labels in provided("fact labels"):
        found = dict(labels) | found
    for model in provided("event models"):
        named = {
            field.name: str(field.verbose_name) for field in model._meta.get_fields() if hasattr(field, "verbose_name")
        }
        found = named | found
    return found


def words(stream: str, verb: str) -> str:
    kind = stream.partition(":")[0]
    return by_subject().get((kind, verb)) or VERBS.get(verb) or verb


def subject(stream: str) -> str:
    """ "union:5" → "工会 5"."""
    kind, _, key = stream.partition(":")
    return f"{subjects().get(kind, kind)} {key}"


def facts(data: Mapping[str, object]) -> list[tuple[str, str]]:
    """An event's data as label and text."""
    labels = fact_labels()
    return [(labels.get(key, key), _text(key, value)) for key, value in data.items()]


def _text(key: str, value: object) -> str:
    match value:
        case None | "":
            return "（空）"
        case bool():
            return "是" if value else "否"
        case dict():
            return (
                "；".join(f"{fact_labels().get(name, name)}：{_text(name, item)}" for name, item in value.items())
                or "无"
            )
        case list() if key == "changed":
            return "、".join(fact_labels().get(str(item), str(item)) for item in value) or "无"
        case list():
            return "；".join(_text(key, item) for item in value) or "无"
    if key == "role" and value in RoleName.values:
        return str(RoleName(value).label)
    return str(value)
