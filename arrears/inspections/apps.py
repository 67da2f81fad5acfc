from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "arrears.inspections"
    verbose_name = "排查检查"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "employer records": ("arrears.inspections.models.Inspection", "arrears.inspections.models.KeyTarget"),
        "project traces": (
            "arrears.inspections.models.Inspection",
            "arrears.inspections.models.KeyTarget",
            "arrears.inspections.models.PlatformCheck",
        ),
    }
