from referrals.models.chooser import ChooserReview
from referrals.models.services import Proposal, Service, ServiceChange

__all__ = ["ChooserReview", "Proposal", "Service", "ServiceChange"]
