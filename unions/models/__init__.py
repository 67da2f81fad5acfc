from unions.models.agency import INDUSTRY_AUTHORITIES, Agency, AgencyKind, Liaison
from unions.models.announcement import Announcement, AnnouncementDismissal
from unions.models.appointment import Appointment, UnionUserObjectPermission
from unions.models.event import Event, Seal
from unions.models.form_draft import Stash
from unions.models.job import Job, JobState
from unions.models.list_view import ListView
from unions.models.submission import Submission
from unions.models.supervisor import SupervisionCommittee, Supervisor, SupervisorPost
from unions.models.union import Placement, Union, UnionKind, acts_at, under
from unions.models.user import User

__all__ = [
    "INDUSTRY_AUTHORITIES",
    "Agency",
    "AgencyKind",
    "Announcement",
    "AnnouncementDismissal",
    "Appointment",
    "Event",
    "Job",
    "JobState",
    "Liaison",
    "ListView",
    "Placement",
    "Seal",
    "Stash",
    "Submission",
    "SupervisionCommittee",
    "Supervisor",
    "SupervisorPost",
    "Union",
    "UnionKind",
    "UnionUserObjectPermission",
    "User",
    "acts_at",
    "under",
]
