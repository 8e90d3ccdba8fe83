"""A key that never leaves its PKCS#11 token seals like any other: tried with SoftHSM."""

from __future__ import annotations

import os
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from certinext.pdf.keys import KeyRefused, open_pkcs11
from certinext.pdf.render import render_pdf
from certinext.pdf.seal import SealReport, read_seal, seal_pdf
from tests.pdf.sealing import NOW, PASSPHRASE, development_key
from tests.pdf.test_archive import PAGE

pytestmark = pytest.mark.conformance
PIN = "1234"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a token with the key and its certificate; return its label."""
    import pkcs11

    folder = tmp_path_factory.mktemp("token")
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    subprocess.run(
        [
            *(os.environ["SOFTHSM2_UTIL"], "--init-token", "--free", "--label", "seals"),
            *("--module", module(), "--pin", PIN, "--so-pin", "5678"),
        ],
        check=True,
        capture_output=True,
    )
    with pkcs11.lib(module()).get_token(token_label="seals").open(user_pin=PIN, rw=True) as session:
        _store(session)
    return "seals"


def module() -> str:
    return os.environ["SOFTHSM2_MODULE"]


def _store(session: object) -> None:
    """Put the development key into the token, as its owner would."""
    from pkcs11 import Attribute
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    bundle = pkcs12.load_pkcs12(development_key().pkcs12, PASSPHRASE)
    assert isinstance(bundle.key, ec.EllipticCurvePrivateKey)
    assert bundle.cert is not None
    key = bundle.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    certificate = bundle.cert.certificate.public_bytes(Encoding.DER)
    kept = {Attribute.TOKEN: True, Attribute.LABEL: "seal", Attribute.ID: b"1"}
    for thing in (decode_ec_private_key(key), decode_x509_certificate(certificate)):
        session.create_object({**thing, **kept})  # type: ignore[attr-defined]


def test_a_key_in_a_token_seals(token: str) -> None:
    key = open_pkcs11(
        module=module(), token=token, pin=PIN, certificate_label="seal", key_label="seal"
    )
    sealed = seal_pdf(render_pdf(PAGE, seal_title="Siegel"), key, now=NOW)
    assert key.subject == "Nordlicht Trust Services GmbH"
    assert read_seal(sealed) == SealReport(key.fingerprint, unaltered=True)


@pytest.mark.parametrize("wrong", [{"pin": "9999"}, {"token": "other"}, {"key_label": "other"}])
def test_a_token_that_gives_no_key_is_a_sentence(token: str, wrong: dict[str, str]) -> None:
    asked = {
        "module": module(),
        "token": token,
        "pin": PIN,
        "certificate_label": "seal",
        "key_label": "seal",
        **wrong,
    }
    with pytest.raises(KeyRefused, match="gives no key"):
        open_pkcs11(**asked)
