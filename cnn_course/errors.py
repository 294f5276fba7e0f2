"""What the instructor is told when something is wrong with the course itself."""

import functools
from collections.abc import Callable

INTERRUPTED = 130
"""The exit code of a command that was stopped with Ctrl-C."""


class CourseError(Exception):
    """Its text is one sentence for the instructor: what is wrong, where, and what to do."""


def refusal(error: OSError) -> str:
    """What the system refused, in its words, and for which file."""
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}"


def one_sentence(verb: Callable) -> Callable:
    """The verb of a command line, with what goes wrong shown as one line, and exit code 1."""

    @functools.wraps(verb)
    def wrapped(*args: object, **options: object) -> None:
        import click

        try:
            verb(*args, **options)
        except CourseError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            raise click.ClickException(refusal(error)) from error

    return wrapped
