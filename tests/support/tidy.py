"""
The house rules that no linter knows, as functions from one file to what is wrong with it.

Each rule is given a path as written from the repository's root, and a text. What can be said by
ruff is said in pyproject.toml: docstrings that must be there, branches, forbidden imports.
"""

import ast
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import lru_cache
from typing import Final

from cliphook.adapters.schema import PROVIDERS

type Rule = Callable[[str, str], Iterator[str]]
type Definition = ast.FunctionDef | ast.AsyncFunctionDef

FUNCTION_LINES_MAX: Final = 40
PROVIDER_FOLDER: Final = "layers/cliphook/python/cliphook/adapters/providers"
CORE: Final = ("layers/cliphook/python/cliphook/domain/*", "layers/*/cliphook/application/*")

# One page each; what lies beside them is none: the shape of a row, their table, shared formats.
PAGES: Final = tuple(f"{PROVIDER_FOLDER}/{name}.py" for name in PROVIDERS)
PARTS: Final = ["# --- Facts", "# --- Wire", "# --- Translation", "# --- Row"]

# The first pattern that fits decides.
FILE_LINES_MAX: Final = (
    *((page, 150) for page in PAGES),
    ("functions/*/handler.py", 60),
    ("*", 250),
)

LISTS: Final = re.compile(
    r"^\s*(args|arguments|attributes|parameters|raises|returns?|yields)\s*:?\s*$"
    r"|^\s*:(param|raises?|returns?|type)\b|^\s*-{4,}\s*$",
    re.IGNORECASE | re.MULTILINE,
)
LATER: Final = re.compile(r"\b(TODO|FIXME|XXX)\b")
HANDLER: Final = re.compile(r"functions/[a-z_]+/handler\.py")
# Where an author asks for support is not where a package comes from.
ADDRESS: Final = re.compile(r'(?<!"url": ")https?://\S+')


def long_functions(_path: str, text: str) -> Iterator[str]:
    """Find functions that are too long, not counting what they say about themselves."""
    for node in definitions(text):
        length = _length(node) - _docstring_length(node)
        if length > FUNCTION_LINES_MAX:
            yield f"{node.name} has {length} lines"


def long_file(path: str, text: str) -> Iterator[str]:
    """Find files that are too long for their kind."""
    lines_max = next(most for pattern, most in FILE_LINES_MAX if fnmatch(path, pattern))
    length = len(text.splitlines())
    if length > lines_max:
        yield f"{length} lines, more than {lines_max}"


def four_parts(path: str, text: str) -> Iterator[str]:
    """Find provider pages without the four parts, in their order."""
    found = [line for line in text.splitlines() if line.startswith("# ---")]
    if path in PAGES and found != PARTS:
        yield f"its parts are {found}"


def lone_handler(path: str, _text: str) -> Iterator[str]:
    """Find a second file in a function's folder: in Lambda, nothing there can be imported."""
    if path.startswith("functions/") and not HANDLER.fullmatch(path):
        yield "a function's folder holds handler.py and nothing else"


def catches_all(_path: str, text: str) -> Iterator[str]:
    """Find what catches every error, which only an edge may."""
    for node in nodes(text):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "Exception"
            if re.search(r"\b(Base)?Exception\b", caught):
                yield f"line {node.lineno} catches every error"


def lists_in_docstrings(_path: str, text: str) -> Iterator[str]:
    """Find docstrings that list what the signature says already."""
    for node in nodes(text):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for found in LISTS.finditer(ast.get_docstring(node) or ""):
                yield f"a docstring lists: {found.group().strip()}"


def put_off(_path: str, text: str) -> Iterator[str]:
    """Find work that was put off in a comment."""
    for found in LATER.finditer(text):
        yield f"{found.group()} in line {text.count('\n', 0, found.start()) + 1}"


def clock_in_core(path: str, text: str) -> Iterator[str]:
    """Find calls of a clock where `now` must be given."""
    if any(fnmatch(path, pattern) for pattern in CORE):
        for node in nodes(text):
            if isinstance(node, ast.Call) and re.search(
                r"\b(datetime|date)\.(now|today|utcnow)$", ast.unparse(node.func)
            ):
                yield f"line {node.lineno} asks a clock"


def addresses(_path: str, text: str) -> Iterator[str]:
    """Find addresses in a lock, which would tie it to one registry."""
    for found in ADDRESS.findall(text):
        yield f"address {found}"
    if '"resolved"' in text:
        yield "a package's address is resolved"


@lru_cache(maxsize=1)
def nodes(text: str) -> tuple[ast.AST, ...]:
    """List all that a file consists of, once for all rules that look at it in turn."""
    return (*ast.walk(ast.parse(text)),)


def definitions(text: str) -> Iterator[Definition]:
    """Find every function and method."""
    for node in nodes(text):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(text: str) -> set[str]:
    """List what a file imports, a name from a module counting as a module too."""
    names = set[str]()
    for node in nodes(text):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _docstring_length(node: Definition) -> int:
    return _length(node.body[0]) if ast.get_docstring(node) is not None else 0
