"""Orders: what is meant to happen. Purchases, deliveries, transfers, prescriptions; fulfilment.

`OrderBook` takes part in every recording (`trace.Participant`).
"""

from __future__ import annotations

from orders.book import OrderBook
from orders.files import rows_of_file
from orders.fulfilment import FULFILLED_BY, Counting
from orders.order import ORDER_TYPE, Line, Order, OrderType
from orders.paper import Fault, Paper, PaperLine, PaperPackage
from orders.queries import OrderFile, find_order, open_orders
from orders.revision import REVISION_TYPE, Revising, Revision
from orders.sheets import COLUMNS, Cell, papers_of
from orders.state import OpenLine, OpenOrder, OrderState

__all__ = [
    "COLUMNS",
    "FULFILLED_BY",
    "ORDER_TYPE",
    "REVISION_TYPE",
    "Cell",
    "Counting",
    "Fault",
    "Line",
    "OpenLine",
    "OpenOrder",
    "Order",
    "OrderBook",
    "OrderFile",
    "OrderState",
    "OrderType",
    "Paper",
    "PaperLine",
    "PaperPackage",
    "Revising",
    "Revision",
    "find_order",
    "open_orders",
    "papers_of",
    "rows_of_file",
]
