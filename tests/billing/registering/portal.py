"""An invoice registration portal on this machine that speaks the documented wire format.

It is written from the specification (authentication 1.04, e-invoice 1.03), with ciphers of its own,
so that a misreading on our side shows.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.billing.einvoice.gst_schema import problems

CLIENT = {"client_id": "AARAV26TXPWXYZ1", "client_secret": "q7Vb2LzPnRkT5sYc"}
USER, PASSWORD = "aravalli_api", "Str0ng#Passw0rd"
FIRST_ACK = 112610000002315
ACKED = "2026-10-06 14:05:00"
Envelope = dict[str, Any]
# Changes an answer before it is encrypted.
Change = Callable[[dict[str, Any]], None]


@lru_cache(maxsize=4)
def key_pair(name: str) -> rsa.RSAPrivateKey:
    """Return the key pair of that name: the same one for all tests of a process."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(name: str) -> bytes:
    """Return a pair's public half."""
    public = key_pair(name).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def token_of(data: dict[str, Any], *, key: str = "government", algorithm: str = "RS256") -> str:
    """Sign data as the portal does: a JSON text within the payload."""
    header = {"alg": algorithm, "kid": "EDC57DE1358B300BA9F79340A6696831F3C85047", "typ": "JWT"}
    payload = {"data": json.dumps(data, default=float), "iss": "NIC"}
    content = f"{_url64(json.dumps(header).encode())}.{_url64(json.dumps(payload).encode())}"
    signature = key_pair(key).sign(content.encode(), padding.PKCS1v15(), SHA256())
    return f"{content}.{_url64(signature)}"


@dataclass
class Portal:
    """What the portal knows, and how it is to misbehave.

    `refuses` are errors (code, words) given to the next registrations; `answers_with` changes what
    it gives; `loses_answers` makes it register and then break the connection off.
    """

    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, bytes] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    refuses: list[tuple[str, str]] = field(default_factory=list)
    answers_with: Change | None = None
    loses_answers: int = 0
    http_status: int = 0
    password: str = PASSWORD
    takes_seconds: float = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    address: str = ""

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(asked.startswith(path) for asked in self.paths)

    # ── Signing in
    def sign_in(self, headers: dict[str, str], body: Envelope) -> Envelope:
        """Give a token for user name and password."""
        if {name: headers.get(name) for name in CLIENT} != CLIENT:
            return _error("1010", "Invalid Client-ID/Client-Secret")
        sealed = base64.b64decode(body["Data"])
        said = json.loads(base64.b64decode(key_pair("portal").decrypt(sealed, padding.PKCS1v15())))
        if (said["UserName"], said["Password"]) != (USER, self.password):
            return _error("1008", "Invalid login credentials")
        app_key = base64.b64decode(said["AppKey"])
        assert len(app_key) == 32
        token, session_key = os.urandom(12).hex(), os.urandom(32)
        self.sessions[token] = session_key
        data = {
            "ClientId": CLIENT["client_id"],
            "UserName": USER,
            "AuthToken": token,
            "Sek": _encrypt(session_key, app_key),
            "TokenExpiry": "2036-10-06 20:05:00",
        }
        return {"Status": 1, "Data": data, "ErrorDetails": None, "InfoDtls": None}

    # ── Invoices
    def register(self, gstin: str, content: dict[str, Any]) -> tuple[Envelope, dict[str, Any]]:
        """Register a document once."""
        time.sleep(self.takes_seconds)
        with self.lock:
            if self.refuses:
                return _error(*self.refuses.pop(0)), {}
            if wrong := problems(content):
                return _error("5002", f"Schema: {wrong[0]}"), {}
            irn = _irn(content)
            if known := self.registered.get(irn):
                desc = {name: known[name] for name in ("AckNo", "AckDt", "Irn")}
                return {
                    **_error("2150", "Duplicate IRN"),
                    "InfoDtls": [{"InfCd": "DUPIRN", "Desc": desc}],
                }, {}
            answer = _answer(content, irn, FIRST_ACK + len(self.registered))
            self.registered[irn] = answer
        return {"Status": 1, "ErrorDetails": None, "InfoDtls": None}, self._changed(answer)

    def details(self, irn: str) -> tuple[Envelope, dict[str, Any]]:
        """Give what a document was given before."""
        known = self.registered.get(irn)
        if known is None:
            return _error("2148", "Requested IRN data is not available"), {}
        return {"Status": 1, "ErrorDetails": None, "InfoDtls": None}, self._changed(known)

    def by_document(self, query: dict[str, list[str]]) -> tuple[Envelope, dict[str, Any]]:
        """Find a document by its kind, number and date."""
        wanted = tuple(query[name][0] for name in ("doctype", "docnum", "docdate"))
        for irn, answer in self.registered.items():
            details = data_in(answer["SignedInvoice"])["DocDtls"]
            if (details["Typ"], details["No"], details["Dt"]) == wanted:
                return self.details(irn)
        return _error("2154", "IRN details are not found"), {}

    def _changed(self, answer: dict[str, Any]) -> dict[str, Any]:
        copy = dict(answer)
        if self.answers_with:
            self.answers_with(copy)
        return copy


