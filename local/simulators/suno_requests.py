"""Is a request for a further operation of the suno format as documented? A row each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from local.simulators import suno_checks
from local.simulators.reading import Body
from local.simulators.scenario import Refusal
from local.simulators.suno_facts import Facts, Verdict
from local.simulators.suno_fields import FIELDS

SOUND_PROMPT_MAX: Final = 500
LYRICS_PROMPT_MAX: Final = 200
UPLOAD_S_MAX: Final = 480.0
# The one model that takes less.
SHORT_MODEL: Final = "V4_5ALL"
SHORT_UPLOAD_S_MAX: Final = 60.0
DEFAULT_MODEL: Final = "V4_5PLUS"
_ADDING_MODELS: Final = (DEFAULT_MODEL, "V5", "V5_5")
_SOUND_MODELS: Final = ("V5", "V5_5")


@dataclass(frozen=True, slots=True)
class Source:
    """A finished track of which something is made, and the task that made it."""

    task_id: str
    model: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What a request is held against."""

    facts: Facts
    strict: bool = True
    source: Callable[[str], Source | None] = lambda _audio_id: None
    """Finds a finished track of this provider."""
    upload_s: float | None = None
    """How long the file at uploadUrl is, if that is known."""


type Wrong = Iterator[Verdict]
type Rule = Callable[[Body, Rules], Wrong]


@dataclass(frozen=True, slots=True)
class Asks:
    """What an operation takes: fields, those that it cannot do without, and what else must hold."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What only some providers cannot do without."""


def check(body: Body | None, asks: Asks, rules: Rules) -> Verdict | None:
    """Find the first thing that is wrong with a request; None is nothing."""
    if body is None:
        return _invalid(rules, "The body must be a JSON object.")
    required = asks.required + asks.also.get(rules.facts.provider, ())
    found = [_missing(body, required, rules), _fields(body, {*required, *asks.optional}, rules)]
    later = (wrong for rule in asks.rules for wrong in rule(body, rules))
    return next((wrong for checks in (*found, later) for wrong in checks), None)


def _missing(body: Body, required: tuple[str, ...], rules: Rules) -> Wrong:
    for name in required:
        if body.get(name) is None:
            yield _invalid(rules, f"{name} cannot be null.")
        elif isinstance(body[name], str) and not body[name].strip():
            yield _invalid(rules, f"Please enter {name}.")


def _fields(body: Body, known: set[str], rules: Rules) -> Wrong:
    for name, value in body.items():
        if name not in known:
            if rules.strict:
                yield _invalid(rules, f"Unknown field {name[:64]}.")
        elif complaint := FIELDS[name](value):
            yield _invalid(rules, f"{name} {complaint}")


def _song(body: Body, rules: Rules) -> Wrong:
    """Hold what is not of the upload against the rules of a generation."""
    rest = {name: value for name, value in body.items() if name != "uploadUrl"}
    wrong = suno_checks.check(rest, suno_checks.Rules(rules.facts, rules.strict))
    if wrong:
        yield wrong


def _models(*names: str) -> Rule:
    def check_model(body: Body, rules: Rules) -> Wrong:
        offered = [name for name in rules.facts.models if not names or name in names]
        if body.get("model", DEFAULT_MODEL) not in offered:
            yield _invalid(rules, f"The model must be one of {', '.join(offered)}.")
        has_persona = body.get("model") in rules.facts.persona_models
        if "personaModel" in body and not has_persona:
            yield _invalid(rules, "personaModel is not available for this model.")

    return check_model


def _told(*names: str) -> Rule:
    """Need some fields where the request brings words of its own."""

    def check_told(body: Body, rules: Rules) -> Wrong:
        if not body["defaultParamFlag"]:
            return
        sung = () if body.get("instrumental") else ("prompt",)
        yield from _missing(body, (*names, *sung), rules)

    return check_told


def _lengths(body: Body, rules: Rules) -> Wrong:
    model = rules.facts.models[body.get("model", DEFAULT_MODEL)]
    limits = {
        "prompt": model.prompt_max,
        "style": model.style_max,
        "tags": model.style_max,
        "title": model.title_max,
    }
    yield from _short_enough(body, limits, rules)


