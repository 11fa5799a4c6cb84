"""Namespaces joined and made absolute."""


def is_root_namespace(ns: str) -> bool:
    """Whether `ns` is '/'."""
    return ns == "/"


def is_namespace_absolute(ns: str) -> bool:
    """Whether `ns` starts at the root."""
    return ns.startswith("/")


def prefix_namespace(base_ns: str | None, ns: str | None) -> str | None:
    """`ns` below `base_ns`, unless it is absolute; either may be missing. No slash at the end."""
    if ns is None:
        combined = base_ns
    elif not base_ns or is_namespace_absolute(ns):
        combined = ns
    else:
        combined = f"{'' if is_root_namespace(base_ns) else base_ns}/{ns}"
    if combined is None or is_root_namespace(combined):
        return combined
    return combined.rstrip("/")


def make_namespace_absolute(ns: str | None) -> str | None:
    """`ns` with a slash in front; None stays None."""
    return ns if ns is None or is_namespace_absolute(ns) else f"/{ns}"
