"""What a buffer offers on top of look-ups: transforming stamped objects of registered types."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, ClassVar, Final, TypeAlias

from geometry_msgs.msg import TransformStamped
from std_msgs.msg import Header

from rclpy.duration import Duration
from rclpy.time import Time

Transformer: TypeAlias = Callable[[Any, TransformStamped], Any]
Converter: TypeAlias = Callable[[Any], Any]

NO_WAIT: Final = Duration()
"""The default of every `timeout`."""


class TypeException(Exception):
    """A type that nobody registered."""

    def __init__(self, errstr: str) -> None:
        super().__init__(errstr)
        self.errstr = errstr


class NotImplementedException(Exception):
    """A buffer without a look-up of its own."""

    def __init__(self) -> None:
        self.errstr = "CanTransform or LookupTransform not implemented"
        super().__init__(self.errstr)


class BufferInterface:
    """Base of buffers; subclasses look transforms up."""

    def __init__(self) -> None:
        self.registration = TransformRegistration()

    def transform(
        self, object_stamped: Any, target_frame: str, timeout: Duration = NO_WAIT, new_type: Any = None
    ) -> Any:
        """The object in another frame, at its own time. Raises TypeException, TransformException."""
        header = object_stamped.header
        do_transform = self.registration.get(type(object_stamped))
        found = self.lookup_transform(target_frame, header.frame_id, header.stamp, timeout)
        result = do_transform(object_stamped, found)
        return result if new_type is None else convert(result, new_type)

    def transform_full(  # noqa: PLR0917  # Jazzy's signature
        self,
        object_stamped: Any,
        target_frame: str,
        target_time: Time,
        fixed_frame: str,
        timeout: Duration = NO_WAIT,
        new_type: Any = None,
    ) -> Any:
        """The object in another frame and at another time, through a frame that doesn't move."""
        header = object_stamped.header
        do_transform = self.registration.get(type(object_stamped))
        found = self.lookup_transform_full(
            target_frame, target_time, header.frame_id, header.stamp, fixed_frame, timeout
        )
        result = do_transform(object_stamped, found)
        return result if new_type is None else convert(result, new_type)

    # Subclasses give these their signatures, which are `Buffer`'s.

    def lookup_transform(self, *_args: Any, **_kwargs: Any) -> TransformStamped:
        """What maps coordinates in one frame into another."""
        raise NotImplementedException

    def lookup_transform_full(self, *_args: Any, **_kwargs: Any) -> TransformStamped:
        """The same between two times, through a frame that doesn't move."""
        raise NotImplementedException

    def can_transform(self, *_args: Any, **_kwargs: Any) -> bool | tuple[bool, str]:
        """Whether `lookup_transform` would succeed."""
        raise NotImplementedException

    def can_transform_full(self, *_args: Any, **_kwargs: Any) -> bool | tuple[bool, str]:
        """Whether `lookup_transform_full` would succeed."""
        raise NotImplementedException


def Stamped(obj: Any, stamp: Any, frame_id: str) -> Any:
    """The object itself, with a header."""
    obj.header = Header(frame_id=frame_id, stamp=stamp)
    return obj


class TransformRegistration:
    """Which function transforms objects of which type; one table for the process."""

    _transformers: ClassVar[dict[type, Transformer]] = {}

    def add(self, key: type, callback: Transformer) -> None:
        """Register a type."""
        self._transformers[key] = callback

    def get(self, key: type) -> Transformer:
        """The function for a type. Raises TypeException."""
        if key not in self._transformers:
            raise TypeException(f"Type {key} is not loaded or supported; import tf2_geometry_msgs for geometry_msgs")
        return self._transformers[key]


class ConvertRegistration:
    """Which functions convert between types; one table for the process."""

    _to_msg: ClassVar[dict[type, Converter]] = {}
    _from_msg: ClassVar[dict[type, Converter]] = {}
    _direct: ClassVar[dict[tuple[type, type], Converter]] = {}

    def add_from_msg(self, key: type, callback: Converter) -> None:
        """Register message → `key`."""
        self._from_msg[key] = callback

    def add_to_msg(self, key: type, callback: Converter) -> None:
        """Register `key` → message."""
        self._to_msg[key] = callback

    def add_convert(self, key: tuple[type, type], callback: Converter) -> None:
        """Register first → second."""
        self._direct[key] = callback

    def get_from_msg(self, key: type) -> Converter:
        """Raises TypeException."""
        return _found(self._from_msg, key)

    def get_to_msg(self, key: type) -> Converter:
        """Raises TypeException."""
        return _found(self._to_msg, key)

    def get_convert(self, key: tuple[type, type]) -> Converter:
        """Raises TypeException."""
        return _found(self._direct, key)


def convert(a: Any, b_type: type) -> Any:
    """The object as another type: directly, as a copy if it has that type, or by way of a message."""
    registration = ConvertRegistration()
    try:
        return registration.get_convert((type(a), b_type))(a)
    except TypeException:
        if type(a) is b_type:
            return deepcopy(a)
        return registration.get_from_msg(b_type)(registration.get_to_msg(type(a))(a))


def _found(table: dict[Any, Converter], key: Any) -> Converter:
    if key not in table:
        raise TypeException(f"Type {key} is not loaded or supported")
    return table[key]
