"""The command itself, to which the other modules add theirs."""

from typing import Any

import typer
from typer.core import TyperGroup

from face2music.errors import Face2MusicError


class _Refusing(TyperGroup):
    """A command group that turns our refusals into one sentence and exit status 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Face2MusicError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
        except BrokenPipeError:
            raise  # the reader has gone; typer ends quietly
        except OSError as error:
            typer.echo(f"The work stopped ({error}); make room, or choose another place, and try again.", err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Refusing,
    help="A picture of a face becomes a song that fits its emotion.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
