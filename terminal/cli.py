"""`stillpoint`: a small front that loads a command when it is called, so that the light ones start fast."""

from __future__ import annotations

import importlib
from typing import cast

import click

from terminal.errors import TerminalError

COMMANDS = (
    "run",
    "demo",
    "doctor",
    "quote",
    "refund",
    "programme",
    "enrol",
    "bench",
    "crash",
    "simulate",
    "vectors",
    "card",
)


class _Lazy(click.Group):
    """Imports `terminal.commands.<name>` when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return cast(click.Command, importlib.import_module(f"terminal.commands.{cmd_name}").command)

    def invoke(self, ctx: click.Context) -> object:
        """What the world does to a command is one sentence and exit code 2, not a traceback."""
        try:
            return super().invoke(ctx)
        except TerminalError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Lazy)
@click.version_option(package_name="stillpoint")
def main() -> None:
    """Stillpoint: a store membership terminal that keeps its word when the network does not."""
