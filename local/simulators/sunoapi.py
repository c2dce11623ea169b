"""
The facts of sunoapi.org.

Reference: docs.sunoapi.org (generate, callbacks, record-info, quick start) and the published page
that names its codes. Its trap: 429 is "out of credits", while 405 and 430 are "too fast".
"""

from typing import Final

from local.simulators.scenario import Refusal
from local.simulators.suno_facts import Facts, Failure, Model, Verdict

SUNOAPI: Final = Facts(
    provider="sunoapi",
    says="sunoapi.org, as its published pages describe it",
    models={
        "V4": Model("chirp-v4", 3000, 200, 80),
        "V4_5": Model("chirp-auk", 5000, 1000, 100),
        "V4_5PLUS": Model("chirp-bluejay", 5000, 1000, 100),
        "V4_5ALL": Model("chirp-auk-turbo", 5000, 1000, 80),
        "V5": Model("chirp-crow", 5000, 1000, 100),
        # Not in the first page; its limits for prompt and style are assumed to be V5's.
        "V5_5": Model("chirp-fenix", 5000, 1000, 100),
    },
    required=("customMode", "instrumental", "callBackUrl", "model"),
    persona_models=frozenset({"V5", "V5_5"}),
    refusals={
        Refusal.INVALID: Verdict(400, "Invalid parameters."),
        Refusal.UNAUTHORIZED: Verdict(401, "You do not have access permissions"),
        Refusal.NOT_FOUND: Verdict(404, "Invalid request method or path."),
        Refusal.RATE: Verdict(405, "Rate limit exceeded."),
        Refusal.TOO_LONG: Verdict(413, "Theme or prompt too long."),
        Refusal.CREDITS: Verdict(429, "Insufficient credits."),
        Refusal.FREQUENCY: Verdict(430, "Your call frequency is too high. Please try again later."),
        Refusal.MAINTENANCE: Verdict(455, "System maintenance."),
        Refusal.SERVER: Verdict(500, "Server error."),
    },
    failures={
        Failure.GENERATION: Verdict(500, "Internal Error, Please try again later."),
        Failure.POLICY: Verdict(400, "Music generation failed"),
        Failure.SERVER: Verdict(500, "Server error."),
        Failure.DOWNLOAD: Verdict(451, "Download failed."),
    },
    credit_path="/api/v1/generate/credit",
    source_keys=True,
    lyrics_id_key="taskId",
    lyrics_error_key="errorMessage",
    generating=True,
    # 20 in 10 s are documented; a client's notes say the excess is answered with 430.
    too_fast=Refusal.FREQUENCY,
)
