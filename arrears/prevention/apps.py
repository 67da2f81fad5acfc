from django.apps import AppConfig


class PreventionConfig(AppConfig):
    name = "arrears.prevention"
    verbose_name = "预防工作"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.prevention.labels.EVENT_LABELS",
        "fact labels": "arrears.prevention.labels.FACT_LABELS",
        "obligation rebuilders": "arrears.prevention.terms.rebuild",
        "obligation subjects": "arrears.prevention.labels.OBLIGATION_SUBJECTS",
        "path copies": (
            "arrears.prevention.models.EmployerRisk",
            "arrears.prevention.models.PreventionWork",
            "arrears.prevention.models.SubsidyList",
        ),
        "sections left out": "arrears.prevention.provides.sections_left_out",
        "after warnings": "arrears.prevention.classing.follow",
        "after inspections": "arrears.prevention.classing.follow",
        "inspection intervals": "arrears.prevention.actions.risk.shortest_interval",
        "approvals": ("arrears.prevention.actions.risk.approval", "arrears.prevention.actions.subsidy.approval"),
    }
