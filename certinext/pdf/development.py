"""A certificate authority and a sealing key of one's own making, for demos and tests.

Nobody else trusts them, and their names say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID, ObjectIdentifier

AUTHORITY = "Development CA"
# Document signing, RFC 9336.
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_AUTHORITY_LASTS = timedelta(days=3650)


@dataclass(frozen=True)
class DevelopmentKey:
    """A PKCS#12 file, and the certificate of the authority that issued it (PEM)."""

    pkcs12: bytes
    authority: bytes


def make_development_key(
    *,
    organisation: str,
    country: str,
    passphrase: bytes,
    not_before: datetime,
    lasts: timedelta = timedelta(days=825),
) -> DevelopmentKey:
    """Return a new P-256 key with a certificate for sealing documents.

    `country` is an ISO 3166 code of two letters; `not_before` is aware.
    """
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name(organisation, country, AUTHORITY)
    root = (
        _begun(root_name, root_name, root_key.public_key(), not_before, _AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    certificate = (
        _begun(
            _name(organisation, country, f"{organisation} development seal"[:64]),
            root_name,
            key.public_key(),
            not_before,
            lasts,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )
    return DevelopmentKey(
        pkcs12.serialize_key_and_certificates(
            b"seal", key, certificate, [root], BestAvailableEncryption(passphrase)
        ),
        root.public_bytes(Encoding.PEM),
    )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    not_before: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_before + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name(organisation: str, country: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
