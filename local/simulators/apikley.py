"""
The facts of apikley.ru.

Reference: its published page "Generate Music" and docs.apikley.ru. Here 402 is "out of credits" and
429 "too fast"; titles have 80 characters for every model; tracks are documented without source_*.
"""

from typing import Final

from local.simulators.scenario import Refusal
from local.simulators.suno_facts import Facts, Failure, Model, Verdict

APIKLEY: Final = Facts(
    provider="apikley",
    says="apikley.ru, as its published pages describe it",
    models={
        "V4": Model("chirp-v4", 3000, 200, 80),
        "V4_5": Model("chirp-auk", 5000, 1000, 80),
        "V4_5PLUS": Model("chirp-bluejay", 5000, 1000, 80),
        "V4_5ALL": Model("chirp-auk-turbo", 5000, 1000, 80),
        "V5": Model("chirp-crow", 5000, 1000, 80),
    },
    # The schema also lists prompt, which its prose does not: a setting (prompt_always_required).
    required=("customMode", "instrumental", "callBackUrl", "model"),
    persona_models=frozenset(),
    refusals={
        Refusal.UNAUTHORIZED: Verdict(401, "You do not have access permissions"),
        Refusal.CREDITS: Verdict(402, "Insufficient credits."),
        Refusal.NOT_FOUND: Verdict(404, "Not found."),
        Refusal.CONFLICT: Verdict(409, "WAV record already exists."),
        Refusal.INVALID: Verdict(422, "Validation error."),
        Refusal.TOO_LONG: Verdict(422, "Too many characters."),
        Refusal.RATE: Verdict(429, "Too many requests."),
        Refusal.FETCH: Verdict(451, "Failed to fetch the image."),
        Refusal.MAINTENANCE: Verdict(455, "The system is under maintenance."),
        Refusal.SERVER: Verdict(500, "Server error."),
    },
    failures={
        Failure.GENERATION: Verdict(501, "Audio generation failed."),
        Failure.POLICY: Verdict(400, "Lyrics contained copyrighted material."),
        Failure.SERVER: Verdict(500, "Server error."),
        Failure.TIMEOUT: Verdict(408, "Timeout."),
        Failure.EXISTING_WORK: Verdict(413, "Uploaded audio matches existing work of art."),
        Failure.REFUNDED: Verdict(
            531, "The generation failed due to an issue. Your credits have been refunded."
        ),
    },
    credit_path="/api/v1/chat/credit",
    source_keys=False,
    generating=False,
    too_fast=Refusal.RATE,
)
