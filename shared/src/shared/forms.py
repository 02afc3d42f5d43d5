"""HTML forms: what was entered, read into a model, with each fault beside the field it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Generic, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request

from shared.language import FIELDS
from shared.problems import Problem
from shared.showing import ZONE
from shared.texts import Text

MOST_BYTES: Final = 1_000_000
_LISTS: Final = (list, set, frozenset, tuple)

Model = TypeVar("Model", bound=BaseModel)


@dataclass
class Form(Generic[Model]):
    """A form as it stands. `value` is None until it was sent without fault.

    `entered` is what its fields hold, `chosen` the same for fields with several values; `faults` are by field, those
    of the form as a whole under the empty name.
    """

    value: Model | None = None
    entered: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[Text]] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)

    def fault(self, name: str, text: Text) -> None:
        """Add a fault that was found later, such as a rule of the trade; the form then counts as faulty."""
        self.faults.setdefault(name, []).append(text)
        self.value = None


def blank(**entered: Any) -> Form[Any]:
    """A form not yet sent, with what its fields hold at first. None leaves a field empty."""
    held = {name: value for name, value in entered.items() if value is not None}
    lists = {name: [str(each) for each in value] for name, value in held.items() if isinstance(value, _LISTS)}
    return Form(entered={name: str(v) for name, v in held.items() if name not in lists}, chosen=lists)


async def read_form(request: Request, model: type[Model]) -> Form[Model]:
    """The form that a browser sent. A field left empty counts as not sent, so that it may be optional.

    Raises Problem 413 for a form larger than a mebibyte or of unknown size.
    """
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise Problem.of(413, _TOO_LARGE)
    async with request.form(max_files=0) as sent:
        return _formed(sent, model)


def read_query(request: Request, model: type[Model]) -> Form[Model]:
    """The same from the query of the address, for filters."""
    return _formed(FormData([*request.query_params.multi_items()]), model)


def _formed(sent: FormData, model: type[Model]) -> Form[Model]:
    names = [info.alias or name for name, info in model.model_fields.items()]
    values = {name: [v for v in sent.getlist(name) if isinstance(v, str) and v.strip()] for name in names}
    many = {info.alias or name for name, info in model.model_fields.items() if _is_list(info.annotation)}
    form: Form[Model] = Form(
        entered={name: texts[-1] for name, texts in values.items() if texts and name not in many},
        chosen={name: values[name] for name in many},
    )
    try:
        given = {name: texts if name in many else texts[-1] for name, texts in values.items() if texts or name in many}
        form.value = model.model_validate(given)
    except ValidationError as error:
        form.faults = _faults(error)
    return form


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return origin in _LISTS or any(_is_list(each) for each in get_args(annotation) if origin is not None)


def _faults(error: ValidationError) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {}
    for fault in error.errors(include_url=False, include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        found.setdefault(name, []).append(_text(fault))
    return found


def _text(fault: Mapping[str, Any]) -> Text:
    """A validator of ours says `raise ValueError(Text(…))`; Pydantic's own faults have our words."""
    raised = fault.get("ctx", {}).get("error")
    arguments: Sequence[Any] = getattr(raised, "args", ())
    if arguments and isinstance(arguments[0], Text):
        return arguments[0]
    return _FIELDS.get(fault["type"], _ANY_FIELD)


def _region_time(value: datetime) -> datetime:
    """Raises ValueError for a time that the clocks pass over in spring."""
    if value.tzinfo is not None:
        return value.astimezone(UTC)
    moment = value.replace(tzinfo=ZONE).astimezone(UTC)
    if moment.astimezone(ZONE).replace(tzinfo=None) != value:
        raise ValueError(_NO_SUCH_TIME)
    return moment


# What an input of the type datetime-local holds, in the region's zone, as UTC; of the hour that comes twice, the first.
LocalMoment = Annotated[datetime, AfterValidator(_region_time)]

_ANY_FIELD: Final = Text(sv="Värdet går inte att använda; rätta det.", en="The value cannot be used; mend it.")
_FIELDS: Final[dict[str, Text]] = FIELDS | {
    "missing": Text(sv="Fyll i fältet.", en="Fill in the field."),
    "literal_error": Text(sv="Välj ett av alternativen.", en="Choose one of the options."),
    "enum": Text(sv="Välj ett av alternativen.", en="Choose one of the options."),
    "too_short": Text(sv="Välj minst ett alternativ.", en="Choose at least one option."),
    "datetime_from_date_parsing": Text(sv="Ange dag och tid.", en="Give day and time."),
}
_NO_SUCH_TIME: Final = Text(
    sv="Den tiden finns inte: klockan ställs då fram en timme. Välj en annan.",
    en="There is no such time: the clock is then put forward an hour. Choose another.",
)
_TOO_LARGE: Final = Text(sv="Formuläret är för stort.", en="The form is too large.")
