"""An account's credit, as it is shown to it: the story of `billing`."""

from collections.abc import Mapping
from dataclasses import dataclass

from cliphook.adapters import aws
from cliphook.adapters.api_ledger import show_balance, show_entry
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.application.ledger_ports import Ledger
from cliphook.domain.ids import AccountId
from cliphook.runtime.paging import read_limit
from cliphook.runtime.settings import KeyedSettings


@dataclass(frozen=True, slots=True)
class Billing:
    """Answers of one account's questions about its credit."""

    ledger: Ledger

    def show_balance(self, account_id: AccountId) -> Mapping[str, object]:
        """Write what the account has, as the latest commit left it."""
        return show_balance(self.ledger.balance(account_id))

    def list_entries(self, account_id: AccountId, query: Mapping[str, str]) -> Mapping[str, object]:
        """Write a page of entries; raises `InvalidRequestError` for a bad `limit` or `cursor`."""
        limit = read_limit(query.get("limit"))
        page = self.ledger.list_entries(account_id, limit, query.get("cursor"))
        return {"data": [*map(show_entry, page.items)], "next_cursor": page.next_cursor}


def make_billing(settings: KeyedSettings) -> Billing:
    """Put the parts together at cold start."""
    return Billing(DynamoDbLedger(settings.TABLE_NAME, aws.dynamodb()))
