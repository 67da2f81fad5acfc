from django.apps import AppConfig
from django.core.checks import register


class LawConfig(AppConfig):
    name = "arrears.law"
    verbose_name = "规则与时限"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.law.labels.EVENT_LABELS",
        "timeline labels": "arrears.law.labels.TIMELINE_LABELS",
        "fact labels": "arrears.law.labels.FACT_LABELS",
        "upkeep": "arrears.law.provides.calendar_line",
        "sections left out": "arrears.law.provides.not_asked_for",
        "clause names": "arrears.law.obligations.clause_names.clause_named",
        "path copies": "arrears.law.models.Obligation",
        "approvals": (
            "arrears.law.obligations.attachments.beginning",
            "arrears.law.obligations.attachments.ending",
            "arrears.law.editions.uploads.approval",
        ),
    }

    def ready(self) -> None:
        from arrears.law import checks

        register(checks.rulebooks_are_sound)
