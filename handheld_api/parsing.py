"""Reading request bodies: whatever a client sends is answered, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.core import is_json
from webargs.flaskparser import FlaskParser, abort


class _Parser(FlaskParser):
    """Refuses bodies that are no JSON before a schema asks for their fields."""

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ANN401 -- whatever JSON says
        """The parsed body."""
        if not is_json(req.mimetype):
            abort(415)
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):  # nested too deep, a number of 5,000 digits
            abort(400, messages={"json": ["body-not-json"]})


class HandheldBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A blueprint that parses as `_Parser` does, by schemas that are made once."""

    ARGUMENTS_PARSER = _Parser()

    def arguments(self, schema: type[Schema], **options: Any) -> Callable[[Any], Any]:  # noqa: ANN401 -- as flask-smorest has it
        """What a view takes.

        Given a class, webargs would make the schema and everything nested in it for each request:
        a third of a scan's processor time.

        Args:
            schema: the shape of it.
            options: as flask-smorest takes them.
        """
        decorator: Callable[[Any], Any] = super().arguments(schema(), **options)
        return decorator
