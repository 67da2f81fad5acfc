from django.apps import AppConfig


class SeriousConfig(AppConfig):
    name = "arrears.serious"
    verbose_name = "重大事项"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.serious.labels.EVENT_LABELS",
        "timeline labels": "arrears.serious.labels.TIMELINE_LABELS",
        "fact labels": "arrears.serious.labels.FACT_LABELS",
        "obligation rebuilders": "arrears.serious.terms.rebuild",
        "obligation subjects": "arrears.serious.labels.OBLIGATION_SUBJECTS",
        "path copies": (
            "arrears.serious.models.Opinion",
            "arrears.serious.models.OpinionWatch",
            "arrears.serious.models.Reception",
            "arrears.serious.models.StandingPlan",
        ),
        "closing blockers": ("arrears.serious.provides.OVERSIGHT", "arrears.serious.provides.EMERGENCY"),
        "merging blockers": ("arrears.serious.provides.OVERSIGHT", "arrears.serious.provides.EMERGENCY"),
        "case facts": "arrears.serious.terms.add_incidents",
        "move conditions": "arrears.serious.provides.CONDITIONS",
        "oversight kinds": "arrears.serious.models.OversightKind",
        "case annotations": "arrears.serious.models.CASE_ANNOTATIONS",
        "form drafts": "arrears.serious.forms.FORM_DRAFTS",
        "approvals": ("arrears.serious.actions.oversights.SETTING", "arrears.serious.actions.oversights.LIFTING"),
    }
