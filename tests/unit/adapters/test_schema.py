"""What infra spells by `schema` is what the code means by it."""

from cliphook.adapters import schema
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.due import Work


def test_every_provider_of_the_table_has_a_name_that_infra_knows() -> None:
    assert PROVIDERS.keys() <= set(schema.PROVIDERS)


def test_a_provider_is_found_by_the_name_on_its_own_page() -> None:
    assert {name: row.name for name, row in PROVIDERS.items()} == {name: name for name in PROVIDERS}


def test_every_kind_of_work_has_an_order_of_its_own() -> None:
    assert {work.name for work in Work} == {order.name for order in schema.Order}


def test_no_two_indexes_share_a_key() -> None:
    keys = [key for index in schema.INDEXES for key in (index.hash_key, index.range_key)]

    assert len(keys) == len(set(keys))
