"""Gateways' servers as the SDKs meet them: the documented JSON, no socket, every request noted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import requests
import stripe
from requests.adapters import BaseAdapter


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    body: dict[str, Any]
    headers: dict[str, str]


class StripeWire(stripe.HTTPClient):
    """Stripe's API: answers what it is told to, in turn."""

    name = "fake"

    def __init__(self, *answers: dict[str, Any] | tuple[int, dict[str, Any]]) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[Asked] = []

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_options: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Answer the next thing."""
        body = {key: values[0] for key, values in parse_qs(post_data or "").items()}
        path = url.removeprefix("https://api.stripe.com")
        self.asked.append(Asked(method, path, body, dict(headers or {})))
        answer = self.answers.pop(0)
        status, content = answer if isinstance(answer, tuple) else (200, answer)
        return json.dumps(content), status, {}

    def close(self) -> None:
        """Nothing is open."""


class CutWire(StripeWire):
    """A line that breaks before the answer is there."""

    def request(self, *_args: Any, **_options: Any) -> Any:
        """Break."""
        error: type[Exception] = stripe.APIConnectionError
        raise error("The connection was reset.")


@dataclass
class RazorpayWire(BaseAdapter):
    """Razorpay's API below the SDK's requests session."""

    answers: list[dict[str, Any] | tuple[int, dict[str, Any]] | Exception]
    asked: list[Asked] = field(default_factory=list)

    def session(self) -> requests.Session:
        """Return a session that can reach nothing else."""
        session = requests.Session()
        session.mount("https://", self)
        return session

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kw: Any) -> requests.Response:
        """Answer the next thing."""
        body = json.loads(request.body or "{}")
        path = str(request.url).removeprefix("https://api.razorpay.com")
        self.asked.append(Asked(str(request.method), path, body, dict(request.headers)))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, content = answer if isinstance(answer, tuple) else (200, answer)
        response = requests.Response()
        response.status_code, response.request = status, request
        response._content = json.dumps(content).encode()
        return response

    def close(self) -> None:
        """Nothing is open."""
