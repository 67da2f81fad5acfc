"""The copies of a union's path kept on rows of this app move along when the union moves."""

from arrears.cases.models import Case, Involvement
from arrears.early_warning.models import WarningCheck, WarningSignal, WarningStanding, WarningStep
from arrears.inspections.models import Finding, Inspection, KeyTarget, PlatformCheck, Round, RoundTarget
from arrears.portal.models import WindowLetter
from arrears.prevention.models import EmployerRisk, PreventionWork, SubsidyList
from arrears.safety_nets.models import SafetyNet
from arrears.sanctions.models import Publication
from arrears.serious.models import Opinion, Reception
from unions.tree.actions import keeps_path_copy, replace_prefix


@keeps_path_copy
def follow(old: str, new: str) -> None:
    for model in (
        Case,
        EmployerRisk,
        Finding,
        Inspection,
        Involvement,
        KeyTarget,
        Opinion,
        Publication,
        PlatformCheck,
        PreventionWork,
        Reception,
        Round,
        RoundTarget,
        SubsidyList,
        SafetyNet,
        WarningCheck,
        WarningSignal,
        WarningStanding,
        WarningStep,
        WindowLetter,
    ):
        replace_prefix(model._default_manager.all(), old, new)
