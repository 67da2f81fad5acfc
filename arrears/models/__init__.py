from arrears.models.act import Act, ActKind
from arrears.models.case import Case, Channel, State
from arrears.models.closure import Closure
from arrears.models.employer import Employer, NoCode, Ownership, Project
from arrears.models.escalation import Acknowledgement, Escalation, Stage
from arrears.models.evidence import Evidence
from arrears.models.inspection import Inspection
from arrears.models.involvement import Involvement
from arrears.models.ledger import EntryKind, Fund, LedgerEntry
from arrears.models.series import Series
from arrears.models.stash import Stash
from arrears.models.upload import Upload

__all__ = [
    "Acknowledgement",
    "Act",
    "ActKind",
    "Case",
    "Channel",
    "Closure",
    "Employer",
    "EntryKind",
    "Escalation",
    "Evidence",
    "Fund",
    "Inspection",
    "Involvement",
    "LedgerEntry",
    "NoCode",
    "Ownership",
    "Project",
    "Series",
    "Stage",
    "Stash",
    "State",
    "Upload",
]
