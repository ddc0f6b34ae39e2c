"""Who may do what with the directory: small sentences about a person's rights."""

import rules

from programs.models import Role
from programs.permissions import Rights, is_member, is_wellbeing_staff

PROPOSERS = frozenset({Role.LEAD, Role.CLINICAL_ADVISER, Role.ACADEMIC_ADVISER, Role.SUPERVISOR})

may_read_directory = is_member
may_keep_directory = is_wellbeing_staff


@rules.predicate
def may_propose(rights: Rights) -> bool:
    """Leads and advisers say what is wrong; staff decide."""
    return bool(rights.roles & PROPOSERS)
