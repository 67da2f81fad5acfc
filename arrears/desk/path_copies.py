"""The copies of a union's path kept on rows of this app move along when the union moves."""

from arrears.models import (
    Case,
    EmployerRisk,
    Finding,
    Inspection,
    Involvement,
    KeyTarget,
    Opinion,
    PlatformCheck,
    PreventionWork,
    Publication,
    Reception,
    Round,
    RoundTarget,
    SafetyNet,
    SubsidyList,
    WarningCheck,
    WarningSignal,
    WarningStanding,
    WarningStep,
    WindowLetter,
)
from unions.tree import keeps_path_copy, replace_prefix


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
