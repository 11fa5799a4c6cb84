"""Descriptions of parameters."""

from embedded_ros.absent import module_getattr

from ..parameter_descriptions import Parameter, ParameterFile, ParameterValue

__all__ = ["Parameter", "ParameterFile", "ParameterValue"]

__getattr__ = module_getattr(__name__, frozenset({"ComposableNode"}))
