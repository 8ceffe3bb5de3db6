"""Orders: what is meant to happen. Purchases, deliveries, transfers, prescriptions; fulfilment.

`OrderBook` takes part in every recording (`trace.Participant`).
"""

from __future__ import annotations

from orders.book import OrderBook
from orders.changes import orders_since
from orders.counting import FULFILLED_BY, Counting
from orders.due import DueDose, Timing, due_doses, patients_due
from orders.files import sheet_of_file
from orders.frequency import USUAL_TIMES, Usual, times_from
from orders.loaner import (
    LOANER_DOCUMENT,
    LOANER_NOTE_TYPE,
    LOANER_SET_TYPE,
    LoanerNote,
    LoanerSet,
    LoanerState,
    Noting,
)
from orders.loaner_book import LoanerFile, LoanerLine, LoanerSets
from orders.loaner_queries import find_loaner, loaner_page, open_loaners
from orders.months import bounds_of, month_of
from orders.order import ORDER_TYPE, ORDERS_OF_CARE, Line, Order, OrderType
from orders.paper import Fault, Paper, PaperLine, PaperPackage
from orders.preference import (
    PREFERENCE_LIST_TYPE,
    Preference,
    PreferenceList,
    PreferenceLists,
    Preferred,
    preference_lists,
)
from orders.queries import (
    OrderFile,
    find_order,
    lines_of_orders,
    open_orders,
    order_page,
    orders_named,
    orders_numbered,
    placed_at,
)
from orders.revision import REVISION_TYPE, Revising, Revision
from orders.running import Course, OrderStep, courses_in
from orders.schedule import Around, Rhythm, Schedule, milliseconds, moment_of
from orders.sheets import COLUMNS, papers_of
from orders.standing import Drug, OpenLine, OpenOrder, OrderState, SettledDose

__all__ = [
    "COLUMNS",
    "FULFILLED_BY",
    "LOANER_DOCUMENT",
    "LOANER_NOTE_TYPE",
    "LOANER_SET_TYPE",
    "ORDERS_OF_CARE",
    "ORDER_TYPE",
    "PREFERENCE_LIST_TYPE",
    "REVISION_TYPE",
    "USUAL_TIMES",
    "Around",
    "Counting",
    "Course",
    "Drug",
    "DueDose",
    "Fault",
    "Line",
    "LoanerFile",
    "LoanerLine",
    "LoanerNote",
    "LoanerSet",
    "LoanerSets",
    "LoanerState",
    "Noting",
    "OpenLine",
    "OpenOrder",
    "Order",
    "OrderBook",
    "OrderFile",
    "OrderState",
    "OrderStep",
    "OrderType",
    "Paper",
    "PaperLine",
    "PaperPackage",
    "Preference",
    "PreferenceList",
    "PreferenceLists",
    "Preferred",
    "Revising",
    "Revision",
    "Rhythm",
    "Schedule",
    "SettledDose",
    "Timing",
    "Usual",
    "bounds_of",
    "courses_in",
    "due_doses",
    "find_loaner",
    "find_order",
    "lines_of_orders",
    "loaner_page",
    "milliseconds",
    "moment_of",
    "month_of",
    "open_loaners",
    "open_orders",
    "order_page",
    "orders_named",
    "orders_numbered",
    "orders_since",
    "papers_of",
    "patients_due",
    "placed_at",
    "preference_lists",
    "sheet_of_file",
    "times_from",
]
