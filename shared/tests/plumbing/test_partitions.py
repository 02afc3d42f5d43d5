"""Our choice of partition is that of Kafka's own clients."""

from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from shared.partitions import hashed, place


@given(key=st.binary(max_size=80), partitions=st.integers(1, 50))
def test_a_key_stands_where_kafkas_clients_put_it(key, partitions):
    numbers = list(range(partitions))
    assert place(key, partitions) == DefaultPartitioner()(key, numbers, numbers)


def test_the_hash_is_that_of_kafkas_own_tests():
    known = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536, b"abc": 479470107}
    assert {key: hashed(key) for key in known} == {key: value % 2**32 for key, value in known.items()}


def test_what_has_no_key_stays_together():
    assert place(None, 7) == 0
