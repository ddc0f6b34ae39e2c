"""Two schools with one person for each right, and one row of everything that an address can point to."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client

from peersupport import heart
from peersupport.actions.channels import pause_kind
from peersupport.actions.proofs import give_number, send_code
from peersupport.actions.purge import stop_erasing
from peersupport.clock import now
from peersupport.kinds import KINDS
from peersupport.models import Heartbeat, Notification, PurgeReport, User
from peersupport.models.outbox import State
from peersupport.outbox import queue
from peersupport.sessions import SessionStore
from programs.actions.cohorts import end_membership, give_leave
from programs.actions.departures import end_quietly
from programs.actions.holds import hold_notices, lift_hold
from programs.actions.roster import keep_upload
from programs.models import Hold, Membership, Role, RosterUpload, UploadKind
from referrals.actions.proposals import propose_service
from referrals.actions.services import unpublish_service
from referrals.models import ChooserReview, Service
from tests.people import SHIPPED_MODULE, School, load, sign_in, start_school
from tests.training.talks import TRAIN_HOME, load_reviewed_talk
from training.actions.assignments import assign_module
from training.actions.counts import publish_counts
from training.actions.modules import review_version
from training.actions.practice import say
from training.actions.progress import pass_step
from training.engines.counts import first_of_next_month
from training.engines.steps import right_choices
from training.models import ModuleVersion, PracticeVersion, Progress

SIGNED_OUT = "signed out"
ONE_STEP = "staff, second step missing"
ELSEWHERE = "staff elsewhere"
ENDED = "ended"
NOWHERE = "on no list"
STAFF = "wellbeing staff"
COLLEAGUE = "another of the staff"
NEWCOMER = "staff of a school that begins today"

ROLES: dict[str, tuple[Role, ...]] = {
    "student": (Role.STUDENT,),
    "supporter": (Role.SUPPORTER, Role.STUDENT),
    "student lead": (Role.LEAD, Role.STUDENT),
    STAFF: (Role.STAFF,),
    COLLEAGUE: (Role.STAFF,),
    "clinical adviser": (Role.CLINICAL_ADVISER,),
    "academic adviser": (Role.ACADEMIC_ADVISER,),
    "supervisor": (Role.SUPERVISOR,),
    "registrar": (Role.REGISTRAR,),
    "assessor": (Role.ASSESSOR,),
    "evaluator": (Role.EVALUATOR,),
}

GOOD_ROWS = "student_id,email,given_name,family_name,preferred_name,year_level,site,graduation_year\n"
ROSTER = (
    f"{GOOD_ROWS}K900,ada@kestrel-bay.example,Ada,Bjørnø,,3,East Kestrel-Bay,2030\n"
    "K901,not an address,Tom,O’Hara,,3,East Kestrel-Bay,2030\n"
)
OTHER_HEADERS = (
    "Number,Mail,First,Last,Called,Level,Where,Ends\n"
    "K902,eve@kestrel-bay.example,Eve,Li,,2,East Kestrel-Bay,2031\n"
)


@dataclass
class Town:
    """What stands in both schools."""

    school: School
    other: School
    version: ModuleVersion
    version_elsewhere: ModuleVersion
    people: dict[str, User] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    wrong_at: int = 0
    things: dict[str, dict[str, UUID]] = field(default_factory=dict)

    def client(self, visitor: str) -> Client:
        """A browser of its own, as this visitor is signed in at the beginning."""
        client = Client(raise_request_exception=False)
        if visitor != SIGNED_OUT:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[visitor]
        return client


VISITORS = (SIGNED_OUT, *ROLES, ONE_STEP, ELSEWHERE, ENDED, NOWHERE)
CODE = "246810"
SITE = UUID(
    "5a6b7c8d-0000-4000-8000-00000000cafe"
)  # Kestrel Bay's first site: in an address that is the same for all
OUR_NAME, THEIR_NAME = "Quillfeather", "Marchbanks"  # family names: where one shows, a page names somebody


def build_town() -> Town:
    """Made by the same actions as real schools; the clockwork has been seen a moment ago."""
    for name in heart.EXPECTED:
        heart.beat(name, now())
    school = start_school("kestrel-bay", "Kestrel Bay School of Medicine")
    other = start_school("harrow-fell", "Harrow Fell Medical School", zone="Australia/Perth")
    school.site.uuid = SITE
    school.site.save()
    town = Town(school, other, load(SHIPPED_MODULE), load())
    review_version(by=school.staff, version=town.version, program=school.program, now=now())
    review_version(by=other.staff, version=town.version_elsewhere, program=other.program, now=now())
    _people(town)
    _things(town)
    _notices(town)
    ChooserReview.objects.filter(program=school.program).delete()  # so that there is something to approve
    _part_of_the_way(town)
    _more_for_looking_at(town)
    _stand_for_long()
    return town


def _stand_for_long() -> None:
    """However slow the tests are: the code has gone out, and the clockwork may be silent while they run."""
    codes = Notification.objects.urgent().open()
    codes.update(state=State.ACCEPTED, ended_at=now(), payload="", lease_owner=None)
    Heartbeat.objects.update(max_silence_s=24 * 60 * 60)


def _people(town: Town) -> None:
    for visitor, roles in ROLES.items():
        name = visitor.replace(" ", "-")
        for role in roles:
            town.memberships[f"{visitor} as {role}"] = town.school.join(role, name, family=OUR_NAME)
        town.people[visitor] = User.objects.get(email=f"{name}@{town.school.domain}")
    # No action gives an assessor this role too; where the row comes from elsewhere, it must not count.
    assessing = town.memberships["assessor as assessor"]
    Membership.objects.create(
        user=assessing.user,
        year=assessing.year,
        role=Role.STAFF,
        starts_at=assessing.starts_at,
        ends_at=assessing.ends_at,
    )
    gone = town.school.join(Role.STAFF, "gone", family=OUR_NAME)
    end_membership(by=town.school.staff, membership=gone, now=now())
    town.memberships[ENDED] = gone
    town.people |= {
        ENDED: gone.user,
        NOWHERE: User.objects.create_user(f"new@{town.school.domain}", given_name="New"),
        ELSEWHERE: town.other.staff,
        ONE_STEP: town.people[STAFF],
    }
    for number in range(60):  # more than a page of a list
        town.other.join(Role.STUDENT, f"far{number}", family=THEIR_NAME)
        town.school.join(Role.STUDENT, f"near{number}", family=OUR_NAME, year_level=1 + number % 5)
    for visitor, user in town.people.items():
        key = sign_in(user, second_step=visitor != ONE_STEP).session.session_key
        assert key
        town.sessions[visitor] = key


def _things(town: Town) -> None:
    """One of each thing in an address: ours, a colleague's, one of the other school, and none."""
    our_student, their_student = town.memberships["student as student"], _first_student(town.other)
    town.things = {
        "person": {"own": our_student.user.uuid, "another school's": their_student.user.uuid},
        "membership": {"own": our_student.uuid, "another school's": their_student.uuid},
        "ended": {"own": town.memberships[ENDED].uuid, "another school's": _ended(town.other).uuid},
        "leave": {
            "own": _leave(town.school, our_student),
            "another school's": _leave(town.other, their_student),
        },
        "assignment": {
            "own": _assignment(town.school, town.version),
            "another school's": _assignment(town.other, town.version_elsewhere),
        },
        "module": {"own": town.version.module.uuid, "another school's": town.version_elsewhere.module.uuid},
        "practice": {
            "own": load_reviewed_talk(town.school, TRAIN_HOME).practice.uuid,
            "another school's": load_reviewed_talk(town.other).practice.uuid,
        },
        "upload": {
            "own": _upload(town.school, town.people[STAFF], ROSTER).uuid,
            "a colleague's": _upload(town.school, town.people[COLLEAGUE], ROSTER).uuid,
            "another school's": _upload(town.other, town.other.staff, ROSTER).uuid,
        },
        "service": {"own": _service(town.school), "another school's": _service(town.other)},
        "hidden service": {"own": _hidden(town.school), "another school's": _hidden(town.other)},
        "proposal": {"own": _proposal(town.school), "another school's": _proposal(town.other)},
        "departure": {"own": _departure(town.school), "another school's": _departure(town.other)},
        "legal hold": {"own": _legal_hold(town.school), "another school's": _legal_hold(town.other)},
        "hold": {"own": _hold(town.school), "another school's": _hold(town.other)},
        "dead notice": {
            "own": _dead_notice(town.school, our_student),
            "another school's": _dead_notice(town.other, their_student),
        },
        "unnamed": {"own": _upload(town.school, town.people[STAFF], OTHER_HEADERS).uuid},
    }


