from referrals.models.services import Proposal, Service, ServiceChange

__all__ = ["Proposal", "Service", "ServiceChange"]
