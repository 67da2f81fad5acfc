from unions.models.appointment import Appointment, UnionUserObjectPermission
from unions.models.event import Event, Seal
from unions.models.union import Placement, Union, UnionKind
from unions.models.user import User

__all__ = [
    "Appointment",
    "Event",
    "Placement",
    "Seal",
    "Union",
    "UnionKind",
    "UnionUserObjectPermission",
    "User",
]
