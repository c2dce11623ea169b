"""I4: Every ordered cover ends as the bytes that its host served whole, or with an alarm."""

from tests.simulator.freezing import replay

DECISIONS = ("archive#2.0 begin: old-code",)


def test_a_cover_is_kept_though_an_older_release_writes_after_it() -> None:
    scenario, seed = "covers while two releases run", 164128439846331
    assert replay(scenario, seed, *DECISIONS).violations == ()
