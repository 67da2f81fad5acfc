from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "arrears.cases"
    verbose_name = "案件"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.cases.labels.EVENT_LABELS",
        "timeline labels": "arrears.cases.labels.TIMELINE_LABELS",
        "fact labels": "arrears.cases.labels.FACT_LABELS",
        "event models": "arrears.cases.models.Case",
        "path copies": ("arrears.cases.models.Case", "arrears.cases.models.Involvement"),
        "case terms": "arrears.cases.terms.TERMS",
        "old cases": "arrears.cases.rulebook_trial.OldCases",
        "approvals": ("arrears.cases.workflow.closing", "arrears.cases.extensions.approval"),
        "duties": "arrears.cases.assigning.HANDLING",
        "matters in hand": "arrears.cases.assigning.in_hand",
    }
