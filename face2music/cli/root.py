"""The command itself, to which the other modules add theirs."""

import io
import re
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from face2music.errors import Face2MusicError, in_a_line

_LONG = re.compile(r"(\S{200})\S+?(\W*(?:\s|$))")  # a name, of which this much is enough to know it again


def refuse(sentence: str) -> None:
    """Say on standard error why something cannot be done."""
    typer.echo(_LONG.sub(r"\1…\2", sentence), err=True)


class _Refusing(TyperGroup):
    """A command group that turns our refusals into one sentence and exit status 1, and prints any name of a file."""

    def invoke(self, ctx: Any) -> Any:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # as standard error is
        try:
            return super().invoke(ctx)
        except Face2MusicError as error:
            refuse(str(error))
            raise typer.Exit(1) from error
        except BrokenPipeError:
            raise  # the reader has gone; typer ends quietly
        except OSError as error:
            reason = error.strerror or in_a_line(error)[:100]
            place = f": {str(error.filename)[:100]}" if error.filename else ""
            typer.echo(f"The work stopped ({reason}{place}); make room, or choose another place, and try again.", err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Refusing,
    help="A picture of a face becomes a song that fits its emotion.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
