"""docs/providers.md can be read: what it says is what the rows say."""

from cliphook.adapters.providers.able import able_for, able_to
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.request import Operation
from tests.support import documented

PAGE = documented.read()


def test_every_model_is_read_with_its_fields_and_clips() -> None:
    assert {
        (provider, model): (ability.clips, ability.fields)
        for provider, models in PAGE.models.items()
        for model, ability in models.items()
    } == {
        (row.name, name): (model.clips, model.abilities)
        for row in PROVIDERS.values()
        for name, model in row.models.items()
    }


def test_who_can_do_what_is_read_with_the_models() -> None:
    for operation in Operation:
        assert PAGE.able_to(operation) == sorted(able_to(operation, PROVIDERS))
        for row in PROVIDERS.values():
            able = [name for name, model in row.models.items() if operation in model.abilities]
            assert [*PAGE.able(operation, row.name)] == able


def test_who_can_honour_a_field_is_read() -> None:
    for field in ("prompt", "images", "source.file_id", "provider_options.suno", "nothing"):
        for operation in Operation:
            expected = sorted(able_for(field, operation, PROVIDERS))
            assert PAGE.able_for(field, operation) == expected
