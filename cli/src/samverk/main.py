"""The `samverk` command, put together in the reader's language."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from samverk.commands import access, dead_letters, files, operations, sandbox, stack, year
from samverk.help_en import ENGLISH
from samverk.words import LANGUAGES, speak

_HELP = "Samverkan mellan kommuner om gymnasie- och vuxenutbildning: kör stacken, skicka och granska uppgifter."


def app() -> None:
    """Run the command with the words of the command line; the entry point."""
    command(wanted_language(sys.argv[1:], os.environ))()


def command(language: str) -> Any:
    """The whole command tree with its help in `sv` or `en`. Raises UnknownLanguage."""
    speak(language)
    built = typer.main.get_command(_build())
    if language == "en":
        _translate(built)
    return built


def wanted_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """`--lang` where it is given, else SAMVERK_LANG, else Swedish: needed before the help can be built."""
    stated = environment.get("SAMVERK_LANG", "sv")
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            stated = argument.partition("=")[2]
        elif argument == "--lang" and place + 1 < len(arguments):
            stated = arguments[place + 1]
    short = stated[:2].lower()
    return short if short in LANGUAGES else "sv"


def _build() -> typer.Typer:
    built = typer.Typer(no_args_is_help=True, help=_HELP, pretty_exceptions_show_locals=False)
    built.callback()(_root)
    built.command()(stack.up)
    built.command("demo")(year.demo)
    built.command()(files.send)
    built.command()(files.check)
    built.command()(stack.token)
    built.command()(stack.address)
    stack.topics_app.command("apply")(access.apply)
    stack.topics_app.command("acls")(access.acls)
    built.add_typer(stack.topics_app, name="topics")
    built.add_typer(dead_letters.app, name="dlq")
    built.add_typer(operations.app, name="ops")
    built.add_typer(sandbox.app, name="sandbox")
    return built


def _root(
    lang: Annotated[
        str, typer.Option("--lang", envvar="SAMVERK_LANG", help="Språk: sv eller en.", show_default=False)
    ] = "sv",
) -> None:
    if lang[:2].lower() not in LANGUAGES:
        raise typer.BadParameter("sv, en")


def _translate(node: Any) -> None:
    """Every help text to English; one without a translation is a fault that a test finds."""
    if words := node.help:
        node.help = ENGLISH[str(words).strip()]
    for parameter in node.params:
        if about := getattr(parameter, "help", None):
            parameter.help = ENGLISH.get(about, about)
    for inner in getattr(node, "commands", {}).values():
        _translate(inner)
