"""Where launch descriptions in XML come from."""

from .xml_launch_description_source import XMLLaunchDescriptionSource

__all__ = ["XMLLaunchDescriptionSource"]
