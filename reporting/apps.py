from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "报表与规则"

    def ready(self) -> None:
        # Checks of forms and rulebooks are registered; the log is told what the acts are called.
        from reporting import approvals as _approvals  # noqa: F401 - what waits for a second person here
        from reporting import forms_check, rules_check, spoken  # noqa: F401
        from reporting.boards import further_lines, own_lines  # noqa: F401 - what the board of a unit counts
        from reporting.early_warning import listening as warning  # noqa: F401 - grades and terms of warnings
        from reporting.early_warning import rhythm  # noqa: F401 - tells how often each risk class is inspected
        from reporting.editions import keeping  # noqa: F401 - keeps the texts of delivered forms
        from reporting.heavy import listening as overseeing  # noqa: F401 - terms of oversight and public opinion
        from reporting.letters import listening as answering  # noqa: F401 - terms of letters
        from reporting.obligations import (
            grounds,  # noqa: F401 - what the notices in force let a case go up upon
            listening,  # noqa: F401 - keeps obligations in step with the cases
        )
        from reporting.plans import listening as promising  # noqa: F401 - terms of plans and legal steps
        from reporting.prevention import listening as classing  # noqa: F401 - risk classes, after the grades of warnings
        from reporting.referrals import listening as referring  # noqa: F401 - terms of referrals, and who is told
        from reporting.reminders import approvals  # noqa: F401 - tells approvers what waits for them
        from reporting.reminders import listening as reminding  # noqa: F401 - after the obligations of a move are written
        from reporting.returns import listening as returning  # noqa: F401 - doubts zeros the books speak against
        from reporting.rounds import listening as going  # noqa: F401 - terms of rounds of inspections and looks between units
        from reporting.safety_nets import listening as paying_first  # noqa: F401 - terms of wage deposits
        from reporting.sanctions import listening as sanctioning  # noqa: F401 - conditions and terms of sanctions
