"""Reading a TOML file into a pydantic model, with mistakes reported as file, key, value and what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from monitor.core.errors import ConfigurationError


class Strict(BaseModel):
    """A part of a TOML file: unknown keys are mistakes, values keep their TOML type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


FILES_KEPT = 64
Model = TypeVar("Model", bound=Strict)


def read_toml(path: Path, model: type[Model], advice: str) -> Model:
    """The file's content as `model`. Raises ConfigurationError naming file, key, value and what is allowed."""
    return checked(toml_content(path, advice), model, path, advice)


def toml_content(path: Path, advice: str) -> dict[str, Any]:
    """The file's content, of which nothing is checked but that it is TOML. Raises ConfigurationError."""
    try:
        return _parsed(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(str(path), f"cannot be read: {error.strerror}", advice=advice) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(str(path), f"is not valid TOML: {error}", advice=advice) from error


@lru_cache(maxsize=FILES_KEPT)
def _parsed(content: bytes) -> dict[str, Any]:
    """Of the same bytes once: a schedule reads all returns at each of its jobs. Nobody changes what is given."""
    return tomllib.loads(content.decode("utf-8-sig"))


def checked(content: dict[str, Any], model: type[Model], path: Path, advice: str) -> Model:
    """`content` as `model`; the first mistake is the one reported."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(f"[{part}]" if isinstance(part, int) else str(part) for part in first["loc"]) or "the file"
        raise ConfigurationError(f"{path}, {key}", _found(first), _expected(first, model), advice) from error


def one_of(allowed: Sequence[str]) -> AfterValidator:
    """A text that is one of these; the mistake says which there are."""
    words = f"{', '.join(map(repr, map(str, allowed[:-1])))} or {str(allowed[-1])!r}"

    def check(value: str) -> str:
        if value not in allowed:
            raise PydanticCustomError("one_of", "{expected}", {"expected": words})
        return value

    return AfterValidator(check)


def _found(mistake: ErrorDetails) -> str:
    if mistake["type"] == "missing":
        return "is missing"
    if mistake["type"] == "extra_forbidden":
        return "there is no such key"  # and no word of its value: it may be a password in the wrong place
    value = mistake["input"]
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value)):
        return "its values do not fit together"  # and not all of them at length: some may be about a mail account
    return f"found {value!r}"


def _expected(mistake: ErrorDetails, model: type[BaseModel]) -> str:
    if mistake["type"] == "extra_forbidden":
        return "one of the keys " + ", ".join(_keys_at(model, mistake["loc"][:-1]))
    if mistake["type"] == "missing":
        return "a value"
    if mistake["type"] == "date_type":
        return "a date without quotes, like 2024-04-01"
    if mistake["type"] == "list_type" and isinstance(mistake["input"], dict):
        return f"a list: write [[{mistake['loc'][-1]}]], with two brackets"
    if mistake["type"] in ("bool_type", "bool_parsing"):
        return "true or false"
    if "expected" in mistake.get("ctx", {}):
        return str(mistake["ctx"]["expected"])
    return mistake["msg"].removeprefix("Value error, ").removeprefix("Input should be ")


def _keys_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that the part of the file at this location may hold."""
    for part in location:
        if isinstance(part, int):
            continue
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