def _notices(town: Town) -> None:
    """One waits on the site for each of three; a number waits to be rung, a code to be typed."""
    owners = {"own": town.people[STAFF], "a colleague's": town.people[COLLEAGUE]}
    owners["another school's"] = town.other.staff
    town.things["notice"] = {whose: _waiting(owner) for whose, owner in owners.items()}
    _waiting(town.people["supporter"])
    number = give_number(by=town.people["supporter"], number="+61491570006")
    far = give_number(by=town.other.staff, number="+61491570156")
    town.things["number"] = {"own": number.uuid, "another school's": far.uuid}
    code = send_code(by=town.people["student lead"], now=now())
    code.code, code.code_until = CODE, now() + timedelta(days=1)
    code.save()


def _waiting(owner: User) -> UUID:
    """As it looks once the sender has been."""
    queue(kind="peersupport.channel_off", to=owner, key=f"waits {owner.pk}", channel="in_app")
    row = Notification.objects.get(key=f"waits {owner.pk}")
    row.state, row.ended_at = State.DELIVERED, row.made_at
    row.save()
    return row.uuid


def _first_student(school: School) -> Membership:
    return (
        Membership.objects.filter(year=school.year, role=Role.STUDENT)
        .select_related("user")
        .order_by("pk")[0]
    )


