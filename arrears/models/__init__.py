from arrears.models.act import Act, ActKind
from arrears.models.bulk import BulkJob, BulkKind, BulkRow, BulkStage, RowStage
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
from arrears.models.emergency import Arrival, Emergency, EmergencyNote, Level, NoteKind
from arrears.models.employer import Employer, NoCode, Ownership, Project
from arrears.models.escalation import Acknowledgement, Escalation, Stage
from arrears.models.evidence import Evidence
from arrears.models.inspection import Inspection
from arrears.models.involvement import Involvement
from arrears.models.ledger import EntryKind, Fund, LedgerEntry
from arrears.models.letter import Letter, LetterKind, LetterLayout, LetterState
from arrears.models.merger import CaseLink, Merger, MergerStage
from arrears.models.opinion import Opinion, OpinionSource
from arrears.models.oversight import FallbackParty, Oversight, OversightKind, OversightStage
from arrears.models.plan import Plan, PlanBasis, PlanKind, PlanStep
from arrears.models.proceeding import Proceeding, ProceedingKind, ProceedingStage
from arrears.models.reception import Reception, ReceptionCase, Season
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
from arrears.models.window import (
    LetterStanding,
    Said,
    WindowLetter,
    WindowPaper,
    WindowTally,
    WindowWord,
)
from arrears.models.worker import Worker, WorkerPayment

__all__ = [
    "Acknowledgement",
    "Act",
    "ActKind",
    "Arrival",
    "BulkJob",
    "BulkKind",
    "BulkRow",
    "BulkStage",
    "Case",
    "CaseLink",
    "Channel",
    "CheckOutcome",
    "CheckPoint",
    "Closure",
    "Emergency",
    "EmergencyNote",
    "Employer",
    "EntryKind",
    "Escalation",
    "Evidence",
    "FallbackParty",
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
    "LetterStanding",
    "LetterState",
    "Level",
    "ListComparison",
    "Merger",
    "MergerStage",
    "NoCode",
    "NoteKind",
    "Opinion",
    "OpinionSource",
    "Oversight",
    "OversightKind",
    "OversightStage",
    "Ownership",
    "Plan",
    "PlanBasis",
    "PlanKind",
    "PlanStep",
    "PointAnswer",
    "Proceeding",
    "ProceedingKind",
    "ProceedingStage",
    "Project",
    "Reception",
    "ReceptionCase",
    "Referral",
    "ReferralAnswer",
    "ReferralKind",
    "ReferralPaper",
    "ReferralStage",
    "RowStage",
    "Said",
    "Season",
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
    "WindowLetter",
    "WindowPaper",
    "WindowTally",
    "WindowWord",
    "Worker",
    "WorkerPayment",
]
