/**
 * A column, defined once for all formats: its name in a CSV header, its key in JSON, the kind of its
 * values and how to read the value from an event.
 */

import type { NamedArgument } from "../syscalls/value.ts";
import type { ByteSlice } from "../text/byte-slice.ts";
import type { ProcessChain } from "./process-chain.ts";

/** The column and key of rows whose names are escaped by backslashes: src/text/backslash-escape.ts. */
export const ESCAPED = "escaped";

interface ColumnInfo {
  /** The name in a CSV header and in `--columns`. */
  readonly name: string;
  /** The key in JSON. */
  readonly key: string;
  /** A short description for `--help`. */
  readonly about: string;
  /** Whether JSON omits the member if it has no value. The first column is never omitted. */
  readonly sparse?: boolean;
}

/** The type of an integer where it is stored in binary form. */
export type IntegerType = "int32" | "uint32" | "int64" | "uint64";

/**
 * The value of a cell. `null` means no value: an empty cell in CSV, `null` in JSON.
 *
 * - `integer`: printed in decimal; a bigint only where a number would lose digits. Its type is int64
 *   by default.
 * - `bytes`: a name from the kernel: any bytes except NUL. Always quoted.
 * - `word`: one of a fixed set of ASCII words without quotes or commas. Not quoted in CSV.
 * - `time`: seconds with nine decimals: a time since the Unix epoch, or a duration, as `isDuration`
 *   says.
 * - `values`: decoded values by name. An object in JSON; in CSV one cell that holds that object.
 * - `list`: a list of names. An array in JSON; in CSV one cell, quoted for a shell.
 * - `chain`: a chain of processes. An array of objects in JSON, otherwise `rm ← sh x.sh ← cron`.
 */
export type Column<E> = ColumnInfo &
  (
    | {
        readonly kind: "integer";
        readonly type?: IntegerType;
        of(event: E): number | bigint | null;
      }
    | { readonly kind: "bytes"; of(event: E): ByteSlice | null }
    | { readonly kind: "word"; of(event: E): ByteSlice | null }
    | { readonly kind: "time"; readonly isDuration?: true; of(event: E): Time | null }
    | { readonly kind: "list"; of(event: E): readonly ByteSlice[] | null }
    | { readonly kind: "chain"; of(event: E): ProcessChain | null }
    | { readonly kind: "values"; of(event: E): readonly NamedArgument[] | null }
  );

/** A time or a duration, split in two because a double cannot hold all its digits. */
export interface Time {
  /** Whole seconds. */
  seconds: number;
  /** 0 to 999,999,999. */
  nanoseconds: number;
}
