/** Which sentence says a call: by its name, and for some by what one argument says. */
import type { Value } from "../../../../../syscalls/value.ts";
import { WAYS } from "../formatters.ts";
import { parseSentence, type Sentence } from "../template.ts";
import { isNull } from "../value-text.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILES } from "./files.ts";
import { NETWORK } from "./network.ts";
import { SYSTEM } from "./system.ts";
import { TASKS } from "./tasks.ts";

type Values = ReadonlyMap<string, Value>;

const TEXTS: Readonly<Record<string, string>> = {
  ...FILES,
  ...DESCRIPTORS,
  ...TASKS,
  ...NETWORK,
  ...SYSTEM,
};

const SENTENCES = new Map(
  Object.entries(TEXTS).map(([key, text]) => [key, parseSentence(text, WAYS)]),
);

/** Every sentence, by its key: a call, or a call and what its argument says. */
export const allSentences: ReadonlyMap<string, Sentence> = SENTENCES;

/** "FUTEX_WAKE" of "FUTEX_WAKE_PRIVATE|FUTEX_CLOCK_REALTIME". */
function choiceOf(argument: string, values: Values): string {
  const value = values.get(argument);
  if (value?.kind === "named") return value.names[0] ?? "";
  return value?.kind === "word" ? value.text.replace(/(_PRIVATE)?(\|.*)?$/, "") : "";
}

const given = (argument: string, values: Values) => {
  const value = values.get(argument);
  return value && !isNull(value) ? "set" : "";
};

const CLONE_THREAD = 0x10000n;

/** Of clone(2), or within the struct of clone3(2). */
function isThread(values: Values): string {
  const own = values.get("flags");
  const struct = values.get("uargs");
  const flags =
    own ??
    (struct?.kind === "struct" ? struct.fields.find(([name]) => name === "flags")?.[1] : null);
  if (flags?.kind !== "named" && flags?.kind !== "integer") return "";
  return BigInt(flags.value) & CLONE_THREAD ? "thread" : "";
}

/** What else decides, for calls that do many things. */
const CHOICES: Readonly<Record<string, (values: Values) => string>> = {
  brk: (values) => given("brk", values),
  clone: isThread,
  clone3: isThread,
  epoll_ctl: (values) => choiceOf("op", values),
  fcntl: (values) => choiceOf("cmd", values),
  futex: (values) => choiceOf("op", values),
  ioctl: (values) => choiceOf("cmd", values),
  lseek: (values) => choiceOf("whence", values),
  prctl: (values) => choiceOf("option", values),
  rt_sigaction: (values) => given("act", values),
  rt_sigprocmask: (values) => (given("nset", values) ? choiceOf("how", values) : ""),
};

/** Names that older and 32-bit programs use for the same. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  _newselect: "select",
  mmap2: "mmap",
  oldfstat: "fstat",
  oldlstat: "lstat",
  oldstat: "stat",
  umount: "umount2",
  waitpid: "wait4",
};

function usualName(name: string): string {
  if (SENTENCES.has(name)) return name;
  return OTHER_NAMES[name] ?? name.replace(/(_time64|64|32)$/, "");
}

/** @returns undefined where nobody wrote one */
export function sentenceOf(name: string, values: Values): Sentence | undefined {
  const usual = usualName(name);
  const choice = CHOICES[usual]?.(values);
  return (choice ? SENTENCES.get(`${usual} ${choice}`) : undefined) ?? SENTENCES.get(usual);
}
