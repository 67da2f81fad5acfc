"""The acts of inspections in words, for the event log; and what its terms are about."""

from __future__ import annotations

from collections.abc import Collection

from arrears.inspections.models import Finding, PlatformCheck, Resolution, Review, ReviewFinding, Round
from arrears.law.obligations.reading import SubjectLabel
from unions.log.labels import words_of

REVIEW = {
    "review.plan": "安排互查审计",
    "review.visit": "登记到场检查",
    "review.find": "登记问题",
    "review.answer": "答复整改情况",
    "review.send-back": "退回整改答复",
    "review.close": "问题销号",
    "review.off": "取消检查",
}
TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "resolution.set": ("登记化解举措", "target", "busy"),
    "resolution.follow": ("登记化解进展", "pencil", "info"),
    "resolution.done": ("登记化解结果", "circle-check", "good"),
}
EVENT_LABELS = {
    "inspection": (
        "排查",
        {"inspect": "登记排查", "inspect.edit": "修改排查", "checklist": "逐项检查", "rectified": "问题整改销号"},
    ),
    "key-target": ("重点对象", {"target": "列入重点对象", "target.end": "移出重点对象"} | words_of(TIMELINE_LABELS)),
    "case": ("案件", words_of(TIMELINE_LABELS)),
    "secondment": ("专班抽调", {"second": "登记抽调", "second.end": "结束抽调"}),
    "round": (
        "排查计划",
        {
            "round.plan": "制定排查计划",
            "round.add": "计划里添加一户",
            "round.drop": "移出计划",
            "round.off": "取消计划",
            "round.report": "登记督查报告",
        },
    ),
    "review": ("互查审计", REVIEW),
    "review-finding": ("互查审计问题", REVIEW),
    "platform": ("监管平台核查", {"platform.look": "登记平台核查", "platform.mended": "平台问题整改销号"}),
}
FACT_LABELS = {
    "answers": "逐项情况",
    "findings": "问题（序号）",
    "finding": "问题（序号）",
    "resolution": "化解举措（序号）",
    "risk": "风险类别",
    "reasons": "列入原因",
    "responsible": "责任人",
    "listed": "列入",
    "unhandled": "未处置（条）",
    "inspector": "检查单位（序号）",
    "inspected": "被检查单位（序号）",
    "words": "内容",
    "spot": "薄弱环节",
}


def round_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = Round.objects.filter(pk__in=ids).select_related("union")
    return {row.pk: SubjectLabel(row.name, f"{row.union}组织", row.get_absolute_url()) for row in rows}


def review_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = Review.objects.filter(pk__in=ids).select_related("inspected")
    return {row.pk: SubjectLabel(row.name, f"检查{row.inspected}", row.get_absolute_url()) for row in rows}


def review_finding_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = ReviewFinding.objects.filter(pk__in=ids).select_related("review")
    return {
        row.pk: SubjectLabel(row.review.name, row.detail, f"{row.review.get_absolute_url()}#finding-{row.pk}")
        for row in rows
    }


def finding_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = Finding.objects.filter(pk__in=ids).select_related("inspection__employer")
    return {
        row.pk: SubjectLabel(row.inspection.employer.name, row.detail, row.inspection.get_absolute_url())
        for row in rows
    }


def resolution_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = Resolution.objects.filter(pk__in=ids).select_related("target__employer", "case__employer")
    return {row.pk: SubjectLabel(row.employer.name, row.measure[:60], row.url) for row in rows}


def check_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = PlatformCheck.objects.filter(pk__in=ids).select_related("project__employer")
    return {
        row.pk: SubjectLabel(row.project.name, row.project.employer.name, row.project.get_absolute_url())
        for row in rows
    }


OBLIGATION_SUBJECTS = {
    "round": round_subjects,
    "review": review_subjects,
    "review-finding": review_finding_subjects,
    "platform": check_subjects,
    "finding": finding_subjects,
    "resolution": resolution_subjects,
}
