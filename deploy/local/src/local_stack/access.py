"""The cluster's access list and its principals' passwords, changed through Kafka's own protocol.

aiokafka frames the requests; these four it has no call for (message formats of Kafka 4, `clients/src/main/resources`).
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import (
    CreateAclsRequest_v1,
    DeleteAclsRequest_v1,
    DescribeAclsRequest_v1,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactBytes, CompactString, Int8, Int16, Int32, Schema, TaggedFields

from local_stack.principals import Right

KINDS = {"topic": 2, "group": 3, "cluster": 4}
# DESCRIBE comes with READ and WRITE, DESCRIBE_CONFIGS stands alone
OPERATIONS = {
    "read": 3,
    "write": 4,
    "create": 5,
    "delete": 6,
    "alter": 7,
    "describe": 8,
    "describe_configs": 10,
    "alter_configs": 11,
}
ANY, LITERAL, STARTS = 1, 3, 4
DENY, ALLOW = 2, 3
SCRAM_SHA_512, ITERATIONS = 2, 4096


class AccessRefused(Exception):
    """The cluster refused to change its access list or a password."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `apply` did and found. `surplus`: lines of our principals that no rule makes."""

    created: list[Right] = field(default_factory=list)
    present: list[Right] = field(default_factory=list)
    surplus: list[Right] = field(default_factory=list)
    removed: list[Right] = field(default_factory=list)


class _CreateAcls(Request[CreateAclsRequest_v1]):  # type: ignore[misc]
    API_KEY = 30

    def __init__(self, lines: Iterable[Right]) -> None:
        self._lines = [_coded(line) for line in lines]

    def build(self, struct: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return struct(self._lines)


class _DeleteAcls(Request[DeleteAclsRequest_v1]):  # type: ignore[misc]
    API_KEY = 31

    def __init__(self, lines: Iterable[Right]) -> None:
        self._lines = [_coded(line) for line in lines]

    def build(self, struct: type[DeleteAclsRequest_v1]) -> DeleteAclsRequest_v1:
        return struct(self._lines)


class _DescribeAcls(Request[DescribeAclsRequest_v1]):  # type: ignore[misc]
    API_KEY = 29

    def build(self, struct: type[DescribeAclsRequest_v1]) -> DescribeAclsRequest_v1:
        return struct(ANY, None, ANY, None, None, ANY, ANY)


class _AlterScramResponse(Response):  # type: ignore[misc]
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterScramStruct(RequestStruct):  # type: ignore[misc]
    API_KEY = 51
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _AlterScramResponse
    SCHEMA = Schema(
        (
            "deletions",
            CompactArray(("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields)),
        ),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterScram(Request[_AlterScramStruct]):  # type: ignore[misc]
    API_KEY = 51

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = passwords

    def build(self, struct: type[_AlterScramStruct]) -> _AlterScramStruct:
        return struct([], [_salted(name, password) for name, password in self._passwords.items()], {})


async def set_passwords(client: AIOKafkaAdminClient, passwords: Mapping[str, str]) -> None:
    """Give each principal its password (SCRAM-SHA-512); the cluster never sees it in clear. Raises AccessRefused."""
    answer = await _ask(client, _AlterScram(passwords))
    for user, code, *_ in answer.results:
        if code:
            raise AccessRefused(f"{user}: {for_code(code).__name__}")


async def describe(client: AIOKafkaAdminClient) -> list[Right]:
    """The access list as it is, sorted. Raises AccessRefused."""
    answer = await _ask(client, _DescribeAcls())
    if answer.error_code:
        raise AccessRefused(for_code(answer.error_code).__name__)
    return sorted(
        _decoded(kind, name, pattern, line) for kind, name, pattern, lines in answer.resources for line in lines
    )


async def apply(
    client: AIOKafkaAdminClient, wanted: Collection[Right], principals: Collection[str], *, remove: bool = False
) -> Outcome:
    """Add the lines that are missing. Those of `principals` that no rule makes are told, or removed.

    Other principals' lines are left alone. Raises AccessRefused.
    """
    found = set(await describe(client))
    missing = [line for line in wanted if line not in found]
    surplus = sorted(line for line in found - set(wanted) if line.principal in principals)
    if missing:
        answer = await _ask(client, _CreateAcls(missing))
        _judge(missing, [code for code, _ in answer.creation_responses])
    if remove and surplus:
        answer = await _ask(client, _DeleteAcls(surplus))
        _judge(surplus, [code for code, *_ in answer.filter_responses])
    present = [line for line in wanted if line in found]
    return Outcome(missing, present, surplus, surplus if remove else [])


async def _ask(client: AIOKafkaAdminClient, request: Any) -> Any:
    return await client._send_to_controller(request)  # noqa: SLF001 - the library has no other way to send one


def _judge(lines: Collection[Right], codes: Collection[int]) -> None:
    for line, code in zip(lines, codes, strict=True):
        if code:
            raise AccessRefused(f"{line}: {for_code(code).__name__}")


def _coded(line: Right) -> tuple[int, str, int, str, str, int, int]:
    pattern, permission = STARTS if line.starts else LITERAL, ALLOW if line.allowed else DENY
    principal = f"User:{line.principal}"
    return KINDS[line.kind], line.name, pattern, principal, "*", OPERATIONS[line.operation], permission


def _decoded(kind: int, name: str, pattern: int, line: tuple[str, str, int, int]) -> Right:
    principal, _host, operation, permission = line
    kinds = {code: word for word, code in KINDS.items()}
    operations = {code: word for word, code in OPERATIONS.items()}
    return Right(
        principal.removeprefix("User:"),
        kinds.get(kind, str(kind)),
        name,
        pattern == STARTS,
        operations.get(operation, str(operation)),
        permission == ALLOW,
    )


def _salted(name: str, password: str) -> tuple[str, int, int, bytes, bytes, dict[int, bytes]]:
    """RFC 5802 §3: what is kept instead of the password."""
    salt = os.urandom(32)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return name, SCRAM_SHA_512, ITERATIONS, salt, salted, {}
