import pytest

from embedded_ros.wire.errors import InvalidQosError
from embedded_ros.wire.qos import BEST_EFFORT, INFINITE_NS, KEEP_ALL, TRANSIENT_LOCAL, Qos, decode, encode

S = 1_000_000_000

TEXTS = {
    "::,10:,:,:,,": Qos(depth=10),
    "2::,5:,:,:,,": Qos(reliability=BEST_EFFORT, depth=5),
    ":1:,1:,:,:,,": Qos(durability=TRANSIENT_LOCAL, depth=1),
    ":1:,1000:,:10,0:,,": Qos(durability=TRANSIENT_LOCAL, depth=1000, lifespan_ns=10 * S),
    "::,1000:,:,:,,": Qos(depth=1000),
    "::,:,:,:,,": Qos(),
    "::2,:,:,:,,": Qos(history=KEEP_ALL),
    "::2,10:,:,:,,": Qos(history=KEEP_ALL, depth=10),
    "::,10:0,100000000:,:,,": Qos(depth=10, deadline_ns=S // 10),
    "::,10:,:,:3,2,0": Qos(depth=10, liveliness=3, lease_ns=2 * S),
    "4:4:,10:,854775806:,:5,,854775806": Qos(
        reliability=4, durability=4, depth=10, deadline_ns=INFINITE_NS - 1, liveliness=5, lease_ns=INFINITE_NS - 1
    ),
}


@pytest.mark.parametrize(("text", "qos"), TEXTS.items())
def test_qos_text_is_canonical_and_reads_back(text: str, qos: Qos) -> None:
    assert encode(qos) == text
    assert decode(text) == qos


def test_depth_zero_and_system_defaults_become_the_middlewares() -> None:
    zero = Qos(reliability=0, durability=0, history=0, depth=0, deadline_ns=0, lifespan_ns=0, liveliness=0, lease_ns=0)
    assert encode(zero) == "::,:,:,:,,"


def test_explicit_defaults_are_read_and_not_written() -> None:
    assert encode(decode("1:2:1,42:9223372036,854775807:,:1,,")) == "::,:,:,:,,"


def test_what_a_later_version_adds_is_passed_over() -> None:
    assert decode("::,10,7:,:,:,,:new") == Qos(depth=10)


@pytest.mark.parametrize("text", ["", "::,10:,:,:,", "::,-1:,:,:,,", "::,x:,:,:,,", "9::,:,:,:,,", "::,:,:,:2,,"])
def test_malformed_qos_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidQosError, match="QoS text"):
        decode(text)


@pytest.mark.parametrize("qos", [Qos(reliability=3), Qos(durability=3), Qos(history=3), Qos(liveliness=4)])
def test_unknown_policies_are_refused(qos: Qos) -> None:
    with pytest.raises(InvalidQosError, match="must be known"):
        encode(qos)
