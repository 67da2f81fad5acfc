from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "arrears.inspections"
    verbose_name = "排查检查"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.inspections.labels.EVENT_LABELS",
        "timeline labels": "arrears.inspections.labels.TIMELINE_LABELS",
        "closing blockers": "arrears.inspections.provides.UNRESOLVED",
        "merging blockers": "arrears.inspections.provides.UNRESOLVED",
        "fact labels": "arrears.inspections.labels.FACT_LABELS",
        "event models": "arrears.inspections.models.Inspection",
        "obligation rebuilders": "arrears.inspections.terms.rebuild",
        "obligation subjects": "arrears.inspections.labels.OBLIGATION_SUBJECTS",
        "path copies": (
            "arrears.inspections.models.Finding",
            "arrears.inspections.models.Inspection",
            "arrears.inspections.models.KeyTarget",
            "arrears.inspections.models.PlatformCheck",
            "arrears.inspections.models.Resolution",
            "arrears.inspections.models.Round",
            "arrears.inspections.models.RoundTarget",
            "arrears.inspections.models.Secondment",
        ),
        "employer records": ("arrears.inspections.models.Inspection", "arrears.inspections.models.KeyTarget"),
        "project traces": (
            "arrears.inspections.models.Inspection",
            "arrears.inspections.models.KeyTarget",
            "arrears.inspections.models.PlatformCheck",
        ),
        "case facts": "arrears.inspections.provides.add_platform_looks",
        "own matters": "arrears.inspections.provides.own_matters",
        "approvals": "arrears.inspections.actions.reviews.APPROVAL",
    }
