from django.apps import AppConfig


class SafetyNetsConfig(AppConfig):
    name = "arrears.safety_nets"
    verbose_name = "兜底保障"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.safety_nets.labels.EVENT_LABELS",
        "timeline labels": "arrears.safety_nets.labels.TIMELINE_LABELS",
        "fact labels": "arrears.safety_nets.labels.FACT_LABELS",
        "obligation rebuilders": "arrears.safety_nets.terms.rebuild",
        "subject pages": "arrears.safety_nets.labels.SUBJECT_PAGES",
        "obligation subjects": "arrears.safety_nets.labels.OBLIGATION_SUBJECTS",
        "path copies": "arrears.safety_nets.models.SafetyNet",
        "under way": "arrears.safety_nets.provides.DRAWN",
        "reversal followers": "arrears.safety_nets.net_ledger.follow_reversals",
        "repeat followers": "arrears.safety_nets.net_ledger.follow_repeats",
        "project traces": "arrears.safety_nets.models.WageDeposit",
        "project boxes": "arrears.safety_nets.provides.project_box",
        "approvals": "arrears.safety_nets.actions.drawings.APPROVAL",
    }
