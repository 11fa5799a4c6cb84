import pytest
from zenoh.ext import Int64, z_serialize

from embedded_ros.wire import attachment
from embedded_ros.wire.errors import InvalidAttachmentError
from embedded_ros.wire.gid import gid_of

from .vectors import ATTACHMENT, ATTACHMENT_TIME_NS, PUBLISHER_TOKEN

GID = gid_of(PUBLISHER_TOKEN)


def test_attachment_bytes_are_those_of_rmw_zenoh() -> None:
    packed = attachment.pack(1, ATTACHMENT_TIME_NS, GID)
    assert packed.hex() == ATTACHMENT
    assert packed == z_serialize((Int64(1), Int64(ATTACHMENT_TIME_NS), GID)).to_bytes()


def test_attachment_reads_back_and_trailing_bytes_do_not_matter() -> None:
    found = attachment.unpack(bytes.fromhex(ATTACHMENT) + b"more")
    assert found == (1, ATTACHMENT_TIME_NS, GID)


@pytest.mark.parametrize("data", [b"", b"short", bytes(33)])
def test_malformed_attachments_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidAttachmentError):
        attachment.unpack(data)


def test_a_gid_of_another_size_never_leaves() -> None:
    with pytest.raises(InvalidAttachmentError, match="must have 16"):
        attachment.pack(1, 0, b"short")
