import { invalid } from "@/lib/formats/safetensors-header";

/** What a pickle may hold here; a dictionary is a Map, a list and a tuple are arrays. `T` is what the callables make. */
export type PickleValue<T> = null | boolean | number | string | PickleValue<T>[] | PickleMap<T> | Callable<T> | T;
export type PickleMap<T> = Map<PickleValue<T>, PickleValue<T>>;

/** A global of the allow-list: a name that may be called, or may only be passed on. Nothing of Python is behind it. */
export interface Callable<T> {
  global: string; // "module name"
  call?: (args: PickleValue<T>[]) => PickleValue<T>;
}

export interface PickleRules<T> {
  label: string;
  /** By "module name", e.g. "collections OrderedDict". */
  globals: ReadonlyMap<string, Callable<T>>;
  /** What a persistent id stands for. */
  persistent: (id: PickleValue<T>) => PickleValue<T>;
}

const MARK = Symbol("mark");
/** Values that wait at a time: `torch.save` hands them over by the thousand. */
const MOST_WAITING = 100_000;

/**
 * Interprets a pickle of protocol 2 in a fixed set of opcodes, the ones that `torch.save` writes. Nothing is executed: a global is only a
 * name, and one that is not on the list is an error, as is every other opcode. State of objects (BUILD) is dropped.
 * @throws AppError FORMAT_UNREADABLE naming what was refused
 */
export function unpickle<T>(bytes: Uint8Array, rules: PickleRules<T>): PickleValue<T> {
  const fail = (problem: string) => invalid(rules.label, problem);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: (PickleValue<T> | typeof MARK)[] = [];
  const memo = new Map<number, PickleValue<T>>();
  let at = 0;

  const take = (length: number): number => {
    const from = at;
    at += length;
    if (at > bytes.length) throw fail("the pickle breaks off");
    return from;
  };
  const text = (length: number) => {
    const from = take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(from, at));
    } catch {
      throw fail(`the text at byte ${from} is not UTF-8`);
    }
  };
  const line = () => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw fail("the pickle breaks off");
    const found = text(end - at);
    at = end + 1;
    return found;
  };
  const push = (value: PickleValue<T>) => {
    if (stack.length > MOST_WAITING) throw fail("its pickle is nested too deeply");
    stack.push(value);
  };
  const pop = (): PickleValue<T> => {
    const value = stack.pop();
    if (value === undefined || value === MARK) throw fail(`a value is missing at byte ${at}`);
    return value;
  };
  const popMany = (count: number) => Array.from({ length: count }, pop).reverse();
  const popToMark = (): PickleValue<T>[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw fail(`a mark is missing at byte ${at}`);
    const items = stack.splice(mark);
    items.shift();
    return items as PickleValue<T>[];
  };
  const top = <C>(isKind: (value: unknown) => value is C, kind: string): C => {
    const value = stack.at(-1);
    if (!isKind(value)) throw fail(`there is no ${kind} to fill at byte ${at}`);
    return value;
  };
  const put = (key: number) => {
    const value = stack.at(-1);
    if (value === undefined || value === MARK) throw fail(`a value is missing at byte ${at}`);
    memo.set(key, value);
  };
  const get = (key: number) => {
    const value = memo.get(key);
    if (value === undefined) throw fail(`the pickle refers to ${key}, which is not there`);
    push(value);
  };
  const setItems = (items: PickleValue<T>[]) => {
    const map = top(isMap<T>, "dictionary");
    if (items.length % 2) throw fail(`a key has no value at byte ${at}`);
    for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
  };
  const global = () => {
    const name = `${line()} ${line()}`;
    const known = rules.globals.get(name);
    if (!known)
      throw fail(`its pickle asks for "${name.replace(" ", ".")}", which is not allowed (nothing was executed)`);
    push(known);
  };
  const reduce = () => {
    const args = pop();
    const callable = pop();
    const call = (callable as Callable<T> | null)?.call;
    if (typeof call !== "function" || !Array.isArray(args))
      throw fail(`something is called at byte ${at} that is no function`);
    push(call(args));
  };
  const appendItems = (items: PickleValue<T>[]) => {
    const list = top(Array.isArray as (value: unknown) => value is PickleValue<T>[], "list");
    for (const item of items) list.push(item);
  };

  const steps: Record<number, () => void> = {
    128: () => {
      const protocol = bytes[take(1)];
      if (protocol !== 2) throw fail(`pickle protocol ${protocol} is not supported (2 is)`);
    },
    99: global, // GLOBAL
    125: () => push(new Map()), // EMPTY_DICT
    41: () => push([]), // EMPTY_TUPLE
    93: () => push([]), // EMPTY_LIST
    40: () => void stack.push(MARK),
    116: () => push(popToMark()), // TUPLE
    133: () => push(popMany(1)), // TUPLE1
    134: () => push(popMany(2)),
    135: () => push(popMany(3)),
    97: () => appendItems([pop()]), // APPEND
    101: () => appendItems(popToMark()), // APPENDS
    115: () => setItems(popMany(2)), // SETITEM
    117: () => setItems(popToMark()), // SETITEMS
    88: () => push(text(view.getUint32(take(4), true))), // BINUNICODE
    74: () => push(view.getInt32(take(4), true)), // BININT
    75: () => push(bytes[take(1)]!), // BININT1
    77: () => push(view.getUint16(take(2), true)), // BININT2
    138: () => {
      const length = bytes[take(1)]!;
      push(longOf(bytes.subarray(take(length), at), fail));
    },
    71: () => push(view.getFloat64(take(8), false)), // BINFLOAT
    136: () => push(true),
    137: () => push(false),
    78: () => push(null),
    113: () => put(bytes[take(1)]!), // BINPUT
    114: () => put(view.getUint32(take(4), true)), // LONG_BINPUT
    104: () => get(bytes[take(1)]!), // BINGET
    106: () => get(view.getUint32(take(4), true)), // LONG_BINGET
    81: () => push(rules.persistent(pop())), // BINPERSID
    82: reduce,
    98: () => void pop(), // BUILD: the state is dropped, the object stays
  };
  for (;;) {
    const from = take(1);
    const code = bytes[from]!;
    if (code === 0x2e) return pop(); // STOP
    const step = steps[code];
    if (!step)
      throw fail(`opcode 0x${code.toString(16).padStart(2, "0")} at byte ${from} of its pickle is not allowed`);
    // A read beyond the end is said by `take`, before the view is asked.
    step();
  }
}

const isMap = <T>(value: unknown): value is PickleMap<T> => value instanceof Map;

/** A little-endian integer in two's complement, exact. */
function longOf(bytes: Uint8Array, fail: (problem: string) => Error): number {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  if (bytes.length > 0 && bytes[bytes.length - 1]! & 0x80) value -= 1n << BigInt(8 * bytes.length);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw fail(`an integer of ${bytes.length} bytes is too large`);
  return number;
}
