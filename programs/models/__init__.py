from programs.models.cohorts import Leave, Membership, Placement, Program, Role, Site, Year

__all__ = ["Leave", "Membership", "Placement", "Program", "Role", "Site", "Year"]
