// What waits at this station, as the device's copy knows it: orders for a job, recalled goods.

import { copy, isHere, isLotBlocked, type KnownLot, type Lying, type Order } from "./copy";

export function ordersFor(job: string, types: string[]): Order[] {
  return [...copy.orders.values()].filter((order) => {
    if (!types.includes(order.type)) return false;
    const mine = isHere((job === "pick" ? order.source : order.destination) ?? "");
    return job === "dispense" ? true : mine;
  });
}

// What lies here of a recall, and is not set apart yet.
export function recalledHere(): { lot: KnownLot; left: Lying[] }[] {
  return [...copy.stock.values()]
    .filter(isLotBlocked)
    .map((lot) => ({ lot, left: lot.rows.filter((row) => row.status !== "quarantined") }))
    .filter(({ left }) => left.length);
}
