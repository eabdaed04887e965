/** Chooses the sentence template of a call: by its name, for some also by an argument. */
import type { Value } from "../../../../../syscalls/value.ts";
import { FORMATTERS } from "../formatters.ts";
import { parseSentence, type Sentence } from "../template.ts";
import { isNull } from "../value-text.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILES } from "./files.ts";
import { NETWORK } from "./network.ts";
import { SYSTEM } from "./system.ts";
import { TASKS } from "./tasks.ts";

type Values = ReadonlyMap<string, Value>;

const TEMPLATES: Readonly<Record<string, string>> = {
  ...FILES,
  ...DESCRIPTORS,
  ...TASKS,
  ...NETWORK,
  ...SYSTEM,
};

const SENTENCES = new Map(
  Object.entries(TEMPLATES).map(([key, text]) => [key, parseSentence(text, FORMATTERS)]),
);

/** All templates; the key is a call, or a call and the constant of an argument. */
export const allSentences: ReadonlyMap<string, Sentence> = SENTENCES;

/** Returns "FUTEX_WAKE" for "FUTEX_WAKE_PRIVATE|FUTEX_CLOCK_REALTIME". */
function argumentConstant(argument: string, values: Values): string {
  const value = values.get(argument);
  if (value?.kind === "named") return value.names[0] ?? "";
  return value?.kind === "parts" ? String(value.parts[0]).replace(/_PRIVATE$/, "") : "";
}

const setVariant = (argument: string, values: Values) => {
  const value = values.get(argument);
  return value && !isNull(value) ? "set" : "";
};

const CLONE_THREAD = 0x10000n;

/** Looks at the flags of clone(2), or of the struct of clone3(2). */
function threadVariant(values: Values): string {
  const own = values.get("flags");
  const struct = values.get("uargs");
  const flags =
    own ??
    (struct?.kind === "struct" ? struct.fields.find(([name]) => name === "flags")?.[1] : null);
  if (flags?.kind !== "named" && flags?.kind !== "integer") return "";
  return BigInt(flags.value) & CLONE_THREAD ? "thread" : "";
}

/** Variants of calls that do different things. */
const VARIANTS: Readonly<Record<string, (values: Values) => string>> = {
  brk: (values) => setVariant("brk", values),
  clone: threadVariant,
  clone3: threadVariant,
  epoll_ctl: (values) => argumentConstant("op", values),
  fcntl: (values) => argumentConstant("cmd", values),
  futex: (values) => argumentConstant("op", values),
  ioctl: (values) => argumentConstant("cmd", values),
  lseek: (values) => argumentConstant("whence", values),
  prctl: (values) => argumentConstant("option", values),
  rt_sigaction: (values) => setVariant("act", values),
  rt_sigprocmask: (values) => (setVariant("nset", values) ? argumentConstant("how", values) : ""),
};

/** Names of the same calls in older and 32-bit programs. */
const ALIASES: Readonly<Record<string, string>> = {
  _newselect: "select",
  mmap2: "mmap",
  oldfstat: "fstat",
  oldlstat: "lstat",
  oldstat: "stat",
  umount: "umount2",
  waitpid: "wait4",
};

function canonicalName(name: string): string {
  if (SENTENCES.has(name)) return name;
  return ALIASES[name] ?? name.replace(/(_time64|64|32)$/, "");
}

/** Returns the template of a call; undefined if there is none. */
export function findSentence(name: string, values: Values): Sentence | undefined {
  const call = canonicalName(name);
  const variant = VARIANTS[call]?.(values);
  return (variant ? SENTENCES.get(`${call} ${variant}`) : undefined) ?? SENTENCES.get(call);
}
