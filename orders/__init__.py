"""Orders: what is meant to happen. Purchases, deliveries, transfers, prescriptions; fulfilment.

`OrderBook` takes part in every recording (`trace.Participant`).
"""

from __future__ import annotations

from orders.book import OrderBook
from orders.fulfilment import FULFILLED_BY, Counting
from orders.order import ORDER_TYPE, Line, Order, OrderType
from orders.queries import OrderFile, find_order, open_orders
from orders.revision import REVISION_TYPE, Revising, Revision
from orders.state import OpenLine, OpenOrder, OrderState

__all__ = [
    "FULFILLED_BY",
    "ORDER_TYPE",
    "REVISION_TYPE",
    "Counting",
    "Line",
    "OpenLine",
    "OpenOrder",
    "Order",
    "OrderBook",
    "OrderFile",
    "OrderState",
    "OrderType",
    "Revising",
    "Revision",
    "find_order",
    "open_orders",
]
