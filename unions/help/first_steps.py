"""Three first steps for a person who has done nothing yet: by role, closed for good when she wishes or has begun."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from unions.models import Event, UnionKind, User
from unions.people.rights import RoleName


@dataclass(frozen=True)
class FirstStep:
    """`to`: URL name of the page where it is done."""

    label: str
    says: str
    to: str


@dataclass(frozen=True)
class Guide:
    """`chapter`: of the manual."""

    chapter: str
    steps: tuple[FirstStep, FirstStep, FirstStep]


FILING = FirstStep("登记一件欠薪", "先填欠薪单位、人数、金额、起始时间和来源，其余以后补充。", "case-new")
GUIDES: dict[RoleName, Guide] = {
    RoleName.CLERK: Guide(
        "enterprise",
        (
            FILING,
            FirstStep("导入原有台账", "原有的 Excel 台账核对无误后一次导入。", "case-import"),
            FirstStep("设定提醒方式", "选择哪些事项通过邮件或短信提醒。", "reminder-preferences"),
        ),
    ),
    RoleName.OFFICER: Guide(
        "district",
        (
            FirstStep("查看待接收的上报", "下级报来的案件，核对要素后接收或退回。", "escalations"),
            FILING,
            FirstStep("查看办理时限", "逾期和即将到期的事项，逐项前往办理。", "obligations"),
        ),
    ),
    RoleName.APPROVER: Guide(
        "approver",
        (
            FirstStep("打开待我审批", "逐件阅读审批内容，批准或写明理由退回。", "approvals"),
            FirstStep("查看欠薪案件", "了解本单位在办案件的进展。", "cases"),
            FirstStep("设定提醒方式", "有事项待您审批时及时得知。", "reminder-preferences"),
        ),
    ),
    RoleName.STATISTICIAN: Guide(
        "statistician",
        (
            FirstStep("打开本期报表", "数字由台账自动产生，核对后制表签字。", "returns"),
            FirstStep("查看正式表格", "选择单位和期间，下载或打印。", "forms"),
            FirstStep("查看统计概览", "每个数字点击后打开构成它的案件。", "overview"),
        ),
    ),
    RoleName.UNIT_ADMIN: Guide(
        "administrator",
        (
            FirstStep("任命人员", "每个单位至少配备一名经办人和一名审批人。", "unions"),
            FirstStep("登记协作部门", "登记部门和联络员，移送事项时可直接选择。", "agencies"),
            FirstStep("发布公告", "向本单位和所辖单位告知事项。", "announcement-new"),
        ),
    ),
    RoleName.SYSTEM_ADMIN: Guide(
        "platform",
        (
            FirstStep("导入组织", "下载模板，填写后上传核对，确认后导入。", "union-import"),
            FirstStep("核对工会组织", "查看隶属关系和值班电话。", "unions"),
            FirstStep("核对工作日历", "期限按工作日推算，请先核对本年节假日。", "work-calendar"),
        ),
    ),
    RoleName.SECURITY_ADMIN: Guide(
        "platform",
        (
            FirstStep("查看账号安全", "停用离职人员账号，解除登录限制。", "accounts"),
            FirstStep("任命首任管理员", "在单位页任命单位管理员。", "unions"),
            FirstStep("修改密码", "请使用不易猜到的密码。", "password"),
        ),
    ),
    RoleName.AUDITOR: Guide(
        "platform",
        (
            FirstStep("查阅操作记录", "按人员、单位、日期和事项查询。", "audit"),
            FirstStep("核对工会组织", "了解各单位的隶属关系。", "unions"),
            FirstStep("修改密码", "请使用不易猜到的密码。", "password"),
        ),
    ),
}


def roles_of(user: User) -> list[tuple[RoleName, str]]:
    """(role, kind of unit) of her appointments of today, in the order of the table of roles."""
    rows = user.appointments.in_force(timezone.localdate()).values_list("role", "union__kind")
    order = list(RoleName)
    return sorted(((RoleName(role), kind) for role, kind in rows), key=lambda pair: order.index(pair[0]))


def chapters_of(roles: Iterable[tuple[RoleName, str]]) -> list[str]:
    """Keys of the chapters written for these roles, hers first."""
    found = []
    for role, kind in roles:
        if role in (RoleName.CLERK, RoleName.OFFICER):
            found.append("enterprise" if kind == UnionKind.ENTERPRISE else "district")
        else:
            found.append("department" if role == RoleName.AGENCY else GUIDES[role].chapter)
    return list(dict.fromkeys(found))


def guide_for(user: User) -> Guide | None:
    """Where she has done nothing yet and did not close it: the guide of her first role."""
    if user.guided_at is not None or has_begun(user):
        return None
    roles = roles_of(user)
    guide = next((GUIDES[role] for role, _ in roles if role in GUIDES), None)
    return Guide(chapters_of(roles)[0], guide.steps) if guide else None


def has_begun(user: User) -> bool:
    """Whether the log knows an act of hers that is not about her own account."""
    return Event.objects.filter(by=user).exclude(stream__startswith="user:").exists()


def close(user: User, at: datetime) -> None:
    User.objects.filter(pk=user.pk, guided_at=None).update(guided_at=at)


def close_once_begun(sender: object, user: User, **kwargs: object) -> None:
    """At sign-in: whoever has begun needs no look-up any more."""
    if user.guided_at is None and has_begun(user):
        close(user, timezone.now())
