"""Errors of the billing arithmetic that can be put into the reader's language later.

The arithmetic knows no Django, so it cannot translate. It raises a sentence with its facts
apart, and the edge (a form, a page, a parked account) writes
``gettext(error.message) % error.params``.
"""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a sentence for the translators (xgettext finds the name) and return it unchanged."""
    return message


class SentenceError(ValueError):
    """A refusal that says in one sentence what is wrong and how to put it right.

    ``message`` is the untranslated sentence with ``%(name)s`` places, ``params`` fills them.
    """

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message % params if params else message)
