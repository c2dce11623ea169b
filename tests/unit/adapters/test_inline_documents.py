"""Any document at all, written and cut up in any way, is the same but for its audio."""

import base64
import hashlib
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cliphook.adapters.audio_types import sniff
from cliphook.adapters.inline_audio import split
from tests.support.ways_of_json import cut, written

TUNE = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256))
WAVE = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\xfb\xff\xbf" * 40


def heard(text: str) -> bytes | None:
    """Decode by the book what a text is the base64 of, if it is audio."""
    text = re.sub(r"[ \t\r\n]", "", text).replace("-", "+").replace("_", "/")
    text = re.sub(r"^data:[^,]*;base64,", "", text)
    found = re.fullmatch(r"([A-Za-z0-9+/]*)(={0,2})", text)
    letters, padding = found.groups() if found else ("!", "")
    needed = "=" * (-len(letters) % 4)
    if letters == "!" or len(letters) % 4 == 1 or len(padding) > len(needed):
        return None
    decoded = base64.b64decode(letters + needed)
    return decoded if sniff(decoded[:16]) else None


def replaced(value: Any, sounds: list[bytes | None]) -> Any:
    """Put in the place of each text of the key what is expected there, and collect the audio."""
    if isinstance(value, list):
        return [replaced(inner, sounds) for inner in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if key == "b64_audio" and isinstance(inner, str) and inner:
            sounds.append(heard(inner))
            found[key] = f"inline:{len(sounds) - 1}" if sounds[-1] is not None else None
        else:
            found[key] = replaced(inner, sounds)
    return found


@st.composite
def base64_texts(draw: st.DrawFn) -> str:
    """Write audio, or something else, in base64, or in what some take for it."""
    content = draw(st.sampled_from([TUNE[:11], TUNE, WAVE, b""])) + draw(st.binary(max_size=8))
    encode = draw(st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]))
    text = encode(content).decode()
    text = text.rstrip("=") if draw(st.booleans()) else text
    text = draw(st.sampled_from(["", "", "data:audio/mpeg;base64,", "data:"])) + text
    place = draw(st.integers(0, len(text)))
    strange = draw(
        st.sampled_from(["", "", "", "\n", " ", "=", "==", "é", '"', "\\", "A", "\ud800"])
    )
    return text[:place] + strange + text[place:]


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["b64_audio", '"b64_audio":"QUJD"', "\\", '\\"', "inline:0"])
    | base64_texts()
)
keys = st.sampled_from(["b64_audio", "b64_audio", "url", "xb64_audio", "b64_audio ", '"', "\\", ""])
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
places = st.lists(st.integers(0, 5_000), max_size=30)


@settings(max_examples=600)
@given(document=documents, places=places, data=st.data())
def test_a_document_is_the_same_but_for_its_audio(
    document: Any, places: list[int], data: st.DataObject
) -> None:
    body = data.draw(written(document)).encode("utf-8", "surrogatepass")
    sounds: list[bytes | None] = []
    expected = replaced(document, sounds)

    with split(cut(body, places)) as parts:
        assert json.loads(parts.body.decode("utf-8", "surrogatepass")) == expected
        assert [file and file.path.read_bytes() for file in parts.files] == sounds
        for file in filter(None, parts.files):
            content = file.path.read_bytes()
            assert file.sha256 == hashlib.sha256(content).hexdigest()
            assert file.size_bytes == len(content)
            assert (file.content_type, file.extension) == sniff(content[:16])


@settings(max_examples=300)
@given(document=documents, places=places, broken=st.binary(max_size=6))
def test_what_is_no_json_is_read_alike_however_it_is_cut(
    document: Any, places: list[int], broken: bytes
) -> None:
    whole = json.dumps(document).encode()
    at = len(whole) // 2
    body = whole[:at] + broken + whole[at:]

    with split([body]) as one, split(cut(body, places)) as other:
        assert one.body == other.body
        assert [file and file.sha256 for file in one.files] == [
            file and file.sha256 for file in other.files
        ]


@given(
    body=st.binary(max_size=200) | st.sampled_from([b'\xef\xbb\xbf{"url": "\\u00"}', b'["a\\']),
    places=places,
)
def test_what_has_no_audio_comes_through_as_it_is(body: bytes, places: list[int]) -> None:
    with split(cut(body, places)) as parts:
        assert parts.body == body
        assert parts.files == ()
