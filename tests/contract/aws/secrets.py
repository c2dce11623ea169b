"""Secrets: their versions, and the labels that wander from one to the next."""

from typing import Any, Final

from tests.contract.aws.case import Book, Case, outcome
from tests.contract.aws.world import World

BOOK: Final = Book("secrets")

ABSENT: Final = "ResourceNotFoundException"
TOO_LARGE: Final = 65_537
TOKENS: Final = ("a" * 32, "b" * 32, "c" * 32)


def name(world: World) -> str:
    """Name this case's secret."""
    return f"{world.own}/key"


def make(world: World, *values: str) -> None:
    """Make a secret, and give it one value after another."""
    world.secrets.create_secret(Name=name(world), SecretString=values[0])
    for value in values[1:]:
        world.secrets.put_secret_value(SecretId=name(world), SecretString=value)


def read(world: World, **more: str) -> str:
    """Read a secret's value, or tell why not."""
    found: list[str] = []

    def ask() -> None:
        answer = world.secrets.get_secret_value(SecretId=name(world), **more)
        found.append(answer["SecretString"])

    ended = outcome(ask)
    return found[0] if found else ended


# The values that a secret was given, the label asked for, and what is found.
LABELS: Final[dict[str, tuple[tuple[str, ...], dict[str, str], str]]] = {
    "a new secret is current": (("1",), {}, "1"),
    "the current one has a label": (("1",), {"VersionStage": "AWSCURRENT"}, "1"),
    "a new secret has no previous value": (("1",), {"VersionStage": "AWSPREVIOUS"}, ABSENT),
    "a second value becomes current": (("1", "2"), {}, "2"),
    "the first one becomes previous": (("1", "2"), {"VersionStage": "AWSPREVIOUS"}, "1"),
    "after a third, the second is previous": (
        ("1", "2", "3"),
        {"VersionStage": "AWSPREVIOUS"},
        "2",
    ),
    "a label that nobody gave is not found": (("1",), {"VersionStage": "MINE"}, ABSENT),
    "a text may hold anything": (('{"api_key": "ä♪"}',), {}, '{"api_key": "ä♪"}'),
}


def _label(world: World, values: tuple[str, ...], asked: dict[str, str]) -> object:
    make(world, *values)
    return read(world, **asked)


def _case(sentence: str, told: tuple[tuple[str, ...], dict[str, str], str]) -> Case:
    return Case(
        f"{BOOK.service}: {sentence}", lambda world: _label(world, told[0], told[1]), told[2]
    )


BOOK.cases.extend(_case(sentence, told) for sentence, told in LABELS.items())


@BOOK.promise("a secret that is not there is not found", seen=ABSENT)
def _(world: World) -> object:
    return read(world)


@BOOK.promise("its error can be caught by name", seen=True)
def _(world: World) -> object:
    try:
        world.secrets.get_secret_value(SecretId=name(world))
    except world.secrets.exceptions.ResourceNotFoundException:
        return True
    return False


@BOOK.promise("a secret without a value has none", seen=ABSENT)
def _(world: World) -> object:
    world.secrets.create_secret(Name=name(world))
    return read(world)


@BOOK.promise("a secret that is there is not made again", seen="ResourceExistsException")
def _(world: World) -> object:
    make(world, "1")
    return outcome(world.secrets.create_secret, Name=name(world), SecretString="2")


@BOOK.promise("a value for no secret is refused", seen=ABSENT)
def _(world: World) -> object:
    return outcome(world.secrets.put_secret_value, SecretId=name(world), SecretString="1")


@BOOK.promise("a secret can be named by its address", seen="1")
def _(world: World) -> object:
    address = world.secrets.create_secret(Name=name(world), SecretString="1")["ARN"]
    return world.secrets.get_secret_value(SecretId=address)["SecretString"]


def _put(world: World, token: str, value: str, **more: Any) -> str:
    return outcome(
        world.secrets.put_secret_value,
        SecretId=name(world),
        SecretString=value,
        ClientRequestToken=token,
        **more,
    )


@BOOK.promise("a version is found by its id", seen="2")
def _(world: World) -> object:
    make(world, "1")
    _put(world, TOKENS[0], "2")
    _put(world, TOKENS[1], "3")
    return read(world, VersionId=TOKENS[0])


@BOOK.promise(
    "a version and a label that do not go together are refused", seen="InvalidRequestException"
)
def _(world: World) -> object:
    make(world, "1")
    _put(world, TOKENS[0], "2")
    return read(world, VersionId=TOKENS[0], VersionStage="AWSPREVIOUS")


@BOOK.promise("the same value under the same token is one version", seen="1")
def _(world: World) -> object:
    make(world, "1")
    for _ in range(2):
        _put(world, TOKENS[0], "2")
    return read(world, VersionStage="AWSPREVIOUS")


@BOOK.promise("another value under the same token is refused", seen="ResourceExistsException")
def _(world: World) -> object:
    make(world, "1")
    _put(world, TOKENS[0], "2")
    return _put(world, TOKENS[0], "3")


@BOOK.promise("a value that is only pending is not current", seen=("1", "2"))
def _(world: World) -> object:
    make(world, "1")
    _put(world, TOKENS[0], "2", VersionStages=["AWSPENDING"])
    return read(world), read(world, VersionStage="AWSPENDING")


@BOOK.promise("a version tells its labels", seen=["AWSCURRENT"])
def _(world: World) -> object:
    make(world, "1")
    return world.secrets.get_secret_value(SecretId=name(world))["VersionStages"]


@BOOK.promise("bytes come back as bytes", seen=b"\x00\xff")
def _(world: World) -> object:
    world.secrets.create_secret(Name=name(world), SecretBinary=b"\x00\xff")
    return world.secrets.get_secret_value(SecretId=name(world))["SecretBinary"]


@BOOK.promise("more than 64 KiB are refused", seen="ValidationException")
def _(world: World) -> object:
    make(world, "1")
    return _put(world, TOKENS[0], "x" * TOO_LARGE)
