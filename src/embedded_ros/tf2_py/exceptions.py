"""Why a transform can't be given."""


class TransformException(Exception):
    """Base of them all."""


class ConnectivityException(TransformException):
    """Both frames are known, but no chain of transforms connects them."""


class LookupException(TransformException):
    """A frame that nothing was ever said about."""


class ExtrapolationException(TransformException):
    """The time lies outside of what is known of some transform on the way."""


class InvalidArgumentException(TransformException):
    """A frame name that can't be one."""


class TimeoutException(TransformException):
    """No transform in time."""
