/** Generates random decoded values of every kind. */

import { NamedValue, NULL, symbol, type Value } from "../../src/syscalls/value.ts";
import type { Random } from "../random.ts";

const NAMES = [
  "flags",
  "st_mode",
  "sun_path",
  "sin_addr",
  "iov_base",
  "tv_sec",
  "sa_handler",
  "fd",
];
const NOTATIONS = ["decimal", "hex", "octal", "htons", "htonl", "kib", "ticks", "date"] as const;

/** Returns a value of one of the kinds that few calls have. */
function rareValue(random: Random, text: () => string, inner: () => Value): Value {
  const bytes = () => Buffer.from(text(), "latin1");
  const makers: readonly (() => Value)[] = [
    () => NULL,
    () => symbol(random.pick(["SIG_IGN", "SIGINT", ""])),
    () => ({ kind: "host", family: random.pick(["inet", "inet6"] as const), host: "::" }),
    () => ({ kind: "abstract-name", bytes: bytes() }),
    () => ({ kind: "random-bytes", bytes: bytes(), cut: random.below(2) === 0 }),
    () => ({ kind: "wait-status", status: random.below(2 ** 16) }),
    () => ({ kind: "mode", mode: random.below(2 ** 16) }),
    () => ({ kind: "macro", name: "makedev", args: [inner()] }),
    () => ({ kind: "parts", parts: ["FUTEX_WAIT", random.below(9)] }),
    () => ({ kind: "set", members: ["INT", random.below(9)], inverted: random.below(2) === 0 }),
    () => ({ kind: "mask", value: BigInt(random.below(9)), width: 8 }),
    () => ({ kind: "change", before: inner(), after: inner(), indirect: random.below(2) === 0 }),
    () => ({ kind: "siginfo", info: { kind: "struct", fields: [["si_pid", inner()]] } }),
    () => ({ kind: "field", name: "flags", value: inner(), style: "assignment" }),
  ];
  return random.pick(makers)();
}

export function randomValue(random: Random, depth = 3): Value {
  const below = (count: number) => random.below(count);
  const text = () =>
    Array.from({ length: below(9) }, () => String.fromCharCode(below(256))).join("");
  const many = <T>(make: () => T) => Array.from({ length: below(4) }, make);
  const number = () =>
    below(2) ? below(2 ** 32) - 2 ** 31 : BigInt(below(2 ** 32)) << BigInt(below(33));
  const inner = () => randomValue(random, Math.max(0, depth - 1));
  switch (below(depth > 0 ? 8 : 6)) {
    case 0:
      return {
        kind: "integer",
        value: number(),
        notation: random.pick(NOTATIONS),
      };
    case 1:
      return new NamedValue(
        number(),
        many(() => `O_${below(9)}`),
        below(2) ? 0 : number(),
      );
    case 2:
      return { kind: "string", bytes: Buffer.from(text(), "latin1"), cut: below(2) === 0 };
    case 3:
      return { kind: "pointer", address: BigInt(below(2 ** 32)) << 8n };
    case 4:
      return {
        kind: "fd",
        fd: below(9) - 1,
        directory: below(2) === 0,
        ...(below(2) ? { path: text() } : {}),
      };
    case 5:
      return rareValue(random, text, inner);
    case 6:
      return { kind: "struct", fields: many(() => [NAMES[below(NAMES.length)], inner()] as const) };
    default:
      return { kind: "array", items: many(inner), cut: below(2) === 0 };
  }
}
