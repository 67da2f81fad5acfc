from arrears.models.act import Act, ActKind
from arrears.models.case import Case, Channel, State
from arrears.models.checklist import (
    CheckPoint,
    Finding,
    InspectionPoint,
    KeyTarget,
    PointAnswer,
    TargetReason,
)
from arrears.models.closure import Closure
from arrears.models.employer import Employer, NoCode, Ownership, Project
from arrears.models.escalation import Acknowledgement, Escalation, Stage
from arrears.models.evidence import Evidence
from arrears.models.inspection import Inspection
from arrears.models.involvement import Involvement
from arrears.models.ledger import EntryKind, Fund, LedgerEntry
from arrears.models.letter import Letter, LetterKind, LetterLayout, LetterState
from arrears.models.merger import CaseLink, Merger, MergerStage
from arrears.models.referral import (
    Referral,
    ReferralAnswer,
    ReferralKind,
    ReferralPaper,
    ReferralStage,
)
from arrears.models.series import Series
from arrears.models.stash import Stash
from arrears.models.transfer import Transfer, TransferStage
from arrears.models.upload import Upload
from arrears.models.warning import (
    CheckOutcome,
    ListComparison,
    SitePaper,
    StepKind,
    WarningCheck,
    WarningSignal,
    WarningStanding,
    WarningStep,
)
from arrears.models.worker import Worker, WorkerPayment

__all__ = [
    "Acknowledgement",
    "Act",
    "ActKind",
    "Case",
    "CaseLink",
    "Channel",
    "CheckOutcome",
    "CheckPoint",
    "Closure",
    "Employer",
    "EntryKind",
    "Escalation",
    "Evidence",
    "Finding",
    "Fund",
    "Inspection",
    "InspectionPoint",
    "Involvement",
    "KeyTarget",
    "LedgerEntry",
    "Letter",
    "LetterKind",
    "LetterLayout",
    "LetterState",
    "ListComparison",
    "Merger",
    "MergerStage",
    "NoCode",
    "Ownership",
    "PointAnswer",
    "Project",
    "Referral",
    "ReferralAnswer",
    "ReferralKind",
    "ReferralPaper",
    "ReferralStage",
    "Series",
    "SitePaper",
    "Stage",
    "Stash",
    "State",
    "StepKind",
    "TargetReason",
    "Transfer",
    "TransferStage",
    "Upload",
    "WarningCheck",
    "WarningSignal",
    "WarningStanding",
    "WarningStep",
    "Worker",
    "WorkerPayment",
]
