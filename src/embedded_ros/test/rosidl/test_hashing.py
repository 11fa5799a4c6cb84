"""Type hashes agree with those that ROS 2 Jazzy's own generator computes."""

import json
import re
from pathlib import Path

import pytest
from std_srvs.srv import Trigger

from embedded_ros.rosidl import get_message, type_hash
from embedded_ros.rosidl.hashing import interface_hash

VECTORS: dict[str, str] = json.loads((Path(__file__).parent / "rihs01_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("interface", VECTORS)
def test_hash_agrees_with_jazzys(interface: str) -> None:
    assert interface_hash(interface) == "RIHS01_" + VECTORS[interface]


def test_hash_of_a_class_is_that_of_its_interface() -> None:
    assert type_hash(Trigger) == "RIHS01_" + VECTORS["std_srvs/srv/Trigger"]
    assert type_hash(Trigger.Request) == "RIHS01_" + VECTORS["std_srvs/srv/Trigger_Request"]


def test_defaults_and_constants_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "share" / "hash_msgs" / "msg"
    folder.mkdir(parents=True)
    (folder / "A.msg").write_text("int32 x\nstring<=3[<=2] y\n", encoding="utf-8")
    (folder / "B.msg").write_text("int32 LIMIT=3\nint32 x 7 # why\nstring<=3[<=2] y\n", encoding="utf-8")
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    hashes = [type_hash(get_message(f"hash_msgs/msg/{name}")) for name in "AB"]
    assert all(re.fullmatch(r"RIHS01_[0-9a-f]{64}", text) for text in hashes)
    assert hashes[0] != hashes[1]  # the type's name counts
