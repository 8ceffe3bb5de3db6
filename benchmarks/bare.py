"""What a scan costs at the least: a Flask route that writes one row and commits."""

from __future__ import annotations

import os
import sqlite3
import threading

import psycopg
from flask import Flask, Response, jsonify, request

app = Flask(__name__)
_OWN = threading.local()
_WHERE = os.environ.get("MEDTRACE_BENCH_BARE", "")


def _connection() -> sqlite3.Connection | psycopg.Connection[tuple[object, ...]]:
    """This thread's own connection, as durable as ours."""
    if not hasattr(_OWN, "connection"):
        if _WHERE.startswith("postgresql"):
            _OWN.connection = psycopg.connect(_WHERE)
        else:
            _OWN.connection = sqlite3.connect(_WHERE, timeout=30)
            _OWN.connection.execute("PRAGMA journal_mode=WAL")
            _OWN.connection.execute("PRAGMA synchronous=FULL")
    connection: sqlite3.Connection | psycopg.Connection[tuple[object, ...]] = _OWN.connection
    return connection


@app.post("/scan")
def scan() -> Response:
    """Keep what came."""
    connection = _connection()
    if isinstance(connection, psycopg.Connection):
        connection.execute("INSERT INTO scan (body) VALUES (%s)", (request.get_data(),))
    else:
        connection.execute("INSERT INTO scan (body) VALUES (?)", (request.get_data(),))
    connection.commit()
    return jsonify(outcome="recorded")


def prepare(where: str) -> None:
    """Make the table."""
    if where.startswith("postgresql"):
        with psycopg.connect(where) as server:
            server.execute("DROP TABLE IF EXISTS scan")
            server.execute("CREATE TABLE scan (id bigserial PRIMARY KEY, body bytea)")
        return
    with sqlite3.connect(where) as file:
        file.execute("CREATE TABLE IF NOT EXISTS scan (id integer PRIMARY KEY, body blob)")
