"""The error of a substitution without a value."""


class SubstitutionFailure(RuntimeError):
    """A substitution could not be evaluated; the text says which and why."""