def _service(school: School) -> UUID:
    return Service.objects.get(program=school.program, pack_key="au-beyondblue").uuid


def _hidden(school: School) -> UUID:
    service = Service.objects.get(program=school.program, pack_key="au-mensline")
    return unpublish_service(by=school.staff, service=service, now=now()).uuid


def _proposal(school: School) -> UUID:
    service = Service.objects.get(program=school.program, pack_key="au-qlife")
    lead = school.join(Role.LEAD, "proposing").user
    facts = replace(service.facts, cost="nothing at all")
    proposal = propose_service(by=lead, program=school.program, service=service, facts=facts, now=now())
    return proposal.uuid


def _dead_notice(school: School, membership: Membership) -> UUID:
    """Refused by a mail server an hour ago."""
    at = now() - timedelta(hours=1)
    key = f"dead {membership.uuid}"
    queue(kind="peersupport.test_page", to=membership.user, key=key, scope=school.program.uuid, due_at=at)
    dead = {"state": State.DEAD, "attempts": 1, "ended_at": at, "last_error": "address refused"}
    Notification.objects.filter(key=key).update(**dead)
    return Notification.objects.get(key=key).uuid


def _ended(school: School) -> Membership:
    membership = school.join(Role.REGISTRAR, "left")
    return end_membership(by=school.staff, membership=membership, now=now())


def _leave(school: School, membership: Membership) -> UUID:
    starts_on = school.today + timedelta(days=20)
    leave = give_leave(
        by=school.staff, membership=membership, starts_on=starts_on, ends_on=starts_on + timedelta(days=5)
    )
    return leave.uuid


def _hold(school: School) -> UUID:
    """On a year level that nobody is in, so that it changes nothing else here."""
    stop = partial(hold_notices, by=school.staff, program=school.program, now=now())
    lift_hold(by=school.staff, hold=stop(reach=Hold.Reach.LEVEL, year_level=8), now=now())
    return stop(reach=Hold.Reach.LEVEL, year_level=8).uuid


