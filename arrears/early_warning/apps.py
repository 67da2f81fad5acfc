from django.apps import AppConfig


class EarlyWarningConfig(AppConfig):
    name = "arrears.early_warning"
    verbose_name = "预警"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.early_warning.labels.EVENT_LABELS",
        "fact labels": "arrears.early_warning.labels.FACT_LABELS",
        "obligation rebuilders": "arrears.early_warning.terms.rebuild",
        "subject pages": "arrears.early_warning.labels.SUBJECT_PAGES",
        "obligation subjects": "arrears.early_warning.labels.OBLIGATION_SUBJECTS",
        "path copies": (
            "arrears.early_warning.models.SourceRhythm",
            "arrears.early_warning.models.WarningCheck",
            "arrears.early_warning.models.WarningSignal",
            "arrears.early_warning.models.WarningStanding",
            "arrears.early_warning.models.WarningStep",
        ),
        "employer records": "arrears.early_warning.models.WarningSignal",
    }
