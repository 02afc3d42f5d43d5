"""Who leads the cluster's controllers: Kafka's DescribeQuorum (key 55), which aiokafka has no call for."""

from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

_REPLICA = (("id", Int32), ("end", Int64), ("tags", TaggedFields))


class _Response(Response):  # type: ignore[misc]
    API_KEY = 55
    API_VERSION = 0
    SCHEMA = Schema(
        ("error_code", Int16),
        (
            "topics",
            CompactArray(
                ("name", CompactString("utf-8")),
                (
                    "partitions",
                    CompactArray(
                        ("index", Int32),
                        ("error_code", Int16),
                        ("leader", Int32),
                        ("epoch", Int32),
                        ("high_watermark", Int64),
                        ("voters", CompactArray(*_REPLICA)),
                        ("observers", CompactArray(*_REPLICA)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Struct(RequestStruct):  # type: ignore[misc]
    API_KEY = 55
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _Response
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("partitions", CompactArray(("index", Int32), ("tags", TaggedFields))),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _DescribeQuorum(Request[_Struct]):  # type: ignore[misc]
    API_KEY = 55

    def build(self, struct: type[_Struct]) -> _Struct:
        return struct([("__cluster_metadata", [(0, {})], {})], {})


async def controller(client: AIOKafkaAdminClient) -> int | None:
    """The number of the node that is the active controller, or None when the cluster does not say."""
    answer: Any = await client._send_request(_DescribeQuorum())  # noqa: SLF001 - the library has no other way to send one
    if answer.error_code or not answer.topics:
        return None
    ((_, partitions, _),) = answer.topics
    leader: int = partitions[0][2]
    return leader if leader > 0 else None
