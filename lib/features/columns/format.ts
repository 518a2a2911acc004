/** The columns of all features of an SAE, and lists made from them without a request; browser safe. */

import { axisOf, type ColumnFilters, type ColumnSort, INDEXED, type Indexed, UNIT, WIDE } from "./query/format";

/** Value of a column's code that means "none". */
const NONE = 65535;
export const NO_CLUSTER = NONE;
const UNIT_SCALE = 65534;

export interface Columns {
  n: number;
  /** NaN where a feature has none. */
  values: Record<Indexed, Float32Array>;
  /** Places in `books.kind`; 255 is none. */
  kind: Uint8Array;
  status: Uint8Array;
  /** Bit i: flag i of `books.flags`. */
  flags: Uint8Array;
  /** Place on the map, NaN where a feature has none, and cluster, NO_CLUSTER where it is in none. */
  x: Float32Array;
  y: Float32Array;
  cluster: Uint16Array;
  books: { kind: string[]; status: string[]; flags: string[] };
}

/** Codes of a column in [0, 1]; null is none. */
export function unitCode(value: number | null): number {
  return value === null ? NONE : Math.round(UNIT_SCALE * Math.min(1, Math.max(0, value)));
}

/** A bound as exact as the values are kept, so that a value equal to it passes as it does in the database (within 1 / 65534). */
function kept(column: Indexed, bound: number): number {
  const isUnit = (UNIT as readonly string[]).includes(column);
  return Math.fround(isUnit ? unitCode(bound) / UNIT_SCALE : bound);
}

const ARRAYS = { F32: Float32Array, U16: Uint16Array, U8: Uint8Array } as const;

/** Reads the safetensors file of a column index. @throws RangeError when the bytes are not one. */
export function parseColumns(bytes: ArrayBuffer): Columns {
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  const tensor = (name: string) => {
    const info = header[name] as { dtype: keyof typeof ARRAYS; data_offsets: [number, number] } | undefined;
    if (!info) throw new RangeError(`The index has no column "${name}".`);
    return new ARRAYS[info.dtype](bytes.slice(8 + length + info.data_offsets[0], 8 + length + info.data_offsets[1]));
  };
  const unit = (name: string) => {
    const codes = tensor(name);
    const out = new Float32Array(codes.length);
    for (let i = 0; i < out.length; i++) out[i] = codes[i] === NONE ? Number.NaN : (codes[i] as number) / UNIT_SCALE;
    return out;
  };
  const values = Object.fromEntries([
    ...WIDE.map((name) => [name, tensor(name) as Float32Array]),
    ...UNIT.map((name) => [name, unit(name)]),
  ]) as Columns["values"];
  return {
    n: values.density.length,
    values,
    kind: tensor("kind") as Uint8Array,
    status: tensor("status") as Uint8Array,
    flags: tensor("flags") as Uint8Array,
    x: unit("x"),
    y: unit("y"),
    cluster: tensor("cluster") as Uint16Array,
    books: JSON.parse(header.__metadata__.books),
  };
}

export interface Selection {
  /** Features that pass, in order. */
  order: Uint32Array;
  /** Features by value of each column under all other filters. */
  histograms: Record<Indexed, number[]>;
  counts: { kind: Record<string, number>; status: Record<string, number> };
}

export const BINS = 32;

/** Bin of a value on its axis; -1 for none. */
function binner(column: Indexed, maxValue: number): (value: number) => number {
  const { lo, hi, log } = axisOf(column, maxValue);
  const [from, to] = log ? [Math.log(lo), Math.log(hi)] : [lo, hi];
  const scale = BINS / (to - from || 1);
  return (value) => {
    if (Number.isNaN(value)) return -1;
    const at = Math.floor(((log ? Math.log(Math.max(value, lo)) : value) - from) * scale);
    return Math.min(BINS - 1, Math.max(0, at));
  };
}

const [NOTHING, KIND, STATUS, MANY] = [-1, -2, -3, -4];

/** Makes lists of one SAE: orders are sorted once and kept, every filter is one pass. */
export class ColumnIndex {
  private readonly orders = new Map<string, Uint32Array>();
  private readonly bins: Record<Indexed, Int8Array>;
  readonly maxValue: number;

  constructor(readonly columns: Columns) {
    this.maxValue = columns.values.max.reduce((top, v) => Math.max(top, v), 0) || 1;
    this.bins = Object.fromEntries(
      INDEXED.map((column) => [column, binsOf(columns.values[column], binner(column, this.maxValue))]),
    ) as Record<Indexed, Int8Array>;
  }