@contextmanager
def open_portal() -> Iterator[Portal]:
    """Have a portal listen at `address` as long as the block lasts."""
    portal = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._handle()

        def do_GET(self) -> None:
            self._handle()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

        def _handle(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else {}
            portal.paths.append(self.path)
            if portal.http_status:
                return self._send({"message": "out of order"}, portal.http_status)
            answer = _routed(portal, self.path, dict(self.headers), body)
            if portal.loses_answers and self.path == "/eicore/v1.03/Invoice":
                portal.loses_answers -= 1
                self.close_connection = True
                return None
            return self._send(answer, 200)

        def _send(self, answer: object, status: int) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    portal.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_credentials(folder: Path, at: str, *, schema: str = "alpha", **changes: object) -> Path:
    """Put a tenant's access to a portal into a folder; return the description's file."""
    folder.mkdir(exist_ok=True)
    (folder / "client").write_text(f"{CLIENT['client_secret']}\n")
    (folder / "password").write_text(f"{PASSWORD}\n")
    (folder / "irp.pem").write_bytes(public_pem("portal"))
    (folder / "signing.pem").write_bytes(public_pem("government"))
    said: dict[str, object] = {
        "address": at,
        "client_id": CLIENT["client_id"],
        "client_secret_file": "client",
        "user_name": USER,
        "password_file": "password",
        "public_key": "irp.pem",
        "signing_keys": ["signing.pem"],
        **changes,
    }
    description = folder / f"{schema}.json"
    description.write_text(json.dumps({k: v for k, v in said.items() if v is not None}))
    return description


def _routed(portal: Portal, path: str, headers: dict[str, str], body: Envelope) -> Envelope:
    parts = urlsplit(path)
    if parts.path == "/eivital/v1.04/auth":
        return portal.sign_in(headers, body)
    key = portal.sessions.get(headers.get("AuthToken", ""))
    if key is None or headers.get("user_name") != USER or not headers.get("Gstin"):
        return _error("1005", "Invalid Token")
    below = parts.path.removeprefix("/eicore/v1.03/Invoice")
    if below == "":
        content = json.loads(_decrypt(body["Data"], key), parse_float=Decimal)
        envelope, data = portal.register(headers["Gstin"], content)
    elif below == "/irnbydocdetails":
        envelope, data = portal.by_document(parse_qs(parts.query))
    else:
        envelope, data = portal.details(unquote(below.removeprefix("/irn/")))
    return {"Data": _encrypt(json.dumps(data).encode(), key) if data else None, **envelope}


def _error(code: str, words: str) -> Envelope:
    details = [{"ErrorCode": code, "ErrorMessage": words}]
    return {"Status": 0, "Data": None, "ErrorDetails": details, "InfoDtls": None}


def _irn(content: dict[str, Any]) -> str:
    _day, month, year = map(int, content["DocDtls"]["Dt"].split("/"))
    start = year if month >= 4 else year - 1
    seller, document = content["SellerDtls"]["Gstin"], content["DocDtls"]
    text = f"{seller}{start}-{(start + 1) % 100:02d}{document['Typ']}{document['No']}"
    return hashlib.sha256(text.encode()).hexdigest()


def _answer(content: dict[str, Any], irn: str, ack: int) -> dict[str, Any]:
    given = {"AckNo": ack, "AckDt": ACKED, "Irn": irn}
    return {
        **given,
        "SignedInvoice": token_of({**given, **content}),
        "SignedQRCode": token_of(code_of(content, irn)),
        "Status": "ACT",
        "EwbNo": None,
        "EwbDt": None,
        "EwbValidTill": None,
        "Remarks": None,
    }


def code_of(content: dict[str, Any], irn: str) -> dict[str, Any]:
    """Return what the portal puts into a document's code."""
    return {
        "SellerGstin": content["SellerDtls"]["Gstin"],
        "BuyerGstin": content["BuyerDtls"]["Gstin"],
        "DocNo": content["DocDtls"]["No"],
        "DocTyp": content["DocDtls"]["Typ"],
        "DocDt": content["DocDtls"]["Dt"],
        "TotInvVal": content["ValDtls"]["TotInvVal"],
        "ItemCnt": len(content["ItemList"]),
        "MainHsnCode": content["ItemList"][0]["HsnCd"],
        "Irn": irn,
        "IrnDt": ACKED,
    }


def data_in(token: str) -> dict[str, Any]:
    """Return what a token says, without looking at its signature."""
    payload = token.split(".")[1]
    found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["data"]
    data: dict[str, Any] = json.loads(found)
    return data


def _url64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _encrypt(content: bytes, key: bytes) -> str:
    fill = 16 - len(content) % 16
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
    return base64.b64encode(encryptor.update(content + bytes([fill]) * fill)).decode()


def _decrypt(text: str, key: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305
    content = decryptor.update(base64.b64decode(text))
    return content[: -content[-1]]
