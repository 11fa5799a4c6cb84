"""Actions about ROS nodes."""

from embedded_ros.absent import module_getattr

from .node import Node
from .push_ros_namespace import PushROSNamespace, PushRosNamespace
from .set_parameter import SetParameter
from .set_parameters_from_file import SetParametersFromFile
from .set_remap import SetRemap
from .set_ros_log_dir import SetROSLogDir

__all__ = [
    "Node",
    "PushROSNamespace",
    "PushRosNamespace",
    "SetParameter",
    "SetParametersFromFile",
    "SetROSLogDir",
    "SetRemap",
]

__getattr__ = module_getattr(
    __name__,
    frozenset(
        {
            "ComposableNodeContainer",
            "LifecycleNode",
            "LifecycleTransition",
            "LoadComposableNodes",
            "ROSTimer",
            "RosTimer",
            "SetUseSimTime",
        }
    ),
)
