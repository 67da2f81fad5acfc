from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "arrears.portal"
    verbose_name = "职工窗口"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.portal.labels.EVENT_LABELS",
        "timeline labels": "arrears.portal.labels.TIMELINE_LABELS",
        "fact labels": "arrears.portal.labels.FACT_LABELS",
        "path copies": "arrears.portal.models.WindowLetter",
        "closing blockers": "arrears.portal.blockers.WITHDRAWN",
        "answers waited for": "arrears.portal.blockers.unread",
        "merge relations": "arrears.portal.merge_relation.LETTERS",
        "numbers of a case": "arrears.portal.likenesses.numbers_of",
        "letters by phone": "arrears.portal.likenesses.by_phone",
        "letters seen": "arrears.portal.likenesses.seen",
    }
