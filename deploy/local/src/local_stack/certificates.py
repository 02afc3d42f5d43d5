"""The cluster's own certificate authority and what it signs; everything in the state folder, for its owner alone."""

import datetime
import ipaddress
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS, CERTIFICATE_DAYS = 3650, 398
HOSTS = ("localhost", "127.0.0.1")
# a clock that runs behind must not find a new certificate not yet valid
_BEFORE = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates; `folder` holds `ca.pem` (for clients) and `ca-key.pem` (for nobody else)."""

    folder: Path

    @property
    def file(self) -> Path:
        """What clients need to know that a broker is ours."""
        return self.folder / "ca.pem"

    def prepare(self) -> None:
        """Make the authority the first time."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.file.exists():
            return
        key = ec.generate_private_key(ec.SECP256R1())
        name = _named("Samverk local authority")
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        made = _begun(name, name, key, AUTHORITY_DAYS).add_extension(usage, critical=True)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        signed = made.sign(key, hashes.SHA256())
        _write(self.folder / "ca-key.pem", _pem(key))
        _write(self.file, signed.public_bytes(serialization.Encoding.PEM))

    def certificate(self, name: str) -> Path:
        """`<name>.pem` with key and chain, signed anew each time it is asked for; good for both ends."""
        authority = x509.load_pem_x509_certificate(self.file.read_bytes())
        signer = serialization.load_pem_private_key((self.folder / "ca-key.pem").read_bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        hosts = [_host(host) for host in HOSTS]
        made = _begun(_named(name), authority.subject, key, CERTIFICATE_DAYS)
        made = made.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        made = made.add_extension(by, critical=False)
        signed = made.sign(signer, hashes.SHA256())
        path = self.folder / f"{name}.pem"
        chain = [certificate.public_bytes(serialization.Encoding.PEM) for certificate in (signed, authority)]
        _write(path, b"".join([_pem(key), *chain]))
        return path


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _begun(name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and readable by the owner only from its first byte."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
