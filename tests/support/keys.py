"""An operator's keys for the providers, as far as the sender asks for them."""

from dataclasses import dataclass, field


@dataclass
class Keys:
    """What is found at the first look, at the next one, and so on; and who asked how."""

    stored: tuple[str | Exception, ...] = ("key-1",)
    asked: list[bool] = field(default_factory=list[bool])

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        """Give the key of the only provider there is, or raise."""
        assert provider == "sunoapi"
        self.asked.append(fresh)
        found = self.stored[min(len(self.asked), len(self.stored)) - 1]
        if isinstance(found, Exception):
            raise found
        return found
