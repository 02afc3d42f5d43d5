"""How a client shows the cluster who it is, and makes sure that it is the cluster it means."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

Protocol = Literal["PLAINTEXT", "SSL", "SASL_SSL"]
Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]
_SASL: Mapping[str, type[SASLPlaintext | SASLScram256 | SASLScram512]] = {
    "SCRAM-SHA-512": SASLScram512,
    "SCRAM-SHA-256": SASLScram256,
    "PLAIN": SASLPlaintext,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """One principal's way in. The files are read again each time a client is made, so a new client takes new ones.

    `ca_file` holds the authorities (PEM) that may have signed the brokers' certificates; without it those of the
    system. Host names are always verified. `certificate` (PEM, with its key) is for clusters that ask for one.
    """

    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    certificate: Path | None = None

    def client(self) -> dict[str, Any]:
        """The arguments that every aiokafka client takes. Raises OSError when a file cannot be read."""
        if self.protocol == "PLAINTEXT":
            return {"security_protocol": "PLAINTEXT"}
        arguments: dict[str, Any] = {"security_protocol": self.protocol, "ssl_context": self._tls()}
        if self.protocol == "SASL_SSL":
            arguments |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return arguments

    def faststream(self) -> BaseSecurity | None:
        """The same for FastStream's broker. Raises OSError when a file cannot be read."""
        if self.protocol == "PLAINTEXT":
            return None
        if self.protocol == "SSL":
            return BaseSecurity(ssl_context=self._tls(), use_ssl=True)
        kind = _SASL[self.mechanism]
        return kind(username=self.username, password=self.password, ssl_context=self._tls(), use_ssl=True)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certificate is not None:
            context.load_cert_chain(self.certificate)
        return context
