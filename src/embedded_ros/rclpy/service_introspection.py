"""What a service or client tells about its calls."""

from enum import IntEnum


class ServiceIntrospectionState(IntEnum):
    OFF = 0
    METADATA = 1
    CONTENTS = 2
