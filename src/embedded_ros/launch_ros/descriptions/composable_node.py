"""A node that is loaded into a container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch.action import Action
from launch.frontend.entity import Entity
from launch.frontend.pairs import parse_pairs
from launch.utilities import normalize_to_list_of_substitutions

from ..utilities import normalize_parameters, normalize_remap_rules
from ..utilities.parse_elements import parse_parameters, parse_remappings

if TYPE_CHECKING:
    from launch.condition import Condition
    from launch.frontend import Parser
    from launch.frontend.expose import Parsed
    from launch.some_substitutions_type import SomeSubstitutionsType
    from launch.substitution import Substitution

    from ..parameters_type import Parameters, SomeParameters
    from ..remap_rule_type import RemapRules, SomeRemapRules


class ComposableNode:
    """The class `plugin` of `package`; see launch_ros.actions.Node for what a node has.

    `extra_arguments`: parameters that the container itself reads. `condition`: what must hold for it to be loaded.
    """

    def __init__(
        self,
        *,
        package: SomeSubstitutionsType,
        plugin: SomeSubstitutionsType,
        name: SomeSubstitutionsType | None = None,
        namespace: SomeSubstitutionsType | None = None,
        parameters: SomeParameters | None = None,
        remappings: SomeRemapRules | None = None,
        extra_arguments: SomeParameters | None = None,
        condition: Condition | None = None,
    ) -> None:
        self.__package = normalize_to_list_of_substitutions(package)
        self.__node_plugin = normalize_to_list_of_substitutions(plugin)
        self.__node_name = _normalized_if_given(name)
        self.__node_namespace = _normalized_if_given(namespace)
        self.__parameters = None if parameters is None else normalize_parameters(parameters)
        self.__remappings = tuple(normalize_remap_rules(remappings)) if remappings else None
        self.__extra_arguments = normalize_parameters(extra_arguments) if extra_arguments else None
        self.__condition = condition

    @classmethod
    def parse(cls, parser: Parser, entity: Entity) -> Parsed:
        """What the element `composable_node` holds."""
        _, kwargs = Action.parse(entity, parser)
        for attribute, keyword in (("pkg", "package"), ("plugin", "plugin"), ("name", "name")):
            kwargs[keyword] = parser.parse_substitution(entity.get_attr(attribute))
        kwargs.update(_parse_optional(entity, parser))
        entity.assert_entity_completely_parsed()
        return cls, kwargs

    @property
    def package(self) -> list[Substitution]:
        """Where the class is."""
        return self.__package

    @property
    def node_plugin(self) -> list[Substitution]:
        """The class."""
        return self.__node_plugin

    @property
    def node_name(self) -> list[Substitution] | None:
        """The node's name; None: the class chooses it."""
        return self.__node_name

    @property
    def node_namespace(self) -> list[Substitution] | None:
        """The node's namespace; None: that of the scope."""
        return self.__node_namespace

    @property
    def parameters(self) -> Parameters | None:
        """The node's parameters."""
        return self.__parameters

    @property
    def remappings(self) -> RemapRules | None:
        """The node's remapping rules."""
        return self.__remappings

    @property
    def extra_arguments(self) -> Parameters | None:
        """Parameters for the container."""
        return self.__extra_arguments

    def condition(self) -> Condition | None:
        """What must hold for it to be loaded."""
        return self.__condition


def parse_composable_nodes(entities: list[Entity], parser: Parser) -> list[ComposableNode]:
    """What elements `composable_node` stand for."""
    return [make(**kwargs) for make, kwargs in (ComposableNode.parse(parser, entity) for entity in entities)]


def _normalized_if_given(text: SomeSubstitutionsType | None) -> list[Substitution] | None:
    return None if text is None else normalize_to_list_of_substitutions(text)


def _parse_optional(entity: Entity, parser: Parser) -> dict[str, Any]:
    namespace = entity.get_attr("namespace", optional=True)
    parameters = entity.get_attr("param", data_type=list[Entity], optional=True)
    extra_arguments = parse_pairs(entity, parser, "extra_arg")
    found = {
        "namespace": None if namespace is None else parser.parse_substitution(namespace),
        "parameters": None if parameters is None else parse_parameters(parameters, parser),
        "remappings": parse_remappings(entity, parser),
        "extra_arguments": None if extra_arguments is None else [dict([pair]) for pair in extra_arguments],
    }
    return {keyword: value for keyword, value in found.items() if value is not None}
