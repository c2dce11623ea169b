"""The whole repository keeps the house rules, and each rule has been seen to catch somebody."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest

from tests.support import tidy
from tests.support.documents import missing_paths

ROOT = Path(__file__).parents[2]
PACKAGE = "layers/cliphook/python"
PAGE = tidy.PAGES[0]

# Which files a rule is for.
FOLDERS = ("layers", "functions", "infra", "local", "tests", "benchmarks")
PYTHON = tuple(f"{folder}/**/*.py" for folder in FOLDERS)
FUNCTIONS = ("functions/**/*",)
LOCKS = ("requirements/*.txt", "layers/*/requirements.txt", "package-lock.json")
WRITTEN = (
    *PYTHON,
    "*.md",
    "docs/**/*.md",
    "benchmarks/*.md",
    "Makefile",
    "pyproject.toml",
    "requirements/*.in",
)
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "docs/**/*.md", "benchmarks/*.md")

RULES: dict[tidy.Rule, tuple[str, ...]] = {
    tidy.long_functions: PYTHON,
    tidy.long_file: PYTHON,
    tidy.four_parts: PYTHON,
    tidy.catches_all: PYTHON,
    tidy.lists_in_docstrings: PYTHON,
    tidy.clock_in_core: PYTHON,
    tidy.lone_handler: FUNCTIONS,
    tidy.put_off: WRITTEN,
    tidy.addresses: LOCKS,
}

# Who may break which rule, and why. An entry that is no longer needed fails.
EXCEPTIONS: dict[tuple[tidy.Rule, str], str] = {
    (tidy.catches_all, f"{PACKAGE}/cliphook/runtime/queue.py"): "the edge: logs it, keeps the rest",
    (tidy.catches_all, f"{PACKAGE}/cliphook/application/sweep_jobs.py"): "one job stops no other",
    (tidy.put_off, "tests/support/tidy.py"): "names the words",
    (tidy.put_off, "tests/unit/test_tidy.py"): "plants one",
}

# Imported by nobody, since something else finds it.
ENTRANCES: dict[str, str] = {
    "cliphook.adapters.sound.host": "adapters/sound/apart.py starts it as a process of its own",
}


def files(patterns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Find the files that fit, as paths from the root and texts."""
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def module(path: str) -> str:
    """Name the module that a file of the layer is."""
    return path.removeprefix(f"{PACKAGE}/").removesuffix(".py").replace("/", ".")


def named(rule: object) -> str:
    """Name a rule in a test's name."""
    return getattr(rule, "__name__", str(rule))


@pytest.fixture(scope="module")
def found() -> dict[tidy.Rule, list[str]]:
    """What is wrong by each rule: file by file, for to read one takes longer than to judge it."""
    found: dict[tidy.Rule, list[str]] = {rule: [] for rule in RULES}
    judged = {rule: {path for path, _ in files(patterns)} for rule, patterns in RULES.items()}
    every = tuple({pattern for patterns in RULES.values() for pattern in patterns})
    for path, text in files(every):
        for rule, paths in judged.items():
            if path in paths and (rule, path) not in EXCEPTIONS:
                found[rule] += [f"{path}: {finding}" for finding in rule(path, text)]
    return found


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_everybody_keeps_the_rule(rule: tidy.Rule, found: dict[tidy.Rule, list[str]]) -> None:
    assert found[rule] == []


@pytest.mark.parametrize(("rule", "path"), EXCEPTIONS, ids=named)
def test_an_exception_is_still_needed(rule: tidy.Rule, path: str) -> None:
    assert [*rule(path, (ROOT / path).read_text(encoding="utf-8"))]


def test_every_module_of_the_layer_is_imported_by_somebody() -> None:
    imported = {
        name
        for path, text in files(PYTHON)
        if not path.startswith("tests/")
        for name in tidy.imported(text)
    }
    modules = {
        module(path)
        for path, _ in files((f"{PACKAGE}/**/*.py",))
        if not path.endswith("__init__.py")
    }

    assert modules - imported == ENTRANCES.keys()


def test_documents_name_files_that_exist() -> None:
    found = [
        f"{path}: {missing}"
        for path, text in files(DOCUMENTS)
        for missing in missing_paths(text, root=ROOT)
    ]

    assert found == []


def test_no_provider_page_may_import_another() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pages = [name for page in tidy.PAGES for name, _ in files((page,))]

    contracts = project["tool"]["importlinter"]["contracts"]
    independent = next(row["modules"] for row in contracts if row["type"] == "independence")

    assert sorted(independent) == sorted(map(module, pages))


LONG_FUNCTION = "def long():\n" + "    pass\n" * tidy.FUNCTION_LINES_MAX
LONG_METHOD = "class Big:\n" + indent(LONG_FUNCTION, "    ")
EXPLAINED_FUNCTION = LONG_FUNCTION.replace("    pass\n", '    """Do."""\n', 1)
PARTS = "\n".join(tidy.PARTS)

