"""Changes of the directory that leads and advisers propose and staff decide on."""

from datetime import datetime

from django.db import IntegrityError, transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.models import Program
from referrals.actions.services import add_service, changes_in, edit_service, refuse_faults
from referrals.engines import services as pure
from referrals.models.services import Proposal, ProposalState, Service, columns_of, facts_from


@transaction.atomic
def propose_service(
    *, by: User, program: Program, service: Service | None, facts: pure.Service, now: datetime
) -> Proposal:
    """Keep a change of an entry, or a new one, until staff decide. Nothing is shown before."""
    refuse_faults(program, facts, besides=service)
    columns = columns_of(facts)
    if service:
        columns = {name: new for name, (_, new) in changes_in(service, columns).items()}
    if not columns:
        raise Refused("Nothing is different from the entry as it is.")
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                program=program, service=service, by=by, on=program.today(now), columns=columns
            )
    except IntegrityError:
        raise Refused("A change of yours to this entry is waiting already.") from None
    record(by=by, verb="propose service", on=proposal, scope=program.uuid)
    return proposal


@transaction.atomic
def take_proposal(*, by: User, proposal: Proposal, now: datetime) -> Service:
    """Put a proposed change into the directory. A new number still has to be confirmed."""
    proposal = _open(proposal)
    if proposal.service:
        facts = facts_from({**columns_of(proposal.service.facts), **proposal.columns}, proposal.service)
        service = edit_service(by=by, service=proposal.service, facts=facts, now=now)
    else:
        facts = facts_from(proposal.columns, None)
        service = add_service(by=by, program=proposal.program, facts=facts, now=now)
    _decide(proposal, by, ProposalState.TAKEN)
    return service


@transaction.atomic
def decline_proposal(*, by: User, proposal: Proposal) -> Proposal:
    """Leave the directory as it is."""
    return _decide(_open(proposal), by, ProposalState.DECLINED)


def _open(proposal: Proposal) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state != ProposalState.OPEN:
        raise Refused("Somebody has decided on this already.")
    return proposal


def _decide(proposal: Proposal, by: User, state: ProposalState) -> Proposal:
    proposal.state, proposal.decided_by = state, by
    proposal.save(update_fields=["state", "decided_by"])
    record(by=by, verb=f"proposal {state.value}", on=proposal, scope=proposal.program.uuid)
    return proposal
