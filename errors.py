"""The errors medtrace raises, and the only ones a caller has to know.

    MedtraceError
    ├── Invalid    the input is malformed: which field, what was wrong with it
    ├── NotFound   the thing named does not exist, or not for this caller
    ├── Conflict   it contradicts what is already there
    ├── Forbidden  the caller may not do it
    ├── Refused    it is understood and not allowed in the present state
    └── Unavailable  a part of the program can't be reached right now

Each carries a stable machine `code`; the text for people is chosen by that code in `texts`.
What the recorder refuses on the shop floor is not an error but an answer: see `trace.Refused`.
"""

from __future__ import annotations

from texts import Text, text_of


class MedtraceError(Exception):
    """Something a caller can act on.

    Args:
        code: a key of the catalogue in `texts`, stable for machines.
        field: the input at fault, as the caller named it (`events.0.id`), or None.
        values: what the text's placeholders are filled with.
    """

    status = 500
    """The HTTP status the doors answer with."""

    def __init__(self, code: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values

    @property
    def text(self) -> Text:
        """The message for people, in Chinese and English, with its values filled in."""
        return text_of(self.code).filled(self.values)

    def __str__(self) -> str:
        """The English message and the field: what a log or a command line shows."""
        where = f" [{self.field}]" if self.field else ""
        return f"{self.code}: {self.text.en}{where}"


class Invalid(MedtraceError):  # noqa: N818 -- the house's names are the words of the answer
    """The input is malformed."""

    status = 422


class NotFound(MedtraceError):  # noqa: N818 -- see Invalid
    """The thing named does not exist, or not for this caller."""

    status = 404


class Conflict(MedtraceError):  # noqa: N818 -- see Invalid
    """It contradicts what is already there."""

    status = 409


class Forbidden(MedtraceError):  # noqa: N818 -- see Invalid
    """The caller may not do it."""

    status = 403


class Refused(MedtraceError):  # noqa: N818 -- see Invalid
    """It is understood, and not allowed in the present state."""

    status = 409


class Unavailable(MedtraceError):  # noqa: N818 -- see Invalid
    """A part of the program can't be reached right now; trying again later is right."""

    status = 503
