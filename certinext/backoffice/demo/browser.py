"""As much of a browser as the self-check needs: cookies, forms, links, redirects it is told to."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What the server answered; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page as text."""
        return self.body.decode("utf-8", "replace")


class Browser:
    """One person's browser at one host of this machine. Every host has its own cookies."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self._port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Open a page; redirects are not followed."""
        return self._request("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        return self._request("POST", path, urlencode(fields))

    def _request(self, method: str, path: str, body: str | None) -> Answer:
        # Names below localhost may not resolve everywhere: the address is given, the name sent.
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_SECONDS)
        origin = f"http://{self.host}:{self._port}"
        headers = {"Host": f"{self.host}:{self._port}", "Referer": origin + path}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            self._keep_cookies(response.headers.get_all("Set-Cookie") or [])
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def _keep_cookies(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


class Page(HTMLParser):
    """The links and the form fields of a page."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fields: dict[str, str] = {}
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link or a field."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "input" and "name" in given:
            self.fields[given["name"]] = given.get("value", "")
