"""One shape for everything that may hold substitutions."""

from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution


def normalize_to_list_of_substitutions(subs: SomeSubstitutionsType) -> list[Substitution]:
    """A list of substitutions, to be joined without separator; TypeError names an item that is neither text nor one."""
    if isinstance(subs, str | Substitution):
        return [_normalized(subs)]
    return [_normalized(item) for item in subs]


def _normalized(item: object) -> Substitution:
    from ..substitutions.text_substitution import TextSubstitution

    if isinstance(item, Substitution):
        return item
    if isinstance(item, str):
        return TextSubstitution(text=item)
    raise TypeError(
        f"Failed to normalize given item of type '{type(item)}': {item!r}; give a 'str' or a 'launch.Substitution'"
    )
