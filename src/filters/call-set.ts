/** Sets of system calls: names, classes, numbers and patterns of strace's -e trace=. strace(1). */
import { CLASS_NAMES, syscallsInClass } from "../syscalls/categories.ts";
import { type Abi, syscallName, syscallNames, syscallNumber } from "../syscalls/table.ts";
import { ExpressionError, splitSet, unknownMessage } from "./selection.ts";

/** strace's names of ABIs in "open@64". */
const ABIS: Readonly<Record<"x64" | "arm64", readonly (readonly [designator: string, Abi])[]>> = {
  x64: [
    ["64", "x64"],
    ["32", "x64Compat"],
    ["x32", "x32"],
  ],
  arm64: [
    ["64", "arm64"],
    ["32", "arm64Compat"],
  ],
};
/** The classes that strace also takes without "%". */
const OLD_CLASSES = ["desc", "file", "memory", "process", "signal", "ipc", "network"];

/** Calls by the names that they have in each ABI; a program of another ABI has other calls. */
export class CallSet {
  private readonly members: ReadonlyMap<Abi, ReadonlySet<string>>;
  readonly inverted: boolean;

  constructor(members: ReadonlyMap<Abi, ReadonlySet<string>>, inverted: boolean) {
    this.members = members;
    this.inverted = inverted;
  }

  has(name: string, abi: Abi): boolean {
    return (this.members.get(abi)?.has(name) ?? false) !== this.inverted;
  }

  /** Returns the calls of the ABI that have a name. */
  namesOf(abi: Abi): ReadonlySet<string> {
    return new Set([...syscallNames(abi)].filter((name) => this.has(name, abi)));
  }

  /** Whether it has no call at all, of any ABI. */
  get empty(): boolean {
    return !this.inverted && [...this.members.values()].every((names) => names.size === 0);
  }

  /** Whether no call is left out. */
  get complete(): boolean {
    return this.inverted && [...this.members.values()].every((names) => names.size === 0);
  }
}

export const NO_CALLS = new CallSet(new Map(), false);
export const ALL_CALLS = new CallSet(new Map(), true);

function matching(pattern: string, names: readonly string[]): readonly string[] {
  try {
    const expression = new RegExp(pattern);
    return names.filter((name) => expression.test(name));
  } catch {
    throw new ExpressionError(`/${pattern}: not a regular expression`);
  }
}

/** Returns the calls of an ABI that a word names; none if it names none. */
function expandWord(word: string, abi: Abi): readonly string[] {
  if (/^\d/.test(word)) {
    const name = /^\d+$/.test(word) ? syscallName(abi, Number(word)) : undefined;
    return name === undefined ? [] : [name];
  }
  const names = [...syscallNames(abi)];
  if (word.startsWith("/")) return matching(word.slice(1), names);
  if (word === "all") return names;
  const isClass = word.startsWith("%") || OLD_CLASSES.includes(word);
  if (!isClass) return syscallNumber(abi, word) === undefined ? [] : [word];
  const members = syscallsInClass(word.replace(/^%/, ""));
  return members ? names.filter((name) => members.has(name)) : [];
}

/** Splits "open@64" into the word and its ABIs. */
function abisOf(word: string, native: "x64" | "arm64"): readonly [string, readonly Abi[]] {
  const [, name = word, designator] = /^([^/].*)@([^@]*)$/.exec(word) ?? [];
  const known = ABIS[native];
  if (designator === undefined) return [name, known.map(([, abi]) => abi)];
  const found = known.find(([each]) => each === designator);
  if (found) return [name, [found[1]]];
  const names = known.map(([each]) => `@${each}`).join(", ");
  throw new ExpressionError(`${word}: no such ABI; expected one of ${names}`);
}

function unknownCall(word: string, abis: readonly Abi[]): ExpressionError {
  const classes = CLASS_NAMES.map((name) => `%${name}`);
  const calls = [...syscallNames(abis[0]), ...OLD_CLASSES];
  return new ExpressionError(
    unknownMessage(word, "system call", word.startsWith("%") ? classes : calls),
  );
}

/**
 * Parses a set of calls: names, %classes, /patterns, numbers; "open@32" for one ABI, "?name" for a
 * call that this machine may lack.
 * @throws ExpressionError
 */
export function parseCallSet(text: string, native: "x64" | "arm64"): CallSet {
  const { words, inverted } = splitSet(text, "system call");
  const members = new Map<Abi, Set<string>>(ABIS[native].map(([, abi]) => [abi, new Set()]));
  for (const word of words) {
    const required = word.replace(/^\?+/, "");
    const [name, abis] = abisOf(required, native);
    let found = false;
    for (const abi of abis)
      for (const call of expandWord(name, abi)) {
        members.get(abi)?.add(call);
        found = true;
      }
    if (!found && required === word) throw unknownCall(word, abis);
  }
  return new CallSet(members, inverted);
}
