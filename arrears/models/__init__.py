from arrears.models.act import Act, ActKind
from arrears.models.bulk import BulkJob, BulkKind, BulkRow, RowStage
from arrears.models.case import Case, Channel, State
from arrears.models.checklist import CheckPoint, Finding, InspectionPoint, KeyTarget, PointAnswer, TargetReason
from arrears.models.closure import Closure
from arrears.models.copied_list import CopiedList, CopiedRow
from arrears.models.deposit import StoredAs, WageDeposit
from arrears.models.drawing import Drawing, DrawingKind, DrawingStage
from arrears.models.emergency import Arrival, Emergency, EmergencyNote, Level, NoteKind
from arrears.models.employer import Employer, NoCode, Ownership, Project
from arrears.models.escalation import Acknowledgement, Escalation, Stage
from arrears.models.evidence import Evidence
from arrears.models.fund import EmergencyFund, Founder
from arrears.models.inspection import Inspection
from arrears.models.involvement import Involvement
from arrears.models.ledger import EntryKind, Fund, LedgerEntry
from arrears.models.letter import Letter, LetterKind, LetterLayout, LetterState
from arrears.models.listing import Listing, ListingStage
from arrears.models.merger import CaseLink, Merger, MergerStage
from arrears.models.opinion import Opinion, OpinionSource
from arrears.models.oversight import FallbackParty, Oversight, OversightKind, OversightStage
from arrears.models.plan import Plan, PlanBasis, PlanKind, PlanStep
from arrears.models.platform import PlatformCheck
from arrears.models.prevention import (
    EmployerRisk,
    PreventionKind,
    PreventionPaper,
    PreventionWork,
    RiskChange,
    RiskChangeStage,
    SubsidyList,
    SubsidyStage,
)
from arrears.models.proceeding import Proceeding, ProceedingKind, ProceedingStage
from arrears.models.publication import Grounds, Publication, PublicationRow, PublicationStage, PutForward
from arrears.models.reception import Reception, ReceptionCase, Season
from arrears.models.referral import Referral, ReferralAnswer, ReferralKind, ReferralPaper, ReferralStage
from arrears.models.review import Review, ReviewFinding, ReviewKind, WeakSpot
from arrears.models.round import Round, RoundKind, RoundTarget
from arrears.models.safety_net import NetEntry, NetEntryKind, NetKind, SafetyNet
from arrears.models.sanction import CreditGrade, Sanction, SanctionKind, SanctionOutcome
from arrears.models.series import Series
from arrears.models.stash import Stash
from arrears.models.submission import Submission
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
from arrears.models.window import LetterStanding, Said, WindowLetter, WindowPaper, WindowTally, WindowWord
from arrears.models.worker import Worker, WorkerPayment

__all__ = [
    "Acknowledgement",
    "Act",
    "ActKind",
    "Arrival",
    "BulkJob",
    "BulkKind",
    "BulkRow",
    "Case",
    "CaseLink",
    "Channel",
    "CheckOutcome",
    "CheckPoint",
    "Closure",
    "CopiedList",
    "CopiedRow",
    "CreditGrade",
    "Drawing",
    "DrawingKind",
    "DrawingStage",
    "Emergency",
    "EmergencyFund",
    "EmergencyNote",
    "Employer",
    "EmployerRisk",
    "EntryKind",
    "Escalation",
    "Evidence",
    "FallbackParty",
    "Finding",
    "Founder",
    "Fund",
    "Grounds",
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
    "Listing",
    "ListingStage",
    "Merger",
    "MergerStage",
    "NetEntry",
    "NetEntryKind",
    "NetKind",
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
    "PlatformCheck",
    "PointAnswer",
    "PreventionKind",
    "PreventionPaper",
    "PreventionWork",
    "Proceeding",
    "ProceedingKind",
    "ProceedingStage",
    "Project",
    "Publication",
    "PublicationRow",
    "PublicationStage",
    "PutForward",
    "Reception",
    "ReceptionCase",
    "Referral",
    "ReferralAnswer",
    "ReferralKind",
    "ReferralPaper",
    "ReferralStage",
    "Review",
    "ReviewFinding",
    "ReviewKind",
    "RiskChange",
    "RiskChangeStage",
    "Round",
    "RoundKind",
    "RoundTarget",
    "RowStage",
    "SafetyNet",
    "Said",
    "Sanction",
    "SanctionKind",
    "SanctionOutcome",
    "Season",
    "Series",
    "SitePaper",
    "Stage",
    "Stash",
    "State",
    "StepKind",
    "StoredAs",
    "Submission",
    "SubsidyList",
    "SubsidyStage",
    "TargetReason",
    "Transfer",
    "TransferStage",
    "Upload",
    "WageDeposit",
    "WarningCheck",
    "WarningSignal",
    "WarningStanding",
    "WarningStep",
    "WeakSpot",
    "WindowLetter",
    "WindowPaper",
    "WindowTally",
    "WindowWord",
    "Worker",
    "WorkerPayment",
]