def _prompt_max(most: int) -> Rule:
    return lambda body, rules: _short_enough(body, {"prompt": most}, rules)


def _short_enough(body: Body, limits: Mapping[str, int], rules: Rules) -> Wrong:
    for name, most in limits.items():
        # len counts code points: neither bytes nor what a reader takes for one letter.
        if len(body.get(name, "")) > most:
            verdict = rules.facts.refusals[Refusal.TOO_LONG]
            yield replace(verdict, msg=f"The {name} exceeds {most} characters.")


def _source(body: Body, rules: Rules) -> Wrong:
    source = rules.source(body["audioId"])
    if source is None or body.get("taskId", source.task_id) != source.task_id:
        yield _invalid(rules, "The audio does not exist, or is not ready.")
        return
    if body.get("model", source.model) != source.model:
        yield _invalid(rules, f"The model must be that of the source audio: {source.model}.")
    yield from _within(body, source.seconds, rules)


def _upload(body: Body, rules: Rules) -> Wrong:
    if rules.upload_s is None:
        return
    is_short = body.get("model") == SHORT_MODEL
    most = SHORT_UPLOAD_S_MAX if is_short else UPLOAD_S_MAX
    if rules.upload_s > most:
        yield _invalid(rules, f"The uploaded audio must not exceed {most / 60:g} minutes.")
    yield from _within(body, rules.upload_s, rules)


def _within(body: Body, seconds: float, rules: Rules) -> Wrong:
    if body.get("continueAt", 0) >= seconds:
        yield _invalid(rules, "continueAt must be less than the duration of the audio.")


def _invalid(rules: Rules, message: str) -> Verdict:
    return replace(rules.facts.refusals[Refusal.INVALID], msg=message)


_MIX: Final = (
    "negativeTags", "vocalGender", "styleWeight", "weirdnessConstraint", "audioWeight",
)  # fmt: skip
_PERSONA: Final = ("personaId", "personaModel")
_WORDS: Final = ("prompt", "style", "title", "continueAt")

ASKS: Final[Mapping[str, Asks]] = {
    "extend": Asks(
        ("defaultParamFlag", "audioId", "model", "callBackUrl"),
        (*_WORDS, *_MIX, *_PERSONA),
        (_models(), _told("prompt", "style", "title", "continueAt"), _lengths, _source),
    ),
    "upload_cover": Asks(
        ("uploadUrl", "customMode", "instrumental", "model", "callBackUrl"),
        ("prompt", "style", "title", *_MIX, *_PERSONA),
        (_song, _upload),
    ),
    "upload_extend": Asks(
        ("uploadUrl", "defaultParamFlag", "model", "callBackUrl"),
        ("instrumental", *_WORDS, *_MIX, *_PERSONA),
        (_models(), _told("style", "title", "continueAt"), _lengths, _upload),
        # Its pages say so, and without continueAt it fails.
        also={"apikley": ("instrumental", "continueAt")},
    ),
    "add_instrumental": Asks(
        ("uploadUrl", "title", "negativeTags", "tags", "callBackUrl"),
        ("model", *_MIX),
        (_models(*_ADDING_MODELS), _lengths, _upload),
    ),
    "add_vocals": Asks(
        ("uploadUrl", "prompt", "title", "negativeTags", "style", "callBackUrl"),
        ("model", *_MIX),
        (_models(*_ADDING_MODELS), _lengths, _upload),
    ),
    "sounds": Asks(
        ("prompt", "model"),
        ("soundLoop", "soundTempo", "soundKey", "grabLyrics", "callBackUrl"),
        (_models(*_SOUND_MODELS), _prompt_max(SOUND_PROMPT_MAX)),
    ),
    "lyrics": Asks(("prompt", "callBackUrl"), rules=(_prompt_max(LYRICS_PROMPT_MAX),)),
    "vocal_removal": Asks(("taskId", "audioId", "type", "callBackUrl"), rules=(_source,)),
    "wav": Asks(("taskId", "audioId", "callBackUrl"), rules=(_source,)),
}
