from programs.models.cohorts import Leave, Membership, Placement, Program, Role, Site, Year
from programs.models.roster import RosterUpload, UploadKind

__all__ = [
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
