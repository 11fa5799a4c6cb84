"""Imports go one way: nodes → twin_node and cores → twin_lakehouse; nobody imports sideways; no module is too large."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"
UNDERLAY = SRC / "embedded_ros"
MAX_LINES = 450

NODE_PACKAGES = {"twin_recorder", "twin_navigator", "twin_sim"}
WORKSPACE = NODE_PACKAGES | {"twin_lakehouse", "twin_interfaces", "twin_node"}
# Of the nodes' common shell, these are plain Python: a core may know them.
PLAIN = {"twin_node", "twin_node.errors", "twin_node.parameters"}
ROS_API = {path.parent.name for path in UNDERLAY.glob("*/__init__.py")} - {"embedded_ros"}
INTERFACES = {path.name for path in (UNDERLAY / "embedded_ros" / "prefix" / "share").glob("*_msgs")} | {
    "action_tutorials_interfaces", "builtin_interfaces", "example_interfaces", "rcl_interfaces", "std_srvs",
    "twin_interfaces", "type_description_interfaces", "test_msgs",
}  # fmt: skip


def modules() -> dict[str, Path]:
    """Every module of the workspace's and the underlay's packages, tests and set-up scripts left out."""
    roots = [path for path in SRC.iterdir() if path.is_dir()]
    found = {}
    for root in roots:
        for path in root.rglob("*.py"):
            parts = path.relative_to(root).with_suffix("").parts
            if parts[0] in ("build", "test", "setup") or "prefix" in parts or path.parent.name == "__pycache__":
                continue
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imported(name: str, path: Path, *, at_import_time: bool) -> Iterator[str]:
    """Names that the module imports; `at_import_time` leaves out functions' imports and those for type checkers."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in _nodes(ast.parse(path.read_text(encoding="utf-8")), at_import_time=at_import_time):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            source = ".".join(filter(None, (base, node.module)))
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def _nodes(tree: ast.AST, *, at_import_time: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if at_import_time and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if at_import_time and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _nodes(child, at_import_time=at_import_time)


def graph() -> dict[str, set[str]]:
    """Module → modules of ours that importing it imports."""
    edges: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        wanted = set(imported(name, path, at_import_time=True))
        # A package that imports its own modules does not depend on itself, nor do these on it.
        edges[name] = {other for other in wanted if other in MODULES and other != name and not _is_below(name, other)}
    return edges


def _is_below(name: str, package: str) -> bool:
    return name.startswith(f"{package}.")


def cycles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Strongly connected components of more than one module (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in edges[name]:
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            component = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(component) > 1:
                found.append(sorted(component))

    for name in edges:
        if name not in index:
            visit(name)
    return found


def of_package(*packages: str) -> Iterator[str]:
    """The names of their modules."""
    return (name for name in MODULES if name.split(".")[0] in packages)


def offences(names: Iterator[str], forbidden: set[str]) -> set[str]:
    """Imports, anywhere in those modules, of what they must not know."""
    return {
        f"{name} imports {other}"
        for name in names
        for other in imported(name, MODULES[name], at_import_time=False)
        if other.split(".")[0] in forbidden
    }


def test_no_module_imports_itself_through_others() -> None:
    assert cycles(graph()) == []


def test_cycles_are_found() -> None:
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_cores_know_no_ros() -> None:
    names = (name for name in MODULES if ".core" in name and name.split(".")[0] in WORKSPACE)
    # The ament index says where definition files lie; it is plain Python, without ROS behind it.
    assert offences(names, (ROS_API - {"ament_index_python"}) | INTERFACES) == set()


def test_cores_know_only_the_plain_part_of_the_shell() -> None:
    shell = {name for name in MODULES if name.split(".")[0] == "twin_node"} - PLAIN
    cores = {name: imported(name, path, at_import_time=False) for name, path in MODULES.items() if ".core" in name}
    assert {name for name, wanted in cores.items() if shell & set(wanted)} == set()
    assert offences(iter(PLAIN), ROS_API | INTERFACES) == set()


def test_the_lakehouse_knows_no_ros_and_no_node() -> None:
    assert offences(of_package("twin_lakehouse"), ROS_API | INTERFACES | NODE_PACKAGES | {"twin_node"}) == set()


def test_the_shell_knows_no_node_and_no_lakehouse() -> None:
    assert offences(of_package("twin_node"), NODE_PACKAGES | {"twin_lakehouse", "twin_interfaces"}) == set()


@pytest.mark.parametrize("package", sorted(NODE_PACKAGES))
def test_node_packages_know_no_other_node_package(package: str) -> None:
    assert offences(of_package(package), NODE_PACKAGES - {package}) == set()


def test_nodes_do_not_ask_which_underlay_they_have() -> None:
    assert offences(of_package(*WORKSPACE), {"embedded_ros"}) == set()


def test_what_is_for_tests_is_imported_by_tests_only() -> None:
    for_tests = {name for name in MODULES if name.split(".")[0] in WORKSPACE and "testing" in name.split(".")}
    assert {name.split(".")[0] for name in for_tests} == {"twin_lakehouse", "twin_node"}
    product = {name: imported(name, MODULES[name], at_import_time=False) for name in MODULES.keys() - for_tests}
    assert {name for name, wanted in product.items() if for_tests & set(wanted)} == set()


def test_the_underlay_knows_no_package_of_the_workspace() -> None:
    names = (name for name, path in MODULES.items() if path.is_relative_to(UNDERLAY))
    assert offences(names, WORKSPACE) == set()


def test_no_module_is_too_long() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_all_packages_are_looked_at() -> None:
    packages = {name.split(".")[0] for name in MODULES}
    assert packages >= (WORKSPACE | ROS_API | {"embedded_ros"}) - {"twin_interfaces"}
