"""The files' ports on plain dictionaries, keeping the promises that contract tests hold both to."""

from datetime import datetime

from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.file import UPLOAD_VALID, File, Upload
from cliphook.domain.ids import AccountId, FileId


class FakeFiles:
    """Files of accounts."""

    def __init__(self) -> None:
        """Start with none."""
        self.files: dict[tuple[AccountId, FileId], File] = {}

    def add(self, file: File) -> None:
        """Store a new file."""
        if (file.account_id, file.id) in self.files:
            raise UnavailableStoreError
        self.files[file.account_id, file.id] = file

    def find(self, account_id: AccountId, file_id: FileId) -> File | None:
        """Find a file of an account."""
        return self.files.get((account_id, file_id))


class FakeFileShelf:
    """A shelf for files; `objects` is what lies there."""

    def __init__(self) -> None:
        """Start with nothing on it."""
        self.objects: dict[str, bytes] = {}

    def sign_upload(self, file: File, now: datetime) -> Upload:
        """Sign for the upload of one file."""
        fields = {"key": file.key, "Content-Type": file.content_type}
        return Upload("https://shelf.test/", fields, now + UPLOAD_VALID)

    def size_of(self, key: str) -> int | None:
        """Tell how long a file is that lies there."""
        found = self.objects.get(key)
        return None if found is None else len(found)