  /** Features that pass, in order, with the distribution of every column under the other filters. */
  select(filters: ColumnFilters, sort: ColumnSort): Selection {
    const { columns, bins } = this;
    const ranged = INDEXED.flatMap((name, column) => {
      const range = filters.ranges[name];
      return range
        ? [{ column, values: columns.values[name], lo: kept(name, range[0]), hi: kept(name, range[1]) }]
        : [];
    });
    const kind = allowed(columns.books.kind, filters.kind, filters.kind.keep.length === 0);
    const status = allowed(columns.books.status, filters.status, true);
    const drop = bitsOf(columns.books.flags, filters.flags.drop);
    const keep = bitsOf(columns.books.flags, filters.flags.keep);
    const bars = INDEXED.map(() => new Uint32Array(BINS));
    const binOf = INDEXED.map((column) => bins[column]);
    const counts = { kind: new Uint32Array(256), status: new Uint32Array(256) };
    const passes = new Uint8Array(columns.n);
    let n = 0;
    for (let i = 0; i < columns.n; i++) {
      // The one filter that fails: the place of its column, or one of the words below.
      let failed: number = NOTHING;
      const flags = columns.flags[i] as number;
      if (flags & drop || (keep && !(flags & keep)) || (filters.only && !filters.only.has(i))) continue;
      if (!kind[columns.kind[i] as number]) failed = KIND;
      if (!status[columns.status[i] as number]) failed = failed === NOTHING ? STATUS : MANY;
      for (const { column, values, lo, hi } of ranged) {
        const v = values[i] as number;
        if (!(v >= lo && v <= hi)) failed = failed === NOTHING ? column : MANY;
        if (failed === MANY) break;
      }
      if (failed === MANY) continue;
      if (failed === NOTHING) {
        passes[i] = 1;
        n++;
      }
      for (let c = 0; c < INDEXED.length; c++) {
        if (failed !== NOTHING && failed !== c) continue;
        const bin = binOf[c]?.[i] as number;
        if (bin >= 0) (bars[c] as Uint32Array)[bin]!++;
      }
      if (failed === NOTHING || failed === KIND) counts.kind[columns.kind[i] as number]!++;
      if (failed === NOTHING || failed === STATUS) counts.status[columns.status[i] as number]!++;
    }
    const all = this.orderOf(sort);
    const order = new Uint32Array(n);
    let at = 0;
    for (const i of all) if (passes[i]) order[at++] = i;
    return {
      order,
      histograms: Object.fromEntries(
        INDEXED.map((c, i) => [c, Array.from(bars[i] as Uint32Array)]),
      ) as Selection["histograms"],
      counts: { kind: named(columns.books.kind, counts.kind), status: named(columns.books.status, counts.status) },
    };
  }

  /** All features in an order: none last either way, ties by index in the same direction, as the server sorts. */
  private orderOf({ by, down }: ColumnSort): Uint32Array {
    const key = `${by} ${down}`;
    const known = this.orders.get(key);
    if (known) return known;
    const order =
      by === "index" ? Uint32Array.from({ length: this.columns.n }, (_, i) => i) : sortedUp(this.columns.values[by]);
    if (down) {
      const filled = by === "index" ? order.length : order.length - nones(this.columns.values[by]);
      order.subarray(0, filled).reverse();
      order.subarray(filled).reverse();
    }
    this.orders.set(key, order);
    return order;
  }
}

function nones(values: Float32Array): number {
  let n = 0;
  for (const v of values) if (Number.isNaN(v)) n++;
  return n;
}

/**
 * Places of values from the lowest on, ties by place, NaN last. Value and place are packed into one double, 32 bits and 20
 * bits, so that the engine sorts plain numbers and asks no function which of two comes first.
 */
function sortedUp(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.slice().buffer);
  const keys = new Float64Array(values.length);
  for (let i = 0; i < keys.length; i++) {
    const value = values[i] as number;
    // Zeros of either sign are one value.
    const b = value === 0 ? 0 : (bits[i] as number);
    // Bits of floats rise with their values once the sign bit is set, or all are turned where it was.
    const rising = Number.isNaN(value) ? 0xffffffff : (b >>> 31 ? ~b : b | 0x80000000) >>> 0;
    keys[i] = rising * PLACES + i;
  }
  keys.sort();
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) order[i] = (keys[i] as number) % PLACES;
  return order;
}

/** More than the most features that an index may hold. */
const PLACES = 2 ** 20;

/** Written out: `Int8Array.from` walks an iterator, ten times as long at 131k features. */
function binsOf(values: Float32Array, binOf: (value: number) => number): Int8Array {
  const out = new Int8Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = binOf(values[i] as number);
  return out;
}

function allowed(book: readonly string[], choice: { keep: string[]; drop: string[] }, none: boolean): Uint8Array {
  const out = new Uint8Array(256);
  book.forEach((value, i) => {
    out[i] = (choice.keep.length === 0 || choice.keep.includes(value)) && !choice.drop.includes(value) ? 1 : 0;
  });
  out[255] = none ? 1 : 0;
  return out;
}

function bitsOf(book: readonly string[], flags: readonly string[]): number {
  return flags.reduce((bits, flag) => (book.includes(flag) ? bits | (1 << book.indexOf(flag)) : bits), 0);
}

function named(book: readonly string[], counts: Uint32Array): Record<string, number> {
  return Object.fromEntries(book.flatMap((value, i) => (counts[i] ? [[value, counts[i] as number]] : [])));
}
