"""Which of our two languages a reader gets, and the plumbing's own words in both."""

from typing import Final, Literal

from starlette.requests import Request

from shared.texts import Text

Language = Literal["sv", "en"]

COOKIE: Final = "lang"


def asked_for(request: Request, *, otherwise: Language) -> Language:
    """`?lang=` first, then the cookie, then Accept-Language, else `otherwise`."""
    for wish in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wish in ("sv", "en"):
            return "sv" if wish == "sv" else "en"
    return _accepted(request.headers.get("accept-language", "")) or otherwise


def _accepted(header: str) -> Language | None:
    """The first of our languages in order of quality (RFC 9110 §12.5.4)."""
    weighted = sorted((_weighted(part) for part in header.split(",")), key=lambda pair: -pair[1])
    for tag, weight in weighted:
        base = tag.partition("-")[0]
        if weight > 0 and (base == "sv" or base == "en"):
            return "sv" if base == "sv" else "en"
    return None


def _weighted(part: str) -> tuple[str, float]:
    tag, _, quality = part.strip().lower().partition(";")
    try:
        return tag.strip(), float(quality.strip().removeprefix("q=") or 1)
    except ValueError:
        return tag.strip(), 0.0


def say(text: Text | str, language: Language) -> str:
    """The text in that language; a plain string is the same in both."""
    return text if isinstance(text, str) else text.in_language(language)


STATUSES: Final[dict[int, Text]] = {
    400: Text(sv="Felaktig begäran", en="Bad request"),
    303: Text(sv="Vidare", en="See other"),
    401: Text(sv="Inloggning krävs", en="Authentication needed"),
    403: Text(sv="Behörighet saknas", en="Not allowed"),
    404: Text(sv="Finns inte", en="Not found"),
    405: Text(sv="Metoden stöds inte", en="Method not allowed"),
    406: Text(sv="Formatet finns inte", en="Not acceptable"),
    409: Text(sv="Går inte att göra nu", en="Conflict"),
    410: Text(sv="Gäller inte längre", en="No longer valid"),
    413: Text(sv="För stort", en="Content too large"),
    415: Text(sv="Okänd medietyp", en="Unsupported media type"),
    422: Text(sv="Innehållet stämmer inte", en="Content does not fit"),
    429: Text(sv="För många gånger", en="Too many requests"),
    500: Text(sv="Internt fel", en="Internal error"),
    503: Text(sv="Tillfälligt otillgänglig", en="Unavailable for the moment"),
}

DETAILS: Final[dict[int, Text]] = {
    404: Text(sv="Adressen finns inte hos den här tjänsten.", en="There is nothing at this address."),
    405: Text(sv="Adressen finns, men inte för den här metoden.", en="The address exists, but not for this method."),
    422: Text(
        sv="Minst ett fält är fel. Varje fel står under faults med hur det rättas.",
        en="At least one field is wrong. Each fault stands under faults with how to mend it.",
    ),
    500: Text(
        sv="Något gick fel hos oss. Felet är loggat; ange värdet i X-Request-ID om du hör av dig.",
        en="Something went wrong on our side. It is logged; name the value of X-Request-ID if you contact us.",
    ),
}

# Keys are Pydantic's error types; the value sent is never repeated, since it may be personal.
FIELDS: Final[dict[str, Text]] = {
    "missing": Text(sv="Fältet saknas; lägg till det.", en="The field is missing; add it."),
    "extra_forbidden": Text(sv="Fältet hör inte hit; ta bort det.", en="The field does not belong here; remove it."),
    "json_invalid": Text(sv="Innehållet är inte giltig JSON.", en="The content is not valid JSON."),
    "string_pattern_mismatch": Text(sv="Värdet har fel form.", en="The value has the wrong form."),
    "string_too_short": Text(sv="Värdet är för kort.", en="The value is too short."),
    "string_too_long": Text(sv="Värdet är för långt.", en="The value is too long."),
    "string_type": Text(sv="Värdet ska vara en text.", en="The value must be a text."),
    "int_parsing": Text(sv="Värdet ska vara ett heltal.", en="The value must be a whole number."),
    "int_type": Text(sv="Värdet ska vara ett heltal.", en="The value must be a whole number."),
    "bool_parsing": Text(sv="Värdet ska vara true eller false.", en="The value must be true or false."),
    "greater_than_equal": Text(sv="Talet är för litet.", en="The number is too small."),
    "greater_than": Text(sv="Talet är för litet.", en="The number is too small."),
    "less_than_equal": Text(sv="Talet är för stort.", en="The number is too large."),
    "less_than": Text(sv="Talet är för stort.", en="The number is too large."),
    "literal_error": Text(sv="Värdet är inget av de tillåtna.", en="The value is none of those allowed."),
    "date_parsing": Text(sv="Skriv datumet ÅÅÅÅ-MM-DD.", en="Write the date YYYY-MM-DD."),
    "time_parsing": Text(sv="Skriv tiden TT:MM.", en="Write the time HH:MM."),
    "datetime_parsing": Text(sv="Skriv dag och tid.", en="Write day and time."),
    "decimal_parsing": Text(sv="Värdet ska vara ett tal.", en="The value must be a number."),
    "float_parsing": Text(sv="Värdet ska vara ett tal.", en="The value must be a number."),
    "enum": Text(sv="Värdet är inget av de tillåtna.", en="The value is none of those allowed."),
    "uuid_parsing": Text(sv="Värdet ska vara ett UUID.", en="The value must be a UUID."),
    "too_short": Text(sv="Listan har för få poster.", en="The list has too few items."),
    "too_long": Text(sv="Listan har för många poster.", en="The list has too many items."),
    "date_from_datetime_parsing": Text(sv="Skriv datumet ÅÅÅÅ-MM-DD.", en="Write the date YYYY-MM-DD."),
    "datetime_from_date_parsing": Text(sv="Skriv tiden enligt RFC 3339.", en="Write the time as in RFC 3339."),
}

ANY_FIELD: Final = Text(sv="Värdet går inte att använda; se OpenAPI.", en="The value cannot be used; see OpenAPI.")

# The one place in the plumbing that names the services, so that each can link to the others in both languages.
SERVICES: Final[dict[str, Text]] = {
    "catalogue": Text(sv="Utbud", en="Catalogue"),
    "admissions": Text(sv="Antagning", en="Admissions"),
    "pricing": Text(sv="Priser", en="Pricing"),
    "guidance": Text(sv="Vägledning", en="Guidance"),
}

# What a role is called on a page; the scopes of the token decide what its holder may do.
ROLES: Final[dict[str, Text]] = {
    "operations": Text(sv="Drift", en="Operations"),
    "admissions_officer": Text(sv="Antagningshandläggare", en="Admissions officer"),
    "registrar": Text(sv="Registeransvarig", en="Registrar"),
    "economist": Text(sv="Ekonom", en="Economist"),
    "counsellor": Text(sv="Vägledare", en="Counsellor"),
    "coordinator": Text(sv="Samordnare", en="Coordinator"),
    "kaa_officer": Text(sv="Handläggare för aktivitetsansvaret", en="Officer for the activity responsibility"),
    "catalogue_editor": Text(sv="Utbudsredaktör", en="Catalogue editor"),
    "applicant": Text(sv="Sökande", en="Applicant"),
}
