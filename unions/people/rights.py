"""Roles and rights: one table that a unionist can read.

A right either *spreads* from the unit of the appointment over everything below it, or holds *at the node* only.
Platform roles (system, security, audit) are separated: none of them sees or does what another may, none sees a case.
"""

from dataclasses import dataclass

from django.db import models


class Right(models.TextChoices):
    VIEW = "view_cases", "查看案件"
    FILE = "file_case", "登记案件（含代下级登记）"
    HANDLE = "handle_case", "办理案件"
    RECEIVE = "receive_report", "接收上报"
    APPROVE = "approve", "审批"
    INSPECT = "inspect", "登记排查"
    EXPORT = "export", "汇总导出"
    SUBMIT = "submit_return", "填制报表"
    PEOPLE = "appoint_people", "任免人员"
    STRUCTURE = "change_structure", "调整组织"
    ACCOUNTS = "guard_accounts", "管理账号安全"
    AUDIT = "read_audit", "查阅审计"


SPREADS = frozenset(
    {Right.VIEW, Right.FILE, Right.INSPECT, Right.EXPORT, Right.PEOPLE, Right.STRUCTURE, Right.ACCOUNTS, Right.AUDIT}
)


class RoleName(models.TextChoices):
    CLERK = "clerk", "填报员"
    OFFICER = "officer", "经办人"
    APPROVER = "approver", "审批人"
    STATISTICIAN = "statistician", "统计员"
    UNIT_ADMIN = "unit_admin", "单位管理员"
    AGENCY = "agency", "协作部门人员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDITOR = "auditor", "审计员"


@dataclass(frozen=True)
class Role:
    rights: frozenset[Right]
    appointed_by: Right  # who may give and take this role
    duty: str  # what the role is for, in one sentence for the appointment page


def _role(appointed_by: Right, duty: str, *rights: Right) -> Role:
    return Role(frozenset(rights), appointed_by, duty)


ROLES: dict[RoleName, Role] = {
    RoleName.CLERK: _role(
        Right.PEOPLE, "登记本单位和所辖单位的欠薪案件，提出上报。", Right.VIEW, Right.FILE, Right.INSPECT
    ),
    RoleName.OFFICER: _role(
        Right.PEOPLE,
        "接收下级上报，办理案件，登记清偿，提出办结。",
        Right.VIEW,
        Right.FILE,
        Right.HANDLE,
        Right.RECEIVE,
        Right.INSPECT,
        Right.EXPORT,
    ),
    RoleName.APPROVER: _role(Right.PEOPLE, "以第二人身份审批上报和办结。", Right.VIEW, Right.APPROVE, Right.EXPORT),
    RoleName.STATISTICIAN: _role(Right.PEOPLE, "汇总、导出和填制报表。", Right.VIEW, Right.EXPORT, Right.SUBMIT),
    RoleName.UNIT_ADMIN: _role(Right.PEOPLE, "任免本单位和所辖单位的人员。", Right.PEOPLE),
    RoleName.AGENCY: _role(Right.PEOPLE, "代表协作部门接收、答复发给本部门的事项，看不到别的。"),
    RoleName.SYSTEM_ADMIN: _role(Right.ACCOUNTS, "维护组织结构。", Right.STRUCTURE),
    RoleName.SECURITY_ADMIN: _role(Right.ACCOUNTS, "管理账号安全，任命管理员。", Right.ACCOUNTS),
    RoleName.AUDITOR: _role(Right.ACCOUNTS, "查阅和核验操作记录。", Right.AUDIT),
}

# 三员: nobody holds one of these beside any other role.
PLATFORM = frozenset({RoleName.SYSTEM_ADMIN, RoleName.SECURITY_ADMIN, RoleName.AUDITOR})
# Held beside no role of another kind: the three platform roles, and people of departments, who stand outside the unions.
APART = PLATFORM | {RoleName.AGENCY}
# A security administrator also names the first unit administrator of a unit.
ALSO_BY_SECURITY = frozenset({RoleName.UNIT_ADMIN})


def holders_of(*rights: Right) -> str:
    """Who has any of these rights, as a sentence names them: 统计员、经办人."""
    return "、".join(dict.fromkeys(role.label for right in rights for role in roles_with(right)))


def roles_with(right: Right) -> list[RoleName]:
    """The roles that carry `right`, in the table's order."""
    return [name for name, role in ROLES.items() if right in role.rights]
