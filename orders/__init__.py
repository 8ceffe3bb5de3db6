"""Orders: what is meant to happen. Purchase orders and prescriptions, and their fulfilment.

`OrderBook` takes part in every recording (`trace.Participant`).
"""

from __future__ import annotations

from orders.book import FULFILLED_BY, OrderBook
from orders.order import ORDER_TYPE, Line, Order, OrderType

__all__ = ["FULFILLED_BY", "ORDER_TYPE", "Line", "Order", "OrderBook", "OrderType"]
