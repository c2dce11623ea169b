"""A provider's own settings, chosen by name: from a command line, and to be shown on a page."""

import ast
import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from itertools import pairwise
from typing import Final, Literal, TypeAliasType, get_args, get_origin, get_type_hints

type Choice = str | float | None

_WORDS: Final[Mapping[bool | None, str]] = {False: "false", True: "true", None: "default"}


class NoSuchChoiceError(Exception):
    """A setting is unknown, or has no such value."""


def options(switches: object) -> dict[str, dict[str, Choice]]:
    """List the settings of a provider, and what each may be, by how it is written."""
    if switches is None:
        return {}
    hints = get_type_hints(type(switches))
    return {
        name: {written(value): value for value in _values(hint)} for name, hint in hints.items()
    }


def chosen(switches: object, texts: Sequence[str]) -> object:
    """Read `name=value` texts into a provider's settings. Raises NoSuchChoiceError."""
    known, numbers = options(switches), numbered(switches)
    changes: dict[str, Choice] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in known:
            raise NoSuchChoiceError(f"there is no setting {name!r}; there are: {', '.join(known)}")
        if value in known[name]:
            changes[name] = known[name][value]
        elif name in numbers:
            changes[name] = _number(name, value, numbers[name])
        else:
            raise NoSuchChoiceError(f"{name} must be one of {', '.join(known[name])}")
    if not is_dataclass(switches) or isinstance(switches, type):
        return switches
    try:
        return replace(switches, **changes)
    except ValueError as error:
        raise NoSuchChoiceError(str(error)) from error


def numbered(switches: object) -> dict[str, type[int] | type[float]]:
    """List the settings that may be a number, and of which kind, beside what `options` lists."""
    if switches is None:
        return {}
    hints = get_type_hints(type(switches))
    kinds = {name: {hint, *get_args(hint)} for name, hint in hints.items()}
    return {name: kind for name, of in kinds.items() for kind in (int, float) if kind in of}


def written(value: Choice) -> str:
    """Write a value as it is chosen."""
    return _WORDS[value] if value is None or isinstance(value, bool) else str(value)


def names(settings: object) -> list[str]:
    """List the names of some settings."""
    return [*get_type_hints(type(settings))]


def explanations(settings: object) -> dict[str, str]:
    """Read what the source says of each setting, in the text below it; not all have one."""
    found: dict[str, str] = {}
    if settings is None:
        return found
    (table,) = ast.parse(inspect.getsource(type(settings))).body
    lines = table.body if isinstance(table, ast.ClassDef) else []
    for field, text in pairwise(lines):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            found[ast.unparse(field.target)] = " ".join(str(ast.literal_eval(text.value)).split())
    return found


def _number(name: str, text: str, kind: type[int] | type[float]) -> float:
    try:
        number = kind(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise NoSuchChoiceError(f"{name} must be {'a whole' if kind is int else 'a'} number")
    return number


def _values(hint: object) -> list[Choice]:
    if hint is bool:
        return [False, True]
    if hint is type(None):
        return [None]
    if isinstance(hint, TypeAliasType):
        return _values(hint.__value__)
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    return [value for part in get_args(hint) for value in _values(part)]
