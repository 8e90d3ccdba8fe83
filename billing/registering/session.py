"""Signing in to the portal: a token and a session's key, kept until shortly before they end."""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from billing.registering.answers import ZONE, moment_of
from billing.registering.credentials import Credentials
from billing.registering.registry import LONGEST_MESSAGE, PATIENCE_SECONDS, RegistryUnavailable
from billing.registering.wire import decrypted, new_app_key, sealed_sign_in
from billing.sentences import gettext_noop

logger = logging.getLogger(__name__)

AUTHENTICATION = "/eivital/v1.04/auth"
# The portal gives a new token only in the old one's last ten minutes.
_SPARE = timedelta(minutes=5)
# Wrong passwords lock the user out: after a refusal nobody tries for a while.
_AFTER_REFUSAL = timedelta(minutes=30)
_USUAL = timedelta(hours=1)
_SERVER_ERRORS = 500
_TOO_MANY = 429


@dataclass(frozen=True)
class Token:
    """A session at the portal."""

    text: str
    key: bytes = field(repr=False)
    until: datetime


@dataclass(frozen=True)
class _Refusal:
    error: RegistryUnavailable
    until: datetime


# By access and seller; a changed file is another access. One process's own.
_tokens: dict[tuple[Credentials, str], Token] = {}
_refusals: dict[tuple[Credentials, str], _Refusal] = {}


def forget_tokens() -> None:
    """Sign in anew next time, wherever that is."""
    _tokens.clear()
    _refusals.clear()


def token_for(access: Credentials, gstin: str, *, now: datetime, renew: bool = False) -> Token:
    """Return the session of a seller, signing in when there is none or it ends soon.

    `renew` says that the portal does not know the kept one any more. Raises `RegistryUnavailable`
    with the portal's code when it does not let the seller in.
    """
    key = (access, gstin)
    refusal = _refusals.get(key)
    if refusal is not None and now < refusal.until:
        raise refusal.error
    kept = _tokens.get(key)
    if kept is not None and not renew and now < kept.until - _SPARE:
        return kept
    try:
        token = _sign_in(access, gstin, now=now, force=kept is not None)
    except RegistryUnavailable as error:
        if error.code:
            _refusals[key] = _Refusal(error, now + _AFTER_REFUSAL)
        raise
    _tokens[key] = token
    return token


def headers_of(access: Credentials, gstin: str) -> dict[str, str]:
    """Return what every request says of its sender."""
    return {
        "client_id": access.client_id,
        "client_secret": access.client_secret,
        "Gstin": gstin,
    }


def asked(
    method: str,
    url: str,
    *,
    headers: dict[str, str],
    body: object = None,
    query: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return the portal's envelope: its Status, Data, ErrorDetails and InfoDtls.

    Raises `RegistryUnavailable` for no answer and for answers that are none of its envelopes.
    """
    try:
        response = requests.request(
            method,
            url,
            headers=headers,
            json=body,
            params=query,
            timeout=PATIENCE_SECONDS,
            # What is sent is for the portal alone.
            allow_redirects=False,
        )
        if response.status_code >= _SERVER_ERRORS or response.status_code == _TOO_MANY:
            raise RegistryUnavailable(
                gettext_noop("The portal is out of order (HTTP %(status)s)."),
                status=response.status_code,
            )
        envelope = response.json()
    except (requests.RequestException, ValueError) as error:
        if isinstance(error, RegistryUnavailable):
            raise
        logger.warning("The registration portal does not answer: %s", type(error).__name__)
        raise RegistryUnavailable(gettext_noop("The portal does not answer.")) from error
    if not isinstance(envelope, dict) or "Status" not in envelope:
        raise RegistryUnavailable(gettext_noop("The portal's answer cannot be read."))
    return envelope


def is_success(envelope: dict[str, Any]) -> bool:
    """Tell whether the portal did what it was asked; it writes the status as number or text."""
    return str(envelope.get("Status")) == "1"


def error_of(envelope: dict[str, Any]) -> tuple[str, str]:
    """Return the portal's first code, and the words of all of its errors."""
    details = envelope.get("ErrorDetails")
    found = [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    if not found:
        return "", "The portal gave no reason."
    words = "; ".join(str(one.get("ErrorMessage", "")).strip() for one in found)
    return str(found[0].get("ErrorCode", "")).strip(), words[:LONGEST_MESSAGE]


def _sign_in(access: Credentials, gstin: str, *, now: datetime, force: bool) -> Token:
    app_key = new_app_key()
    try:
        sealed = sealed_sign_in(
            {
                "UserName": access.user_name,
                "Password": access.password,
                "AppKey": base64.b64encode(app_key).decode("ascii"),
                "ForceRefreshAccessToken": force,
            },
            access.public_key,
        )
    except ValueError as error:
        raise RegistryUnavailable(
            gettext_noop("User name and password are too long for the portal's key.")
        ) from error
    envelope = asked(
        "POST",
        access.address + AUTHENTICATION,
        headers=headers_of(access, gstin),
        body={"Data": sealed},
    )
    if not is_success(envelope):
        code, words = error_of(envelope)
        raise RegistryUnavailable(
            gettext_noop("The portal does not let the seller in: %(words)s"),
            code=code or "auth",
            words=words,
        )
    return _token_of(envelope.get("Data"), app_key, now)


def _token_of(data: object, app_key: bytes, now: datetime) -> Token:
    try:
        if not isinstance(data, dict):
            raise ValueError("No data.")  # noqa: TRY004  one error for all of it
        key = decrypted(data["Sek"], app_key)
        text = str(data["AuthToken"])
    except (ValueError, KeyError) as error:
        raise RegistryUnavailable(gettext_noop("The portal's answer cannot be read.")) from error
    try:
        until = moment_of(data.get("TokenExpiry"))
    except ValueError:
        until = now.astimezone(ZONE) + _USUAL
    return Token(text, key, until)