def _legal_hold(school: School) -> UUID:
    PurgeReport.objects.create(at=now(), scope=school.program.uuid, kept="notice", erased=12)
    return stop_erasing(by=school.staff, scope=school.program.uuid, kept="record", now=now()).uuid


def _departure(school: School) -> UUID:
    person = school.join(Role.STUDENT, "closed").user
    return end_quietly(by=school.staff, program=school.program, person=person, now=now()).uuid


def _assignment(school: School, version: ModuleVersion) -> UUID:
    assignment = assign_module(
        by=school.staff,
        program=school.program,
        version=version,
        year=school.year,
        year_level=None,
        due_on=school.today + timedelta(days=10),
        now=now(),
    )
    return assignment.uuid


def _upload(school: School, by: User, file: str) -> RosterUpload:
    return keep_upload(by=by, year=school.year, kind=UploadKind.PEOPLE, content=file.encode(), now=now())


def _part_of_the_way(town: Town) -> None:
    """The student is at step 3 and in the middle of a talk; the supporter is done; the lead has not begun."""
    talk = PracticeVersion.objects.get(practice__uuid=town.things["practice"]["own"])
    for visitor, path in (("student", "ac"), ("supporter", "aaaa"), ("clinical adviser", "acbb")):
        for place, letter in enumerate(path):
            say(by=town.people[visitor], version=talk, place=place, letter=letter, today=town.school.today)
    go_through(town, town.people["student"], 2)
    go_through(town, town.people["supporter"], len(town.version.steps))


def _more_for_looking_at(town: Town) -> None:
    """What it takes to see pages in every state: a wrong answer, an app on a phone, a new school."""
    adviser = town.people["clinical adviser"]
    town.wrong_at = next(
        number for number, step in enumerate(town.version.steps, 1) if step["kind"] == "check"
    )
    go_through(town, adviser, town.wrong_at - 1)
    wrong = {0, 1} - right_choices(town.version.steps[town.wrong_at - 1])
    pass_step(
        by=adviser,
        version=town.version,
        number=town.wrong_at,
        choices=[min(wrong)],
        today=town.school.today,
    )
    TOTP.activate(town.people[COLLEAGUE], generate_totp_secret())
    RecoveryCodes.activate(town.people[COLLEAGUE])
    _prove(town, COLLEAGUE, {"method": "mfa", "type": "totp", "reauthenticated": True})
    for visitor in ("student", "supporter", ONE_STEP):
        _prove(town, visitor, {"method": "code"})
    _counts(town)
    pause_kind(by=town.people["supporter"], kind=KINDS["training.due"])
    begun = start_school("marlow", "Marlow Medical School")
    town.people[NEWCOMER] = begun.staff
    town.sessions[NEWCOMER] = str(sign_in(begun.staff).session.session_key)


def _counts(town: Town) -> None:
    """A report of a month, and one of the next; the first counts those who joined only today."""
    for level, done in ((1, 20), (2, 33)):
        Progress.objects.bulk_create(
            Progress(
                user=student.user,
                module=town.version.module,
                version=town.version,
                started_on=town.school.today,
                completed_on=town.school.today,
            )
            for student in town.school.students(45, year_level=level)[:done]
        )
    month = first_of_next_month(town.school.today)
    for day in (month, first_of_next_month(month)):
        at = datetime.combine(day, time(1), town.school.program.zone)
        publish_counts(program=town.school.program, now=at)


def _prove(town: Town, visitor: str, proof: dict[str, object]) -> None:
    """As if this visitor had typed a code just now: what changes an account's safety is open to them."""
    session = SessionStore(town.sessions[visitor])
    session["account_authentication_methods"] = [{**proof, "at": now().timestamp()}]
    session["account_authentication_methods_user"] = str(town.people[visitor].pk)
    session.save()


def go_through(town: Town, user: User, steps: int) -> None:
    for number, step in enumerate(town.version.steps[:steps], 1):
        pass_step(
            by=user,
            version=town.version,
            number=number,
            choices=sorted(right_choices(step)),
            today=town.school.today,
        )
