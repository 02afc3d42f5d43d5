"""Puts guidance together. The only module that knows all others."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fastapi import APIRouter

from guidance import api, booking_chores, chores, consumer, messages, pages, rota_chores, state
from guidance.adapters import (
    activity_responsibility,
    agreements,
    cases,
    counsellors,
    evaluation,
    links,
    reference,
    rooms,
    sealing,
    sessions,
    study_plans,
)
from guidance.adapters.calendars.fetching import Fetcher
from guidance.adapters.calendars.vault import Vault
from guidance.adapters.mail import senders_of
from guidance.api import calendars, rota_statuses
from guidance.commands import hours
from guidance.commands.post import post_of
from guidance.commands.rota.mail import mail_news
from guidance.domain import activity_responsibility as register
from guidance.domain import evaluation as evaluating
from guidance.domain import following, invitations, notes, refusals, slots, visits, waitlist
from guidance.domain import study_plans as planning
from guidance.domain.availability import Wrong
from guidance.domain.hours import Wrong as WrongHours
from guidance.queries.accounts import NotACounsellor
from guidance.settings import Secrets
from shared.service import Parts, Service
from shared.settings import Settings
from shared.texts import Text
from shared.work import ConcurrentChange

MIGRATIONS = Path(__file__).parent / "migrations"
ERRORS: dict[type[Exception], int] = (
    {
        cases.CaseUnknown: 404,
        counsellors.CounsellorUnknown: 404,
        sessions.SessionUnknown: 404,
        refusals.CaseClosed: 409,
        refusals.ChannelNotOffered: 422,
        refusals.NotASlot: 422,
        refusals.TooSoon: 422,
        refusals.SlotTaken: 409,
        refusals.CaseBusy: 409,
        refusals.AlreadyCancelled: 409,
        refusals.AlreadyBegun: 409,
        refusals.AlreadySettled: 409,
        refusals.NotYetBegun: 409,
        refusals.DayFull: 409,
        refusals.TooMany: 409,
        refusals.TooFarAhead: 422,
        refusals.PhoneOnly: 422,
        refusals.TypeUnknown: 422,
        refusals.LinkTypeClosed: 422,
        hours.HoursReported: 409,
        hours.HoursWrong: 422,
        hours.AbsenceUnknown: 404,
        rooms.NoRooms: 503,
        visits.DoorClosed: 409,
        visits.NotLetIn: 409,
        waitlist.AlreadyWaiting: 409,
        waitlist.NotWaiting: 409,
        waitlist.OfferOver: 409,
        invitations.ContactMissing: 422,
        invitations.PhoneMissing: 422,
        invitations.NotYourMunicipality: 403,
        invitations.HomeMissing: 422,
        slots.WindowTooWide: 422,
        slots.WindowBackwards: 422,
        NotACounsellor: 403,
        ConcurrentChange: 409,
        following.NotOpen: 409,
        following.NotInCharge: 403,
        following.NotGuided: 409,
        following.DueInThePast: 422,
        following.ContactAhead: 422,
        register.AlreadyTwenty: 422,
        register.AlreadyRegistered: 409,
        register.HasLeft: 409,
        register.DaysBackwards: 422,
        register.DayAhead: 422,
        register.UnknownHalfYear: 404,
        activity_responsibility.EntryUnknown: 404,
        activity_responsibility.MeasureUnknown: 404,
        notes.NotYours: 403,
        sealing.SealingOff: 503,
        sealing.KeyMissing: 503,
        links.LinkInvalid: 404,
        links.LinkExpired: 410,
        links.LinkVoid: 410,
        links.LinksOff: 503,
        planning.AlreadyAgreed: 409,
        planning.NotNewest: 409,
        planning.MoreThanExtent: 422,
        planning.SameCourseTwice: 422,
        planning.NotInCatalogue: 422,
        planning.NothingChanged: 409,
        study_plans.PlanUnknown: 404,
        study_plans.VersionUnknown: 404,
        study_plans.HasPlan: 409,
        evaluating.PeriodBackwards: 422,
        evaluating.AnswersDoNotFit: 422,
        evaluating.AlreadyAnswered: 409,
        evaluation.GoalUnknown: 404,
        evaluation.NotYourGoal: 403,
        evaluation.NoSurvey: 409,
        evaluation.SessionTypeUnknown: 404,
    }
    | rota_statuses.STATUSES
    | calendars.STATUSES
)


def build(settings: Settings) -> Service:  # noqa: ARG001  # every service is built from its settings
    """The service as `shared` runs it."""
    secrets = Secrets()
    return Service(
        name="guidance",
        title=Text(sv="Vägledning", en="Guidance"),
        readings=consumer.readings(),
        listens_to=("admissions.events", "catalogue.events"),
        migrations=MIGRATIONS,
        routers=partial(_routers, secrets=secrets),
        says=messages.SAYS,
        reasons=[*(wrong.value for wrong in Wrong), *(wrong.value for wrong in WrongHours)],
        errors=ERRORS,
        numbers=state.numbers,
        state=state.figures,
        templates=pages.TEMPLATES,
        words=pages.WORDS,
        statics=pages.STATICS,
        menu=pages.MENU,
        chores=[
            *chores.follow_up_chores(agreements.follow_up_rules(), sealing.seal_of(secrets)),
            *rota_chores.rota_chores(
                Vault(secrets.calendar_keys),
                Fetcher(secrets.calendar_networks),
                mail_news(senders_of(secrets).mail, secrets.public_url),
            ),
            *booking_chores.booking_chores(reference.rules(), post_of(secrets, links.links_of(secrets))),
        ],
    )


def _routers(parts: Parts, secrets: Secrets) -> Sequence[APIRouter]:
    return [*api.routers(parts, secrets), *pages.routers(parts, secrets)]
