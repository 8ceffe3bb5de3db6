"""Reading request bodies: whatever a client sends is answered, never a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Request, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
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
        made = schema()
        decorator: Callable[[Any], Any] = super().arguments(made, **options)
        match options.get("location", "json"):
            case "json":
                return _straight(decorator, made)
            case "headers":
                return _where_sent(decorator, made)
        return decorator


def _straight(decorator: Callable[[Any], Any], schema: Schema) -> Callable[[Any], Any]:
    """Load a body that is as it should be; webargs says of others what is wrong with them.

    Its way takes half as long again as loading, on every scan.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        parsing = decorator(view)

        @wraps(parsing)
        def asked(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever the view takes and gives
            body = _body(schema)
            return parsing(*given, **named) if body is None else view(*given, body, **named)

        return asked

    return decorate


def _body(schema: Schema) -> Any:  # noqa: ANN401 -- what the schema makes of it
    """What the body says; None where it says nothing or nothing good."""
    if request.mimetype != "application/json":
        return None
    try:
        return schema.load(json.loads(request.get_data()))
    except (ValidationError, ValueError, RecursionError):
        return None


def _where_sent(decorator: Callable[[Any], Any], schema: Schema) -> Callable[[Any], Any]:
    """Parse headers that may be left out only where one was sent: most requests have none."""
    names = [each.data_key or name for name, each in schema.fields.items()]

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        parsing = decorator(view)

        @wraps(parsing)
        def asked(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever the view takes and gives
            sent = any(name in request.headers for name in names)
            return parsing(*given, **named) if sent else view(*given, {}, **named)

        return asked

    return decorate
