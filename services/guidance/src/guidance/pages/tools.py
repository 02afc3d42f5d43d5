"""What the pages of guidance have in common."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from pydantic import BaseModel

from guidance.adapters.evaluation import NotYourGoal
from guidance.adapters.reference import region
from guidance.adapters.study_plans import HasPlan
from guidance.domain import activity_responsibility as register
from guidance.domain import evaluation, following, study_plans
from shared.forms import Form, Model
from shared.texts import Text

# What a reader can mend in the form at hand; all else is a page of its own.
RULES: Final = (
    following.NotOpen,
    following.NotInCharge,
    following.NotGuided,
    following.DueInThePast,
    following.ContactAhead,
    register.AlreadyTwenty,
    register.AlreadyRegistered,
    register.HasLeft,
    register.DaysBackwards,
    register.DayAhead,
    study_plans.AlreadyAgreed,
    study_plans.NotNewest,
    study_plans.MoreThanExtent,
    study_plans.SameCourseTwice,
    study_plans.NothingChanged,
    study_plans.NotInCatalogue,
    HasPlan,
    NotYourGoal,
    evaluation.PeriodBackwards,
    evaluation.AnswersDoNotFit,
)
_AUGUST: Final = 8


class Nothing(BaseModel):
    """A form without fields."""


async def done(
    form: Form[Model],
    do: Callable[[Model], Awaitable[Any]],
    rules: Sequence[type[Exception]] = RULES,
    words: Mapping[type[Exception], Text] | None = None,
) -> bool:
    """Whether it was done with what the form holds; a rule in its way becomes a fault of the form.

    `words` are what a page says instead of a rule's own sentence.
    """
    if form.value is None:
        return False
    try:
        await do(form.value)
    except tuple(rules) as rule:
        form.fault("", (words or {}).get(type(rule)) or _sentence(rule))
        return False
    return True


def _sentence(rule: Exception) -> Text:
    return Text(sv=getattr(rule, "sv", ""), en=" ".join((type(rule).__doc__ or "").split()))


def municipalities() -> list[tuple[str, str]]:
    """The region's municipalities as choices."""
    return list(region().items())


def school_year(day: date) -> tuple[date, date]:
    """From 1 August to 31 July around the day."""
    first = day.year if day.month >= _AUGUST else day.year - 1
    return date(first, _AUGUST, 1), date(first + 1, 7, 31)
