"""The import graph of certify/, from the syntax trees: which module imports which."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def name_of(path):
    """The dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules():
    """Every module of the package and its file."""
    return {name_of(path): path for path in sorted((ROOT / "certify").rglob("*.py"))}


def statements(body, *, inside):
    """The import statements of a body, with whether they stand inside a function. What is imported
    for types only is left out."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, inside
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from statements(node.orelse, inside=inside)
        else:
            deeper = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from statements(ast.iter_child_nodes(node), inside=deeper)


def imported(node):
    """The names of the modules, of this package and others, that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    assert node.level == 0, "imports are absolute"
    below = [f"{node.module}.{alias.name}" for alias in node.names]
    found = [name for name in below if name in modules()]
    return found + [node.module] * (len(found) < len(below))


@cache
def graph(*, local):
    """For each module the names it imports: at its head only, or (local) inside functions, too."""
    return {
        name: {
            target
            for node, inside in statements(ast.parse(path.read_text()).body, inside=False)
            if local or not inside
            for target in imported(node)
        }
        for name, path in modules().items()
    }


def circles(edges):
    """The sets of modules that import each other in a circle (strongly connected components)."""
    reach = {name: _reached(name, edges) & edges.keys() for name in edges}
    found = {
        frozenset(other for other in reach[name] if name in reach[other])
        for name in edges
        if name in reach[name]
    }
    return sorted(map(sorted, found))


def _reached(name, edges):
    seen, left = set(), [name]
    while left:
        for target in edges.get(left.pop(), ()):
            if target not in seen:
                seen.add(target)
                left.append(target)
    return seen
