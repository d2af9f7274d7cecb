"""Words in the two languages that people of the product read."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Language: TypeAlias = Literal["nl", "en"]


class Text(msgspec.Struct, frozen=True, gc=False):
    """One text in Dutch and English."""

    nl: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.nl if language == "nl" else self.en
