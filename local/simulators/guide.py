"""The page at `/`: whom a simulator simulates, what it can be asked, and how it misbehaves."""

import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from local.simulators import choices
from local.simulators.settings import KEY_PREFIX, Limit
from local.simulators.world import World, world_of

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { margin-bottom: 0; }
h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8884; padding: .35rem .75rem .35rem 0; text-align: left;
         vertical-align: top; }
th { font-weight: 600; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
td code { user-select: all; }
pre { border: 1px solid #8884; border-radius: 6px; overflow-wrap: anywhere; padding: .75rem;
      user-select: all; white-space: pre-wrap; }
table.scenarios { table-layout: fixed; }
table.scenarios td { overflow-wrap: anywhere; }
table.scenarios th:last-child { width: 44%; }
table.scenarios td:last-child code { font-size: 11.5px; opacity: .75; }
"""
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-store",
}
# The titles of the scenarios' tables, by how their names begin; the rest is the provider's own.
_GROUPS: Final[Mapping[str, str]] = {
    r"S\d": "As every provider is numbered",
    r"refuse-": "A create is refused",
    r"(first-)?poll-": "Polls go wrong",
    r"(audio|cover)-": "Downloads go wrong",
    r"": "Of this provider alone",
}
_PAGES: Final = {
    "GET /_sim": "settings, and how much was seen",
    "GET /_sim/requests": "every create that came, and what became of it",
    "GET /_sim/callbacks": "every callback that was tried",
    "GET /_sim/scenarios": "the scenarios below, as JSON",
    "POST /_sim/next": "order how the next creates go",
    "POST /_sim/reset": "forget everything, and begin the seed again",
}
_HEADED: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE) [^:]*: ")

type _Row = tuple[str, ...]


def routes() -> list[Route]:
    """List the route of the page."""
    return [Route("/", guide, methods=["GET"])]


async def guide(request: Request) -> Response:
    """GET /: this page."""
    world, base_url = world_of(request), str(request.base_url).rstrip("/")
    provider = world.simulator.provider
    body = "".join(
        (
            *_introduction(world, base_url),
            "<h2>Endpoints</h2>", _table(("endpoint", "does"), _endpoints(world.simulator.routes)),
            "<h2>Scenarios</h2>", *_scenarios(world, base_url),
            "<h2>Settings</h2>", *_settings(world),
            "<h2>What it was asked, and does</h2>",
            _table(("page", "shows"), ((_code(page), says) for page, says in _PAGES.items())),
        )
    )  # fmt: skip
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(provider)}, simulated</title><style>{_STYLE}</style>{body}</html>\n",
        headers=_HEADERS,
    )


def _introduction(world: World[Any], base_url: str) -> Iterator[str]:
    simulator = world.simulator
    key = "the one it was started with" if world.settings.key else f"any that begins {KEY_PREFIX}"
    yield f"<h1>{escape(simulator.provider)}, simulated</h1>"
    yield f"<p>Simulates {escape(simulator.says)}. It listens on this machine only.</p>"
    yield _table(
        ("", ""),
        (
            ("address", _code(base_url)),
            ("API key", escape(key)),
            ("scenario", f"{_code(world.settings.scenario)}, unless a create says otherwise"),
        ),
    )
    if simulator.example:
        yield "<p>Make music:</p>"
        path = simulator.routes[0].path
        headers = ("authorization: Bearer sim-x", "content-type: application/json")
        yield f"<pre>{escape(_curl(base_url + path, simulator.example, *headers))}</pre>"


def _endpoints(routes: Iterable[Route]) -> Iterator[_Row]:
    for route in routes:
        methods = sorted((route.methods or {"GET"}) - {"HEAD"})
        lines = (inspect.getdoc(route.endpoint) or "").splitlines()
        says = _HEADED.sub("", lines[0]) if lines else ""
        yield _code(f"{' '.join(methods)} {route.path}"), _sentence(says)


def _settings(world: World[Any]) -> Iterator[str]:
    own = world.settings.switches or world.simulator.switches
    options, numbers = choices.options(own), choices.numbered(own)
    said = choices.explanations(own)
    rows = [
        (
            _code(name),
            _code(choices.written(getattr(own, name))),
            " ".join([*map(_code, options[name]), *(["a number"] if name in numbers else [])]),
            escape(said.get(name, "")),
        )
        for name in options
    ]
    if rows:
        yield "<p>Of this provider; set when it is started, by <code>--set name=value</code>.</p>"
        yield _table(("setting", "is", "can be", "means"), rows)
    shared = world.settings
    said = choices.explanations(shared)
    yield "<p>Of every simulator; <code>--help</code> says how some are set.</p>"
    yield _table(
        ("setting", "is", "means"),
        (
            (_code(name), _shown(getattr(shared, name)), escape(said.get(name, "")))
            for name in choices.names(shared)
            if name not in {"key", "switches"}
        ),
    )


def _scenarios(world: World[Any], base_url: str) -> Iterator[str]:
    yield (
        "<p>Order one by its marker, anywhere in a create's text; or for the next creates without"
        " a marker, by the command beside it. A click selects either.</p>"
    )
    left = dict(world.simulator.scenarios)
    for start, title in _GROUPS.items():
        names = sorted((name for name in left if re.match(start, name)), key=_number)
        if names:
            yield f"<h3>{title}</h3>"
            yield _table(
                ("marker", "what happens", "order the next"),
                (_ordered(name, left.pop(name).says, base_url) for name in names),
                kind="scenarios",
            )


def _number(name: str) -> int:
    found = re.match(r"S(\d+)", name)
    return int(found[1]) if found else 0


def _ordered(name: str, says: str, base_url: str) -> _Row:
    order = _curl(f"{base_url}/_sim/next", {"scenario": name})
    return _code(f"[[sim:{name}]]"), _sentence(says), _code(order)


def _curl(url: str, body: Mapping[str, object], *headers: str) -> str:
    """Write a command that a shell takes as it stands."""
    parts = "".join(f"-H '{header}' " for header in headers)
    text = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
    return f"curl {url} {parts}-d '{text}'"


def _shown(value: object) -> str:
    """Show a setting: a limit, pauses or a number."""
    match value:
        case None:
            return "as published"
        case Limit(count=0):
            return "no limit"
        case Limit(count=count, span_s=span_s):
            return f"{count} in {span_s:g} s"
        case tuple():
            return ", ".join(f"{second:g}" for second in value)
        case _:
            return escape(f"{round(value, 4):.10g}" if isinstance(value, float) else str(value))


def _sentence(text: str) -> str:
    return escape(f"{text[:1].upper()}{text[1:].rstrip('.')}.") if text else ""


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _table(heads: _Row, rows: Iterable[_Row], *, kind: str = "") -> str:
    head = "".join(f"<th>{title}</th>" for title in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    top = f"<thead><tr>{head}</tr></thead>" if any(heads) else ""
    return f'<table class="{kind}">{top}<tbody>{body}</tbody></table>'
