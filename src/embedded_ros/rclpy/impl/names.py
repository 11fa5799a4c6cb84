"""Rules for names of nodes, namespaces, topics and services, and how a relative name becomes absolute."""

from __future__ import annotations

import re

MAX_NAME = 255
_SUBSTITUTION = re.compile(r"\{([^{}]*)\}")
_SUBSTITUTIONS = ("node", "ns", "namespace")

# What must not be found, looked for in this order, in the name or in the name with its substitutions filled.
_TOPIC_PROBLEMS = (
    (
        r"[^A-Za-z0-9_/~{}]",
        "topic name must not contain characters other than alphanumerics, '_', '~', '{', or '}'",
        "name",
    ),
    (r".~", "topic name has '~' in the middle of it, which is not allowed", "name"),
    (r"^~[^/]", "topic name has '~' not followed by '/', which is not allowed", "name"),
    (r"[{}]", "topic name has mismatched curly braces", "plain"),
    (r"(^|/)\d", "topic name token must not start with a number", "plain"),
    (r"//", "topic name must not contain repeated '/'", "name"),
)

Problem = tuple[str, int]
"""What is wrong with a name, and the index of the character where."""


def node_name_problem(name: str) -> Problem | None:
    if not name:
        return "node name must not be empty", 0
    wrong = re.search(r"[^A-Za-z0-9_]", name)
    if wrong:
        return "node name must not contain characters other than alphanumerics or '_'", wrong.start()
    if name[0].isdigit():
        return "node name must not start with a number", 0
    if len(name) > MAX_NAME:
        return f"node name length should not exceed '{MAX_NAME}'", MAX_NAME - 1
    return None


def full_name_problem(name: str, what: str = "topic name") -> Problem | None:
    """Check an absolute name: of a topic, a service, or (`what='namespace'`) a namespace."""
    if not name:
        return f"{what} must not be empty", 0
    if name[0] != "/":
        return f"{what} must be absolute, it must lead with a '/'", 0
    if len(name) > 1 and name[-1] == "/":
        return f"{what} must not end with a '/'", len(name) - 1
    wrong = re.search(r"[^A-Za-z0-9_/]", name)
    if wrong:
        return f"{what} must not contain characters other than alphanumerics, '_', or '/'", wrong.start()
    return _token_problem(name, what)


def _token_problem(name: str, what: str) -> Problem | None:
    doubled = re.search(r"//", name)
    if doubled:
        return f"{what} must not contain repeated '/'", doubled.start() + 1
    number = re.search(r"/\d", name)
    if number:
        return f"{what} must not have a token that starts with a number", number.start() + 1
    if len(name) > MAX_NAME:
        return f"{what} length should not exceed '{MAX_NAME}'", MAX_NAME - 1
    return None


def namespace_problem(namespace: str) -> Problem | None:
    if namespace == "/":
        return None
    return full_name_problem(namespace, "namespace")


def topic_name_problem(name: str) -> Problem | None:
    """Check a name as a user writes it: relative, absolute or private, with `{substitutions}`."""
    if not name:
        return "topic name must not be empty string", 0
    if name[-1] == "/":
        return "topic name must not end with '/'", len(name) - 1
    plain = _SUBSTITUTION.sub(lambda found: "x" * len(found.group()), name)
    for pattern, problem, text in _TOPIC_PROBLEMS:
        found = re.search(pattern, plain if text == "plain" else name)
        if found:
            return problem, found.end() - 1
    return None


def join(namespace: str, name: str) -> str:
    return f"{namespace}{name}" if namespace.endswith("/") else f"{namespace}/{name}"


def expand(name: str, node_name: str, namespace: str) -> str:
    """Absolute form of a valid topic or service name. Raises ValueError naming the part that is not valid."""
    for part, value, problem in (
        ("topic name", name, topic_name_problem(name)),
        ("node name", node_name, node_name_problem(node_name)),
        ("namespace", namespace, namespace_problem(namespace)),
    ):
        if problem:
            raise ValueError(f"{part} '{value}' is invalid: {problem[0]}")

    def substitute(found: re.Match[str]) -> str:
        key = found.group(1)
        if key not in _SUBSTITUTIONS:
            raise ValueError(f"topic name '{name}' has an unknown substitution '{{{key}}}', not in {_SUBSTITUTIONS}")
        return node_name if key == "node" else namespace.strip("/")

    if name.startswith("~"):
        name = join(namespace, node_name) + name[1:]
    name = _SUBSTITUTION.sub(substitute, name)
    return name if name.startswith("/") else join(namespace, name)
