"""What callbacks may give back."""

from collections.abc import Iterable
from typing import TypeAlias

from .launch_description_entity import LaunchDescriptionEntity

SomeEntitiesType: TypeAlias = LaunchDescriptionEntity | Iterable[LaunchDescriptionEntity]
SomeEntitiesType_types_tuple = (LaunchDescriptionEntity, Iterable)
