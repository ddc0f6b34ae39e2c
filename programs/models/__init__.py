from programs.models.cohorts import Hold, Leave, Membership, Placement, Program, Role, Site, Year
from programs.models.departures import Departure
from programs.models.roster import RosterUpload, UploadKind

__all__ = [
    "Departure",
    "Hold",
    "Leave",
    "Membership",
    "Placement",
    "Program",
    "Role",
    "RosterUpload",
    "Site",
    "UploadKind",
    "Year",
]
