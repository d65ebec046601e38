"""Say of a run's context what the settings say of the same values: their meaning, bounds and choices.

A server shows a graph's context as a JSON schema; without this it would name the fields and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, Field

T = TypeVar("T")
_annotated: Any = Annotated
"""For types that are made at run time, of which a type checker knows nothing."""


def described_by(options: type[BaseModel]) -> Callable[[type[T]], type[T]]:
    """A decorator of dataclasses: each field of a name that `options` has is one of its values, or None."""

    def describe(context: type[T]) -> type[T]:
        for field in fields(cast("Any", context)):
            if (known := options.model_fields.get(field.name)) is not None:
                value = _annotated[
                    (known.annotation, Field(json_schema_extra=known.json_schema_extra), *known.metadata)
                ]
                field.type = _annotated[value | None, Field(description=known.description)]
        return context

    return describe
