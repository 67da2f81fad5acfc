from django.apps import AppConfig


class SanctionsConfig(AppConfig):
    name = "arrears.sanctions"
    verbose_name = "惩戒公布"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.sanctions.labels.EVENT_LABELS",
        "timeline labels": "arrears.sanctions.labels.TIMELINE_LABELS",
        "fact labels": "arrears.sanctions.labels.FACT_LABELS",
        "sections left out": "arrears.sanctions.provides.sections_left_out",
        "obligation rebuilders": "arrears.sanctions.terms.rebuild",
        "subject pages": "arrears.sanctions.labels.SUBJECT_PAGES",
        "path copies": "arrears.sanctions.models.Publication",
        "published employers": "arrears.sanctions.actions.publications.published_employers",
        "approvals": (
            "arrears.sanctions.actions.listings.PROPOSAL",
            "arrears.sanctions.actions.listings.REMOVAL",
            "arrears.sanctions.actions.publications.APPROVAL",
        ),
    }
