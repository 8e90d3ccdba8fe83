"""The key that seals documents: opened once, checked before it is used.

A key is a PKCS#12 file, or lies in a token that speaks PKCS#11 and never leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.keys.internal import translate_pyca_cryptography_key_to_asn1
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

LEAST_RSA_BITS = 2048
_SHORT = 8


class KeyRefused(ValueError):
    """The key cannot seal documents; the message says why and what to do, in one sentence."""


@dataclass(frozen=True)
class SealingKey:
    """A private key with its certificate, ready to sign."""

    certificate: x509.Certificate
    signer: Signer

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, in small hexadecimal digits."""
        return fingerprint(self.certificate)

    @property
    def subject(self) -> str:
        """Whose seal it is: the organisation, else the common name."""
        return _named(self.certificate.subject)

    @property
    def issuer(self) -> str:
        """Who vouches for it: the common name of the authority, else its organisation."""
        return _named(self.certificate.issuer, first=NameOID.COMMON_NAME)

    @property
    def not_after(self) -> datetime:
        """The last moment at which it may seal (aware, UTC)."""
        return self.certificate.not_valid_after_utc

    def covers(self, moment: datetime) -> bool:
        """Tell whether the certificate is valid at a moment (aware)."""
        return self.certificate.not_valid_before_utc <= moment <= self.not_after


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, in small hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def short_fingerprint(digest: str) -> str:
    """Return the beginning of a fingerprint as people compare it: ``5F:0A:91:C4``."""
    begin = digest[:_SHORT].upper()
    return ":".join(begin[place : place + 2] for place in range(0, _SHORT, 2))


def open_pkcs12(content: bytes, passphrase: bytes) -> SealingKey:
    """Open a PKCS#12 file with one key, its certificate and the chain; raises `KeyRefused`."""
    try:
        bundle = pkcs12.load_pkcs12(content, passphrase)
    except (ValueError, TypeError) as error:
        raise KeyRefused("The PKCS#12 file cannot be opened: check file and passphrase.") from error
    if bundle.key is None or bundle.cert is None:
        raise KeyRefused("The PKCS#12 file holds no key with its certificate: export both.")
    certificate, key = bundle.cert.certificate, bundle.key
    _refuse_unfit(certificate, key)
    chain = [extra.certificate for extra in bundle.additional_certs]
    return SealingKey(certificate, _signer(certificate, key, chain))


def open_pkcs11(
    *, module: str, token: str, pin: str, certificate_label: str, key_label: str
) -> SealingKey:
    """Open a key inside a PKCS#11 token, named by labels; raises `KeyRefused`.

    The session stays open as long as the key is used: sealing asks the token, and nothing else.
    """
    import pkcs11
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    try:
        session = open_pkcs11_session(
            module, token_criteria=TokenCriteria(label=token), user_pin=pin
        )
        signer = PKCS11Signer(
            session,
            cert_label=certificate_label,
            key_label=key_label,
            bulk_fetch=False,
            # The digest is made here: tokens differ in which digests they know.
            use_raw_mechanism=True,
        )
        certificate = x509.load_der_x509_certificate(signer.signing_cert.dump())
    except (pkcs11.PKCS11Error, RuntimeError, ValueError, OSError) as error:
        raise KeyRefused(
            f"The token {token!r} gives no key: {str(error) or type(error).__name__}"
        ) from error
    _refuse_unfit(certificate, certificate.public_key())
    return SealingKey(certificate, signer)


def _refuse_unfit(certificate: x509.Certificate, key: object) -> None:
    """Refuse keys that readers do not take, and certificates that are not for signing."""
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        if key.key_size < LEAST_RSA_BITS:
            raise KeyRefused(f"An RSA key needs {LEAST_RSA_BITS} bits: make a new one.")
    elif not isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)):
        raise KeyRefused("Only RSA and elliptic-curve keys seal documents: make one of these.")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise KeyRefused("The certificate's key usage does not allow signatures: ask for another.")


class _OpenKeySigner(SimpleSigner):
    """Signs with a key that was read once; pyHanko would read it anew for each signature."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        algorithm: hashes.HashAlgorithm = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), algorithm)
        return self.key.sign(data, ec.ECDSA(algorithm))


def _signer(
    certificate: x509.Certificate, key: Any, chain: Sequence[x509.Certificate]
) -> _OpenKeySigner:
    known: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    known.register_multiple([_asn1(extra) for extra in chain])
    signer = _OpenKeySigner(
        signing_cert=_asn1(certificate),
        signing_key=translate_pyca_cryptography_key_to_asn1(key),
        cert_registry=known,
    )
    signer.key = key
    return signer


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _named(name: x509.Name, *, first: x509.ObjectIdentifier = NameOID.ORGANIZATION_NAME) -> str:
    others = {NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME} - {first}
    for oid in (first, *others):
        values = name.get_attributes_for_oid(oid)
        if values:
            return str(values[0].value)
    return name.rfc4514_string()