PLANTED: list[tuple[tidy.Rule, str, str]] = [
    (tidy.long_functions, "infra/app.py", LONG_FUNCTION),
    (
        tidy.long_functions,
        "infra/app.py",
        LONG_METHOD,
    ),
    (tidy.long_file, "infra/app.py", "pass\n" * 251),
    (tidy.long_file, PAGE, "pass\n" * 151),
    (tidy.long_file, "functions/submit/handler.py", "pass\n" * 61),
    (tidy.four_parts, PAGE, ""),
    (tidy.four_parts, PAGE, f"{PARTS}\n# --- More"),
    (tidy.four_parts, PAGE, "\n".join(reversed(tidy.PARTS))),
    (tidy.lone_handler, "functions/submit/parse.py", ""),
    (tidy.lone_handler, "functions/handler.py", ""),
    (tidy.lone_handler, "functions/submit/more/handler.py", ""),
    (tidy.catches_all, "infra/app.py", "try: pass\nexcept: pass"),
    (tidy.catches_all, "infra/app.py", "try: pass\nexcept (OSError, Exception): pass"),
    (tidy.catches_all, "infra/app.py", "try: pass\nexcept BaseException as error: pass"),
    (tidy.lists_in_docstrings, "infra/app.py", '"""Do.\n\nArgs:\n    it: what\n"""'),
    (tidy.lists_in_docstrings, "infra/app.py", 'def do():\n    """Do.\n\n    :param it: what"""'),
    (tidy.lists_in_docstrings, "infra/app.py", '"""Do.\n\nResult\n------\nit\n"""'),
    (tidy.clock_in_core, f"{PACKAGE}/cliphook/domain/job.py", "datetime.now(UTC)"),
    (tidy.clock_in_core, f"{PACKAGE}/cliphook/application/say.py", "datetime.date.today()"),
    (tidy.put_off, "README.md", "\n# TODO: later"),
    (tidy.addresses, "requirements/dev.txt", "six @ https://mirror.example/six.whl"),
    (tidy.addresses, "package-lock.json", '{"resolved": "six.tgz"}'),
]

INNOCENT: list[tuple[tidy.Rule, str, str]] = [
    (
        tidy.long_functions,
        "infra/app.py",
        LONG_FUNCTION.replace("    pass\n", '    """Do."""\n', 1),
    ),
    (tidy.long_file, "infra/app.py", "pass\n" * 250),
    (tidy.long_file, f"{tidy.PROVIDER_FOLDER}/a_format.py", "pass\n" * 250),
    (tidy.four_parts, PAGE, f'"""A page."""\n{PARTS}\n'),
    (tidy.four_parts, f"{tidy.PROVIDER_FOLDER}/table.py", ""),
    (tidy.lone_handler, "functions/submit/handler.py", ""),
    (tidy.catches_all, "infra/app.py", "try: pass\nexcept OSError: pass"),
    (tidy.lists_in_docstrings, "infra/app.py", '"""Returns are welcome: within a week."""'),
    (tidy.clock_in_core, f"{PACKAGE}/cliphook/domain/job.py", "replace(job, at=now)"),
    (tidy.clock_in_core, f"{PACKAGE}/cliphook/runtime/http.py", "datetime.now(UTC)"),
    (tidy.put_off, "README.md", "A mastodon is no to-do."),
    (tidy.addresses, "requirements/dev.txt", "httpx==0.28.1 --hash=sha256:0"),
]


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED, ids=named)
def test_the_rule_catches_what_is_planted(rule: tidy.Rule, path: str, text: str) -> None:
    assert [*rule(path, text)]


@pytest.mark.parametrize(("rule", "path", "text"), INNOCENT, ids=named)
def test_the_rule_lets_the_innocent_pass(rule: tidy.Rule, path: str, text: str) -> None:
    assert [*rule(path, text)] == []


def test_every_rule_has_caught_somebody() -> None:
    assert {rule for rule, _, _ in PLANTED} == RULES.keys()


def test_imports_are_understood() -> None:
    text = "import cliphook.a\nfrom cliphook import b\nfrom cliphook.c import D\n"

    assert {"cliphook.a", "cliphook.b", "cliphook.c"} <= tidy.imported(text)


@pytest.mark.parametrize(
    "quoted",
    [
        "`tests/nobody.py`",
        "`elsewhere/nobody.py`",
        "`tests/conftest.py::nobody_at_all`",
        "`infra/x/`",
    ],
)
def test_a_document_that_names_no_file_is_caught(quoted: str) -> None:
    assert [*missing_paths(f"See {quoted}.", root=ROOT)]


@pytest.mark.parametrize(
    "quoted",
    [
        "`tests/conftest.py`",
        "`tests/conftest.py::refuse_network`",
        "`tests/<tier>/test_*.py`",
        "`layers/{name}/python/`",
        "`.local/cliphook.json`",
        "`/v1/jobs`",
        "`application/json`",
        "tests/unquoted.py",
    ],
)
def test_a_document_may_say_what_is_true(quoted: str) -> None:
    assert [*missing_paths(f"See {quoted}.", root=ROOT)] == []
