"""The acts of referrals in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "referral.request": ("提出转送部门", "send", "busy"),
    "referral.send": ("批准并发出转送", "checks", "info"),
    "referral.decline": ("退回转送申请", "arrow-back-up", "bad"),
    "referral.withdraw": ("撤回转送", "arrow-back-up", "neutral"),
    "referral.accept": ("部门已接收", "mail-opened", "good"),
    "referral.refuse": ("部门不予接收", "arrow-back-up", "bad"),
    "referral.answer": ("部门答复", "message-2", "good"),
    "referral.read": ("阅知部门反馈", "eye-check", "info"),
}
EVENT_LABELS = {
    "case": ("案件", words_of(TIMELINE_LABELS)),
    "agency-clue": (
        "部门移来的线索",
        {"agency-clue.send": "部门移送", "agency-clue.taken": "受理", "agency-clue.declined": "不予受理"},
    ),
}
FACT_LABELS = {"referral": "转送（序号）", "told_by": "对方告知人"}
# First part of a subject of obligations → URL name of its page, words of its link.
SUBJECT_PAGES = {"referral": ("referral", "打开转送")}
