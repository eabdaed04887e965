/**
 * A column names itself once for all formats: how it is called in a CSV header, under which key it
 * stands in JSON, what kind of value it holds and how to get that value from an event.
 */

import type { NamedArgument } from "../syscalls/value.ts";
import type { ByteSlice } from "../text/byte-slice.ts";

interface ColumnInfo {
  /** The name in a CSV header and in `--columns`. */
  readonly name: string;
  /** The key in JSON. */
  readonly key: string;
  /** What it says, for `--help` and the README: one short phrase. */
  readonly about: string;
}

/**
 * The value of a cell. `null` stands for "there is none": an empty cell in CSV, `null` in JSON.
 *
 * - `integer`: printed in decimal; a bigint only where a number would lose digits.
 * - `bytes`: a name out of the kernel: any bytes but NUL. Always quoted.
 * - `word`: one of a fixed set of ASCII words without quotes or commas. Not quoted in CSV.
 * - `time`: seconds with nine decimals: since the Unix epoch, or that something took.
 * - `values`: decoded values by name. In JSON an object; in CSV that object in one cell.
 * - `list`: names in a row. In CSV one cell, each quoted for a shell where it has to be.
 */
export type Column<E> = ColumnInfo &
  (
    | { readonly kind: "integer"; of(event: E): number | bigint | null }
    | { readonly kind: "bytes"; of(event: E): ByteSlice | null }
    | { readonly kind: "word"; of(event: E): ByteSlice | null }
    | { readonly kind: "time"; of(event: E): Time | null }
    | { readonly kind: "list"; of(event: E): readonly ByteSlice[] | null }
    | { readonly kind: "values"; of(event: E): readonly NamedArgument[] | null }
  );

/** A point in time or a span of it, split so that no digit is lost in a double. */
export interface Time {
  /** Whole seconds. */
  seconds: number;
  /** 0 to 999,999,999. */
  nanoseconds: number;
}
