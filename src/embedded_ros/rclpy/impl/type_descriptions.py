"""Descriptions and sources of interfaces, as `~/get_type_description` gives them."""

from __future__ import annotations

from typing import Any

from type_description_interfaces.msg import Field, FieldType, IndividualTypeDescription, TypeDescription, TypeSource

from embedded_ros.rosidl.hashing import interface_description
from embedded_ros.rosidl.lookup import find_definition
from embedded_ros.rosidl.synthesis import split_name


def type_description(interface: str) -> TypeDescription:
    """Of 'pkg/msg/X', or of a service, an action or a part of one, with all that it refers to."""
    found = interface_description(interface)
    return TypeDescription(
        type_description=_individual(found["type_description"]),
        referenced_type_descriptions=[_individual(item) for item in found["referenced_type_descriptions"]],
    )


def _individual(item: dict[str, Any]) -> IndividualTypeDescription:
    fields = [Field(name=field["name"], type=FieldType(**field["type"])) for field in item["fields"]]
    return IndividualTypeDescription(type_name=item["type_name"], fields=fields)


def type_sources(description: TypeDescription) -> list[TypeSource]:
    """The definition files of the described type and of those that it refers to."""
    described = [description.type_description, *description.referenced_type_descriptions]
    return [_source(item.type_name) for item in described]


def _source(interface: str) -> TypeSource:
    package, kind, name = split_name(interface)
    if "_" in name:
        # A part of a service or action: it follows from the whole, and has no file.
        return TypeSource(type_name=interface, encoding="implicit")
    text = find_definition(package, kind, name).read_text(encoding="utf-8")
    return TypeSource(type_name=interface, encoding=kind, raw_file_contents=text)
