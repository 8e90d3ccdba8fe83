"""Why a row, or a whole file, cannot go in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billing.sentences import SentenceError


class RowFailed(SentenceError):
    """The row cannot be used as it stands; nothing of it was written.

    `field` is the report's own name of the field that is wrong, if one is.
    """

    def __init__(self, message: str, *, field: str = "", **params: object) -> None:
        self.field = field
        super().__init__(message, **params)

    @classmethod
    def because(cls, error: SentenceError, *, field: str) -> RowFailed:
        """Say what is wrong with a field in the words of another refusal."""
        return cls(error.message, field=field, **error.params)


class RowReported(SentenceError):
    """The row is readable, but a rule forbids what it asks for; nothing changed."""


class BrokenFile(SentenceError):
    """The file cannot be read any further; what came before stays."""


def in_words(error: SentenceError) -> str:
    """Put a refusal into the reader's language, with the field that it is about."""
    sentence = _(error.message) % error.params
    field = getattr(error, "field", "")
    return f"{field}: {sentence}" if field else sentence
