from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "arrears.escalations"
    verbose_name = "上报"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.escalations.labels.EVENT_LABELS",
        "timeline labels": "arrears.escalations.labels.TIMELINE_LABELS",
        "fact labels": "arrears.escalations.labels.FACT_LABELS",
        "immediate alarms": "arrears.escalations.provides.alarms_of",
        "open alarms": "arrears.escalations.provides.open_alarms",
        "under way": "arrears.escalations.provides.REPORTED",
        "move conditions": "arrears.escalations.provides.CONDITIONS",
        "case facts": "arrears.escalations.provides.add_reports",
        "first reports": "arrears.escalations.provides.first_sent",
        "approvals": "arrears.escalations.actions.approval",
        "duties": ("arrears.escalations.provides.RECEIVING", "arrears.escalations.provides.ACKNOWLEDGING"),
    }
