"""What a webhook is signed with, and how: as the published standard's own library has it."""

import base64
import hashlib
import hmac
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from time_machine import travel

from cliphook.domain.webhook_signature import derive_secret, sign, write_secret
from tests.support.makers import at

MASTER = b"a master of sixty-four characters that nobody should be able to guess"
OWNER = "ep_01KAJ5T1W0000000000000000E"
SECRET = derive_secret(MASTER, OWNER, 1)
EVENT = "evt_01KAJ5T1W0000000000000000V"
BODY = '{"type":"job.archived","data":{"title":"Späti"}}'.encode()
# The example of the standard's own specification.
EXAMPLE = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def verified(body: bytes, headers: dict[str, str], secret: bytes = SECRET) -> object:
    with travel(at(0), tick=False):
        return Webhook(write_secret(secret)).verify(body, headers)


def test_the_published_library_verifies_what_we_sign() -> None:
    headers = dict(sign(EVENT, at(0), BODY, [SECRET]))

    assert verified(BODY, headers) == {"type": "job.archived", "data": {"title": "Späti"}}


def test_a_signature_is_what_the_published_library_would_write() -> None:
    secret = base64.b64decode(EXAMPLE.removeprefix("whsec_"))

    headers = sign(EVENT, at(0), BODY, [secret])

    assert headers == {
        "webhook-id": EVENT,
        "webhook-timestamp": str(int(at(0).timestamp())),
        "webhook-signature": Webhook(EXAMPLE).sign(EVENT, at(0), BODY.decode()),
    }


def test_the_same_instant_is_signed_alike_in_every_zone() -> None:
    elsewhere = at(0.9).astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert sign(EVENT, elsewhere, BODY, [SECRET]) == sign(EVENT, at(0), BODY, [SECRET])


def test_during_a_rotation_either_secret_verifies() -> None:
    newer = derive_secret(MASTER, OWNER, 2)
    headers = dict(sign(EVENT, at(0), BODY, [newer, SECRET]))

    assert verified(BODY, headers, newer) == verified(BODY, headers, SECRET)
    with pytest.raises(WebhookVerificationError):
        verified(BODY, headers, derive_secret(MASTER, OWNER, 3))


@given(st.binary(max_size=64), st.text(max_size=30), st.integers(1, 99))
def test_a_secret_is_thirty_two_bytes_of_its_owner_and_version_alone(
    master: bytes, owner: str, version: int
) -> None:
    secret = derive_secret(master, owner, version)

    assert len(secret) == 32
    assert secret == derive_secret(master, owner, version)
    assert secret != derive_secret(master + b"x", owner, version)
    assert secret != derive_secret(master, owner + "x", version)
    assert secret != derive_secret(master, owner, version + 1)


def test_owner_and_version_cannot_run_into_each_other() -> None:
    assert derive_secret(MASTER, "ep_1", 11) != derive_secret(MASTER, "ep_11", 1)


def test_a_secret_is_derived_as_the_standard_for_derived_keys_says() -> None:
    info = b"\x00\x00\x00\x02ab\x00\x00\x00\x017"
    prk = hmac.new(b"cliphook webhooks", MASTER, hashlib.sha256).digest()

    assert derive_secret(MASTER, "ab", 7) == hmac.digest(prk, info + b"\x01", "sha256")


def test_a_secret_is_shown_as_receivers_take_it() -> None:
    shown = write_secret(SECRET)

    assert shown.startswith("whsec_")
    assert base64.b64decode(shown.removeprefix("whsec_"), validate=True) == SECRET


def _headers(**changed: str) -> dict[str, str]:
    signed = dict(sign(EVENT, at(0), BODY, [SECRET]))
    return signed | {name.replace("_", "-"): value for name, value in changed.items()}


def _signature() -> str:
    return _headers()["webhook-signature"]


def _flipped(place: int) -> str:
    raw = bytearray(base64.b64decode(_signature().removeprefix("v1,")))
    raw[place] ^= 1
    return f"v1,{base64.b64encode(raw).decode()}"


SECONDS = int(at(0).timestamp())
TAMPERED = {
    "a byte more": (BODY + b" ", _headers()),
    "a byte less": (BODY[:-1], _headers()),
    "a byte changed": (BODY.replace(b"archived", b"archivec"), _headers()),
    "another spelling of the same": (BODY.replace(b":", b": ", 1), _headers()),
    "no body": (b"", _headers()),
    "another body": (b"{}", _headers()),
    "another id": (BODY, _headers(webhook_id=EVENT[:-1] + "W")),
    "an id that takes a part of the time": (BODY, _headers(webhook_id=f"{EVENT}.1")),
    "an empty id": (BODY, _headers(webhook_id="")),
    "a second later": (BODY, _headers(webhook_timestamp=str(SECONDS + 1))),
    "a second earlier": (BODY, _headers(webhook_timestamp=str(SECONDS - 1))),
    "too old": (BODY, dict(sign(EVENT, at(-301), BODY, [SECRET]))),
    "too new": (BODY, dict(sign(EVENT, at(301), BODY, [SECRET]))),
    "no time": (BODY, _headers(webhook_timestamp="now")),
    "the first bit of the signature": (BODY, _headers(webhook_signature=_flipped(0))),
    "the last bit of the signature": (BODY, _headers(webhook_signature=_flipped(31))),
    "half a signature": (BODY, _headers(webhook_signature=_signature()[:24] + "=")),
    "another kind of signature": (
        BODY,
        _headers(webhook_signature=_signature().replace("v1,", "v2,")),
    ),
    "an empty signature": (BODY, _headers(webhook_signature="v1,")),
    "the signature of another": (
        BODY,
        dict(sign(EVENT, at(0), BODY, [derive_secret(MASTER, OWNER, 2)])),
    ),
}


@pytest.mark.parametrize("tampered", TAMPERED.values(), ids=TAMPERED)
def test_the_published_library_refuses_what_was_tampered_with(
    tampered: tuple[bytes, dict[str, str]],
) -> None:
    with pytest.raises((WebhookVerificationError, ValueError)):
        verified(*tampered)


def test_twenty_things_are_tampered_with() -> None:
    assert len(TAMPERED) == 20
