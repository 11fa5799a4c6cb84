"""Data key expressions: `<domain>/<name>/<dds_type>/<type_hash>`, with the slashes of the name kept."""

from __future__ import annotations

from dataclasses import dataclass

from embedded_ros.wire.errors import WireError

_DDS_NAMESPACE = "dds_::"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """The four parts of a data key; `name` is fully qualified, with its leading slash."""

    domain: int
    name: str
    dds_type: str
    type_hash: str

    def __str__(self) -> str:
        return f"{self.domain}/{self.name.removeprefix('/').removesuffix('/')}/{self.dds_type}/{self.type_hash}"

    @classmethod
    def parse(cls, text: str) -> DataKey:
        """Read a key from the right: hash, type, then the name; the first chunk is the domain."""
        chunks = text.split("/")
        if len(chunks) < 4 or not chunks[0].isdecimal():
            raise WireError(f"data key '{text}' is not <domain>/<name>/<type>/<hash>; is its sender a ROS 2 node?")
        return cls(domain=int(chunks[0]), name="/" + "/".join(chunks[1:-2]), dds_type=chunks[-2], type_hash=chunks[-1])


def ros_type(dds_type: str) -> str:
    """`pkg::msg::dds_::Type_` as `pkg/msg/Type`; text of another form comes back as it is."""
    if not dds_type.endswith("_") or _DDS_NAMESPACE not in dds_type:
        return dds_type
    return dds_type[:-1].replace(_DDS_NAMESPACE, "").replace("::", "/")
