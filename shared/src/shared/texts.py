"""Words in the two languages of the region's readers."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Swedish, which readers get unless they ask otherwise, and in English."""

    sv: str
    en: str

    def in_language(self, language: Literal["sv", "en"]) -> str:
        """The words in that language."""
        return self.sv if language == "sv" else self.en
