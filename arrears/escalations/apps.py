from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "arrears.escalations"
    verbose_name = "上报"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.escalations.labels.EVENT_LABELS",
        "timeline labels": "arrears.escalations.labels.TIMELINE_LABELS",
        "fact labels": "arrears.escalations.labels.FACT_LABELS",
        "immediate alarms": "arrears.escalations.reminding.alarms_of",
        "open alarms": "arrears.escalations.reminding.open_alarms",
        "under way": "arrears.escalations.blockers.REPORTED",
        "closing blockers": "arrears.escalations.blockers.UNREPORTED",
        "case facts": "arrears.escalations.facts.add_reports",
        "first reports": "arrears.escalations.facts.first_sent",
    }
