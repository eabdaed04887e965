/**
 * Calls whose arguments depend on their first one, the option: prctl(2), ptrace(2), keyctl(2).
 *
 * A table has a line for each option: its name, then a word for each further argument.
 * - a format of formats.ts: "x", "=capability"
 * - "[x]" is a number that the kernel writes, of four bytes, or eight if the word ends with ":8"
 * - "<[x]" is a number behind a pointer that the kernel reads
 * - "{tag}" is a struct by its shape; ">{tag}" one that the kernel writes
 * - "-" omits the argument
 * - other words are the call's own readers; ">word" reads what the kernel writes, and "~word" is
 *   read after the call even if it failed
 * Several options can share a line: "PTRACE_ATTACH|PTRACE_KILL i:4". A line for
 * "PR_CAP_AMBIENT,PR_CAP_AMBIENT_RAISE" is for that value of the second argument.
 */
import { array, pointer, type Value } from "../value.ts";
import { type ArgumentDecoder, onExitIf, type SyscallView } from "./call.ts";
import { formatOf } from "./formats.ts";
import { shapeAt } from "./shapes.ts";

/** Reads an argument; null omits it. */
export type Reader = (call: SyscallView, at: bigint, index: number) => Value | null;

export interface OptionTable {
  /** The words of each option. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  /** The words of options that are not listed. */
  readonly others: readonly string[];
  /** Returns the name of the option of a call; "" for none. */
  readonly optionOf: (call: SyscallView) => string;
  readonly readers: Readonly<Record<string, Reader>>;
}

export function parseOptions(text: string): OptionTable["lines"] {
  const lines = text.trim().split("\n");
  return new Map(
    lines.flatMap((line): [string, readonly string[]][] => {
      const [keys, ...words] = line.trim().split(/ +/);
      return keys.split("|").map((key) => [key, words]);
    }),
  );
}

/** Reads a number behind a pointer. */
function pointedNumber(call: SyscallView, at: bigint, word: string): Value {
  const size = word.endsWith(":8") ? 8 : 4;
  const found = at === 0n ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const { view } = found;
  const value = size === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true));
  return array([formatOf(word)(call, value, size)]);
}

function readWord(table: OptionTable, call: SyscallView, index: number, word: string) {
  const value = call.ulong(index);
  const isOutput = word.startsWith(">");
  const own = word.replace(/^[<>~]/, "");
  if (own === "-") return null;
  if ((isOutput || word.startsWith("[")) && call.failed) return pointer(value);
  const reader = table.readers[own];
  if (reader) return reader(call, value, index);
  if (own.startsWith("[")) return pointedNumber(call, value, own.slice(1, -1));
  if (own.startsWith("{")) return shapeAt(call, value, own.slice(1, -1));
  return formatOf(own)(call, value, call.wordSize);
}

/** Returns the names of the second argument, by the format of the option. */
function secondName(call: SyscallView, word: string | undefined): string {
  if (!word?.startsWith("=")) return "";
  const value = formatOf(word)(call, call.ulong(1), call.wordSize);
  return value.kind === "named" ? (value.names[0] ?? "") : "";
}

/** Returns the words of the arguments after the option. */
export function wordsOf(table: OptionTable, call: SyscallView): readonly string[] {
  const option = table.optionOf(call);
  const common = table.lines.get(option);
  const second = secondName(call, common?.[0]);
  return table.lines.get(`${option},${second}`) ?? common ?? table.others;
}

/**
 * Returns the decoder of each argument after the option.
 * @param at index of the option
 */
export function optionArguments(table: OptionTable, count: number, at = 0): ArgumentDecoder[] {
  const isReading = (call: SyscallView) => wordsOf(table, call).some((word) => /^[[>~]/.test(word));
  const argument: ArgumentDecoder = {
    ...onExitIf(isReading, (call, index) => {
      const word = wordsOf(table, call)[index - at - 1];
      return word === undefined ? null : readWord(table, call, index, word);
    }),
    optional: true,
  };
  return Array.from({ length: count }, () => argument);
}
