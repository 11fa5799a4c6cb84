"""Definition text → values; bad text → an error that names file, line, text and the way out."""

import pytest

from embedded_ros.rosidl.errors import DefinitionError
from embedded_ros.rosidl.model import ActionDefinition, Constant, Field, ServiceDefinition, Structure
from embedded_ros.rosidl.parser import parse
from rosidl_parser.definition import (
    Array,
    BasicType,
    BoundedSequence,
    BoundedString,
    BoundedWString,
    NamespacedType,
    UnboundedSequence,
    UnboundedString,
)


def message(text: str) -> Structure:
    parsed = parse(text, "my_msgs", "msg", "Thing", "Thing.msg")
    assert isinstance(parsed, Structure)
    return parsed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bool a", BasicType("boolean")),
        ("byte a", BasicType("octet")),
        ("char a", BasicType("uint8")),
        ("float32 a", BasicType("float")),
        ("float64[3] a", Array(BasicType("double"), 3)),
        ("int16[] a", UnboundedSequence(BasicType("int16"))),
        ("uint64[<=5] a", BoundedSequence(BasicType("uint64"), 5)),
        ("string a", UnboundedString()),
        ("string<=8 a", BoundedString(8)),
        ("wstring<=8[<=2] a", BoundedSequence(BoundedWString(8), 2)),
        ("Other a", NamespacedType(("my_msgs", "msg"), "Other")),
        ("std_msgs/Header a", NamespacedType(("std_msgs", "msg"), "Header")),
        ("std_msgs/msg/Header a", NamespacedType(("std_msgs", "msg"), "Header")),
    ],
)
def test_field_types(text: str, expected: object) -> None:
    assert message(text).fields == (Field(name="a", type=expected),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("string[] a [\"H\\\"el'lo\", 'Wo\\'r\"ld']", ("H\"el'lo", "Wo'r\"ld")),
        ('string[] a ["Hel,lo", \',World\', abcd , "!,",]', ("Hel,lo", ",World", "abcd", "!,")),
        ("float64 w 1", 1.0),
        ("bool on true", True),
        ("int8 n -3", -3),
        ("uint8 mask 0x1f", 31),
        ("byte b 50", b"2"),
        ('string name "a # b"  # the real comment', "a # b"),
        ("string name 'it''s'", "it''s"),
        ("string name plain", "plain"),
        ("int32[3] v [1, 2, 3]", (1, 2, 3)),
        ("string[] v [\"a, b\", 'c']", ("a, b", "c")),
        ("string[<=2] v []", ()),
    ],
)
def test_defaults(text: str, default: object) -> None:
    assert message(text).fields[0].default == default


def test_constants_keep_their_order_and_values() -> None:
    parsed = message("uint8 A=1\nfloat32 HALF = 0.5\nstring TEXT='x#y' # comment\nbool YES=True\n")
    assert [(constant.name, constant.value) for constant in parsed.constants] == [
        ("A", 1),
        ("HALF", 0.5),
        ("TEXT", "x#y"),
        ("YES", True),
    ]
    assert parsed.constants[0] == Constant(name="A", type=BasicType("uint8"), value=1)


def test_comments_tabs_and_blank_lines_are_skipped() -> None:
    parsed = message("# heading\n\n\tint32\ta   # why\n   \n#int32 b\n")
    assert parsed.fields == (Field(name="a", type=BasicType("int32")),)


def test_service_has_two_parts() -> None:
    parsed = parse("int32 a\n---\nint32 b\n", "p", "srv", "S")
    assert isinstance(parsed, ServiceDefinition)
    assert (parsed.request.interface_name, parsed.response.interface_name) == ("p/srv/S_Request", "p/srv/S_Response")
    assert parsed.response.fields[0].name == "b"


def test_action_has_three_parts() -> None:
    parsed = parse("int32 a\n---\n---\nint32 c\n", "p", "action", "A")
    assert isinstance(parsed, ActionDefinition)
    assert [part.name for part in (parsed.goal, parsed.result, parsed.feedback)] == ["A_Goal", "A_Result", "A_Feedback"]
    assert parsed.result.fields == ()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("int32", "expected 'type name'"),
        ("int32 Name", "'Name' is no field name"),
        ("int32 a__b", "'a__b' is no field name"),
        ("int32 a_", "'a_' is no field name"),
        ("int32 lower=3", "'lower' is no constant name"),
        ("int33 a", "'int33' is no type"),
        ("std_msgs/srv/Empty a", "only messages can be fields"),
        ("int32<=4 a", "only strings have a bound here"),
        ("int32[0] a", "a size must be at least 1"),
        ("int8 a 200", "outside int8's range [-128, 127]"),
        ("uint8 A=-1", "outside uint8's range [0, 255]"),
        ("bool a maybe", "'maybe' is not a bool"),
        ("float64 a fast", "'fast' is not a number"),
        ("int32[2] a [1]", "the default has 1 elements, the array 2"),
        ("int32[<=1] a [1, 2]", "at most 1 are allowed"),
        ("int32[2] a 1", "is not an array"),
        ("string<=2 a 'abc'", "is longer than 2 characters"),
        ("int32[2] A=[1, 2]", "a constant can't be an array"),
        ("std_msgs/Header a 3", "only primitive types and strings"),
    ],
)
def test_a_bad_line_is_named_with_file_and_line(line: str, problem: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        message(f"int32 fine\n\n{line}\n")
    error = caught.value
    assert (error.path, error.line, error.text) == ("Thing.msg", 3, line)
    assert problem in str(error)
    assert str(error).startswith(f"Thing.msg:3: '{line}': ")


def test_a_name_defined_twice_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"Thing\.msg:2: 'int8 a': 'a' is already defined above"):
        message("int32 a\nint8 a\n")


@pytest.mark.parametrize(
    ("kind", "text", "count"), [("srv", "int32 a\n", 1), ("action", "---\n", 2), ("msg", "---\n", 0)]
)
def test_a_wrong_number_of_separators_is_refused(kind: str, text: str, count: int) -> None:
    with pytest.raises(DefinitionError, match=f"a .{kind} file has {count} separator lines"):
        parse(text, "p", kind, "X")  # type: ignore[arg-type]


def test_a_bad_interface_name_is_refused() -> None:
    with pytest.raises(DefinitionError, match="'my_thing' is no interface name"):
        parse("", "p", "msg", "my_thing")
