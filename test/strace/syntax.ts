/** Parses arguments as strace prints them with -xx (strings in hex) and -X raw (numbers). */

export interface StraceCall {
  /** The calling thread; strace calls it pid. */
  readonly tid: number;
  /** The name of the system call. */
  readonly call: string;
  readonly args: readonly string[];
  /** -errno; -512 to -516 if a signal interrupted it; null if the thread ended in the call. */
  readonly result: number | null;
  /** The target of a returned fd (-y). */
  readonly opened: Target | null;
}

/** The target of an fd or of AT_FDCWD: readlink of /proc/PID/fd/N. Bytes as Latin-1. */
export interface Target {
  readonly link: string;
  readonly deleted: boolean;
}

/** Splits at commas outside of brackets; strings contain none, as they are hex. */
export function split(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < list.length; at++) {
    const sign = list[at];
    if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign)) depth--;
    else if (sign === "," && depth === 0) {
      parts.push(list.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = list.slice(start).trim();
  return last === "" ? parts : [...parts, last];
}

/** Returns the fields of `{a=1, b="…"}`; null if strace could not read the struct. */
export function fieldsOf(struct: string): Record<string, string> | null {
  if (!struct.startsWith("{")) return null;
  const inside = struct.slice(1, struct.lastIndexOf("}"));
  return Object.fromEntries(
    split(inside).map((field) => {
      const [, name, value] = field.match(/^(\w+)=(.*)$/s) ?? ["", field, ""];
      return [name, value];
    }),
  );
}

/** Returns the bytes of a string as Latin-1; null for NULL or if strace could not read it. */
export function stringOf(argument: string): string | null {
  const [, hex] = argument.match(/^@?"((?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?$/) ?? [];
  return hex === undefined ? null : unescaped(hex);
}

/** Parses a C number, octal if it begins with 0; `0x100|0x2` and `0x1200000|17` are sums. */
export function numberOf(text: string | undefined): number {
  const terms = (text ?? "0").split("|");
  const sum = terms.reduce((bits, term) => bits | BigInt(octal(term)), 0n);
  return Number(BigInt.asUintN(64, sum));
}

function octal(text: string): string {
  return /^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text;
}

/** Parses an fd, with its target if strace printed it. */
export function fdOf(argument: string): { readonly fd: number; readonly target: Target | null } {
  const [, fd, target] = argument.match(/^(-?\d+)(<.*>(?:\(deleted\))?)?$/) ?? [];
  if (fd === undefined) throw new Error(`not a descriptor: ${argument}`);
  return { fd: Number(fd) | 0, target: targetOf(target ?? "") };
}

export function targetOf(text: string): Target | null {
  const [, link, deleted] = text.match(/^<(.*)>(\(deleted\))?$/) ?? [];
  return link === undefined ? null : { link: unescaped(link), deleted: deleted !== undefined };
}

function unescaped(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`)));
}
