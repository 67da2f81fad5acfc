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
        "closing blockers": "arrears.portal.provides.WITHDRAWN",
        "answers waited for": "arrears.portal.provides.unread",
        "merge relations": "arrears.portal.provides.LETTERS",
        "numbers of a case": "arrears.portal.provides.numbers_of",
        "letters by phone": "arrears.portal.provides.by_phone",
        "letters seen": "arrears.portal.provides.seen",
        "own matters": "arrears.portal.provides.complaints",
        "duties": "arrears.portal.provides.ANSWERING",
    }
