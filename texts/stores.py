"""What is said of orders, deliveries, counts and stores: what is wrong and what to do next."""

from __future__ import annotations

from texts.text import Text

_PACKAGES = {
    "package-conflict": Text(
        "{key} 在送货单 {document} 里写得不一样。问供应商",
        "{key} is otherwise in delivery note {document}. Ask the supplier",
    ),
    "package-in-itself": Text("{key} 不能装着它自己", "{key} can't lie in itself"),
    "package-twice": Text("{key} 在同一个包装里写了两次", "{key} is listed twice in one package"),
}

STORES = {**_PACKAGES}
"""By code; reasons of the recorder among them (`trace.Reason`)."""
