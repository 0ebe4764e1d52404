"""What texts the wire takes: lengths and letters, so that everything after it can rely on them."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, StringConstraints


def _clean(value: str) -> str:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("有不能用的字符")
    return value.strip()


Clean = AfterValidator(_clean)
Text2 = Annotated[str, Clean, StringConstraints(min_length=1, max_length=2)]
Text40 = Annotated[str, Clean, StringConstraints(min_length=1, max_length=40)]
Text60 = Annotated[str, Clean, StringConstraints(min_length=1, max_length=60)]
Text120 = Annotated[str, Clean, StringConstraints(min_length=1, max_length=120)]
Text200 = Annotated[str, Clean, StringConstraints(min_length=1, max_length=200)]
May2 = Annotated[str, Clean, StringConstraints(max_length=2)]
May18 = Annotated[str, Clean, StringConstraints(max_length=18)]
May20 = Annotated[str, Clean, StringConstraints(max_length=20)]
May40 = Annotated[str, Clean, StringConstraints(max_length=40)]
May120 = Annotated[str, Clean, StringConstraints(max_length=120)]
May200 = Annotated[str, Clean, StringConstraints(max_length=200)]
LongText = Annotated[str, Clean, StringConstraints(max_length=200_000)]
UsccText = Annotated[str, Clean, StringConstraints(min_length=18, max_length=18)]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9._:-]+$")]
CaseNo = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
SlotName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_-]+$")]
AuthorityCode = Annotated[str, StringConstraints(min_length=6, max_length=6, pattern=r"^[0-9]{6}$")]
PdfText = Annotated[str, StringConstraints(min_length=8, max_length=1_500_000)]
Sha256 = Annotated[str, StringConstraints(min_length=64, max_length=64, pattern=r"^[0-9a-fA-F]{64}$")]
AuthorisationNo = Annotated[str, StringConstraints(min_length=6, max_length=60, pattern=r"^[A-Za-z0-9._-]+$")]
Url = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^https?://[^\s\x00]+$")]


class Strict(Schema):
    """Unknown fields are mistakes of the caller and are refused."""

    model_config = ConfigDict(extra="forbid")
