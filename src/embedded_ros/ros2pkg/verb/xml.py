"""`ros2 pkg xml`."""

from __future__ import annotations

import argparse
from pathlib import Path
from xml.etree import ElementTree as ET

from ros2pkg.api import add_package_name
from ros2pkg.verb import VerbExtension


class XmlVerb(VerbExtension):
    """Output the XML of the package manifest or a specific tag."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_package_name(parser)
        parser.add_argument("-t", "--tag", help="show only this tag, e.g. version")

    def main(self, *, args: argparse.Namespace) -> str | None:
        from ament_index_python.packages import PackageNotFoundError, get_package_share_directory

        try:
            manifest = Path(get_package_share_directory(args.package_name)) / "package.xml"
        except (PackageNotFoundError, ValueError):
            return "Package not found"
        if not manifest.is_file():
            return "Package XML manifest not found"
        root = ET.parse(manifest).getroot()  # noqa: S314
        if args.tag is None:
            print(ET.tostring(root, encoding="unicode"))
            return None
        elements = root.findall(args.tag)
        for element in elements:
            print(element.text)
        return None if elements else "XML tag not found"
