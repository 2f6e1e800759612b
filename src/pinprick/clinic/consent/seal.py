"""The clinic's electronic seal: a certificate that it issues to itself on first use, and signatures embedded in PDFs.

A seal shows that a file is byte for byte what the clinic sealed. It is no qualified signature: nobody outside vouches
for the certificate, and whoever holds the data folder could make another.
"""

from __future__ import annotations

import io
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from asn1crypto import keys, pem  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
_YEARS = 30
_KEY_BITS = 3072


@dataclass(frozen=True, slots=True)
class Identity:
    """What a clinic seals with.

    Attributes:
        certificate: in PEM form; public.
        key: in PEM form; never leaves the data folder.
    """

    certificate: str
    key: str


def identity(data: Path, organisation: UUID, name: str) -> Identity:
    """Return the seal of an organisation, made on first use and kept for its owner's eyes only.

    Two processes that start at the same moment end with the same seal.

    Args:
        data: the data folder.
        organisation: whose.
        name: written into the certificate.
    """
    folder = data / "seals"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{organisation}.pem"
    if not path.exists():
        _place(path, _made(name))
    text = path.read_text("ascii")
    mark = "-----BEGIN CERTIFICATE-----"
    key, _, certificate = text.partition(mark)
    return Identity(mark + certificate, key)


def renew(data: Path, organisation: UUID, name: str) -> Identity:
    """Replace the seal of an organisation by a new one and return that; the old key is gone for good.

    What was sealed before stays sound: each consent keeps the certificate that it was sealed with.

    Args:
        data: the data folder.
        organisation: whose.
        name: written into the certificate.
    """
    path = data / "seals" / f"{organisation}.pem"
    if path.exists():
        fresh = path.with_suffix(f".{secrets.token_hex(8)}")
        _place(fresh, _made(name))
        fresh.replace(path)
    return identity(data, organisation, name)


def _place(path: Path, text: str) -> None:
    """Write a file whole, readable by its owner alone, unless another process was first."""
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _made(name: str) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    # Names in certificates hold at most 64 characters.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64] or "Clinic")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=round(365.25 * _YEARS)))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + certificate.public_bytes(serialization.Encoding.PEM)).decode("ascii")


def certificate_of(text: str) -> asn1_x509.Certificate:
    """Return a certificate from its PEM form."""
    return asn1_x509.Certificate.load(pem.unarmor(text.encode("ascii"))[2])


def sealed(document: bytes, owner: Identity, *, reason: str, place: str) -> bytes:
    """Return a PDF with an embedded signature over all of it, after which no change is allowed.

    Args:
        document: the PDF.
        owner: the clinic's seal.
        reason: why it is sealed.
        place: where.
    """
    certificate = certificate_of(owner.certificate)
    signer = signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(pem.unarmor(owner.key.encode("ascii"))[2]),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    told = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason,
        location=place,
    )
    out = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(document)), told, signer=signer,
        new_field_spec=fields.SigFieldSpec(FIELD), output=out,
    )  # fmt: skip
    return out.getvalue()
