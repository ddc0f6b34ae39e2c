"""Who did what, when: written inside the action's own transaction, never changed afterwards."""

from uuid import UUID

from django.db.models import Model

from peersupport.models import AuditEntry, User

# Actions that leave no line, and why. A test holds every other action to `record`.
UNRECORDED = {
    "peersupport.actions.accounts.close_account": "a part of what others record",
    "peersupport.actions.accounts.reopen_account": "a part of what others record",
    "peersupport.actions.accounts.drop_unproven_accounts": "nobody did it: a day has passed without proof",
    "peersupport.actions.channels.pause_kind": "what somebody would rather not read is theirs alone",
    "peersupport.actions.channels.resume_kind": "what somebody would rather not read is theirs alone",
    "peersupport.actions.channels.set_quiet_hours": "when somebody wants to be left alone is theirs alone",
    "peersupport.actions.channels.put_away": "what somebody has read is theirs alone",
    "peersupport.actions.proofs.send_code": "nothing has changed before the code is typed",
    "programs.actions.roster.drop_stale_uploads": "nobody did it: a day has passed",
    "training.actions.counts.publish_counts": "nobody did it: a month has begun",
    "training.actions.reminders.close_morning": "nobody did it: it is morning",
    "training.actions.progress.pass_step": "a learner's steps are theirs",
    "training.actions.practice.say": "what a learner says in a practice is theirs",
    "training.actions.practice.take_again": "what a learner says in a practice is theirs",
    "training.actions.practice.finish_talking": "what a learner says in a practice is theirs",
    "training.actions.assignments.take_extra_week": "nobody is to see when somebody needed more time",
}


def record(
    *, by: User | None, verb: str, on: Model, scope: UUID | None = None, count: int | None = None
) -> AuditEntry:
    """Add one line to the audit; `by` None means the installation itself (a command).

    `scope` is the program's uuid; `count` says how many rows a verb on many touched.
    """
    return AuditEntry.objects.create(
        by=by,
        verb=verb,
        on_kind=on._meta.label_lower,
        on_id=str(getattr(on, "uuid", on.pk)),
        scope=scope,
        count=count,
    )
