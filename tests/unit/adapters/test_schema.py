"""What infra spells by `schema` is what the code means by it."""

from cliphook.adapters import schema
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain import source_ticket
from cliphook.domain.due import Work
from cliphook.domain.file import TYPES, file_key
from tests.support.file_events import FILE_ID
from tests.support.makers import ACCOUNT


def test_every_provider_of_the_table_has_a_name_that_infra_knows() -> None:
    assert PROVIDERS.keys() <= set(schema.PROVIDERS)


def test_a_provider_is_found_by_the_name_on_its_own_page() -> None:
    assert {name: row.name for name, row in PROVIDERS.items()} == {name: name for name in PROVIDERS}


def test_every_kind_of_work_has_an_order_of_its_own() -> None:
    assert {work.name for work in Work} == {order.name for order in schema.Order}


def test_no_two_indexes_share_a_key() -> None:
    keys = [key for index in schema.INDEXES for key in (index.hash_key, index.range_key)]

    assert len(keys) == len(set(keys))


def test_files_lie_where_infra_gives_rights() -> None:
    keys = [file_key(ACCOUNT, FILE_ID, kind) for kind in TYPES.values()]

    assert all(key.startswith(schema.FILES_PREFIX) for key in keys)


def test_a_source_is_opened_where_infra_gives_rights_and_nowhere_else() -> None:
    assert set(source_ticket.PREFIXES) == {schema.CLIPS_PREFIX, schema.FILES_PREFIX}
