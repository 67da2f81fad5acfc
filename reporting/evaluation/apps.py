from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "reporting.evaluation"
    verbose_name = "考核"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "reporting.evaluation.labels.EVENT_LABELS",
        "sections left out": "reporting.evaluation.provides.sections_left_out",
    }
