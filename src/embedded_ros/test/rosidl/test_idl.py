"""Messages written in IDL are the messages that the same .msg file would give."""

from pathlib import Path
from typing import Any

import pytest

from embedded_ros.rosidl import CdrError, DefinitionError, deserialize, get_message, serialize, type_hash
from embedded_ros.rosidl.idl import parse_idl
from embedded_ros.rosidl.parser import parse

PROBE_IDL = """
// made from Probe.msg
#include "std_msgs/msg/Header.idl"
module idl_msgs {
  module msg {
    typedef double double__3[3];
    module Probe_Constants {
      @verbatim (language="comment", text="first line" "\\n" "struct { second }")
      const uint8 MODE = 0x10;
      const string NAME = "a;b";
    };
    struct Probe {
      std_msgs::msg::Header header;
      @verbatim (language="comment", text="distance") @unit (value="m")
      @default (value=2.5)
      double distance;
      double__3 axis;
      @default (value="(1, -2)") sequence<long, 4> steps;
      sequence<string<3>> names;
      @default (value=TRUE) boolean ready;
      uint8 raw[2];
      unsigned long long count;
    };
  };
};
"""
PROBE_MSG = """
uint8 MODE=16
string NAME="a;b"
std_msgs/Header header
float64 distance 2.5
float64[3] axis
int32[<=4] steps [1, -2]
string<=3[] names
bool ready true
uint8[2] raw
uint64 count
"""


def test_both_languages_define_the_same_message() -> None:
    assert parse_idl(PROBE_IDL, "idl_msgs", "Probe", "x") == parse(PROBE_MSG, "idl_msgs", "msg", "Probe", "x")


def test_an_installed_idl_file_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "share" / "idl_msgs" / "msg"
    folder.mkdir(parents=True)
    (folder / "Probe.idl").write_text(PROBE_IDL)
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    Probe: Any = get_message("idl_msgs/msg/Probe")
    probe = Probe(names=["ab"], count=7)
    assert deserialize(Probe, serialize(probe)) == probe
    assert type_hash(Probe).startswith("RIHS01_")


@pytest.mark.parametrize(
    ("inner", "problem"),
    [
        ("enum Color { RED };", r"x\.idl:1: .*'enum' is not in the part of IDL"),
        ("struct Probe { wchar c; };", "'wchar' is no type"),
        ("struct Probe { long double d; };", "'long double' is no type"),
        ("struct Probe { sequence<long n; };", "expected '>', found 'n'"),
        ("struct Probe { long grid[2][2]; };", "one dimension"),
        ("struct Other { long n; };", "structure 'Probe'; it has: Other"),
        ("const short TOO_MUCH = 70000;", "outside int16's range"),
    ],
)
def test_what_is_not_read_is_refused_with_its_place(inner: str, problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        parse_idl(f"module p {{ module msg {{ {inner} }}; }};", "p", "Probe", "x.idl")


def test_a_char_is_text_that_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "share" / "idl_char_msgs" / "msg"
    folder.mkdir(parents=True)
    (folder / "Letter.idl").write_text("module idl_char_msgs { module msg { struct Letter { char letter; }; }; };")
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    Letter: Any = get_message("idl_char_msgs/msg/Letter")
    letter = Letter(letter="x")
    with pytest.raises(AssertionError, match="with length 1"):
        letter.letter = "xy"
    with pytest.raises(CdrError, match=r"field 'letter': an \.idl file's char can't be sent here"):
        serialize(letter)
