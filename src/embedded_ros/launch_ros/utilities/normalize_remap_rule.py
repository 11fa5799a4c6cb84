"""One shape for remapping rules."""

from collections.abc import Iterator

from launch.utilities import ensure_argument_type, normalize_to_list_of_substitutions

from ..remap_rule_type import RemapRule, SomeRemapRule, SomeRemapRules


def normalize_remap_rule(remap_rule: SomeRemapRule) -> RemapRule:
    """From and to, each as substitutions; TypeError for anything but a pair."""
    ensure_argument_type(remap_rule, tuple, "remap_rule")
    if len(remap_rule) != 2:
        raise TypeError(f"remap_rule {remap_rule!r} must be a tuple of length 2: (from, to)")
    source, target = (tuple(normalize_to_list_of_substitutions(side)) for side in remap_rule)
    return source, target


def normalize_remap_rules(remap_rules: SomeRemapRules) -> Iterator[RemapRule]:
    """Each rule normalized."""
    yield from map(normalize_remap_rule, remap_rules)
