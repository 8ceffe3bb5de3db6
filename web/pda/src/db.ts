// What the device keeps: IndexedDB, one connection, and a promise for each question.

const NAME = "medtrace";
const VERSION = 1;
export type Store = "kv" | "queue" | "product" | "stock" | "order";

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("kv");
      db.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
      db.createObjectStore("product", { keyPath: "code" });
      db.createObjectStore("stock", { keyPath: ["product", "lot"] });
      db.createObjectStore("order", { keyPath: ["type", "number"] });
    };
    request.onsuccess = () => {
      request.result.onclose = () => (opened = null);
      resolve(request.result);
    };
    request.onerror = () => {
      opened = null;
      reject(request.error);
    };
  });
  return opened;
}

// Runs `work` in one transaction; resolves when it is on the disk, not when it is merely asked for.
export async function change<T>(
  stores: Store[],
  work: (store: (name: Store) => IDBObjectStore) => IDBRequest<T> | void,
): Promise<T | undefined> {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, "readwrite", { durability: "strict" } as IDBTransactionOptions);
    let request: IDBRequest<T> | void;
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    transaction.onerror = () => reject(transaction.error);
    try {
      request = work((name) => transaction.objectStore(name));
    } catch (error) {
      transaction.abort();
      reject(error);
    }
  });
}

export async function all<T>(store: Store): Promise<T[]> {
  const db = await open();
  return new Promise((resolve, reject) => {
    const request = db.transaction(store).objectStore(store).getAll();
    request.onsuccess = () => resolve(request.result as T[]);
    request.onerror = () => reject(request.error);
  });
}

export async function get<T>(key: string): Promise<T | undefined> {
  const db = await open();
  return new Promise((resolve, reject) => {
    const request = db.transaction("kv").objectStore("kv").get(key);
    request.onsuccess = () => resolve(request.result as T | undefined);
    request.onerror = () => reject(request.error);
  });
}

export async function put(key: string, value: unknown): Promise<void> {
  await change(["kv"], (store) => {
    store("kv").put(value, key);
  });
}

export async function remove(key: string): Promise<void> {
  await change(["kv"], (store) => {
    store("kv").delete(key);
  });
}
