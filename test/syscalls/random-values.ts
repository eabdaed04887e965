/** Generates random decoded values of every kind. */

import { NamedValue, type Value, word } from "../../src/syscalls/value.ts";
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
const WORDS = [
  ...["NULL", "", "htons(1)", 'inet_addr("::")', "S_IFREG|0644", "{", '@"\xff"', "SIG_IGN"],
  "{WIFEXITED(s) && WEXITSTATUS(s) == 1}",
];

export function randomValue(random: Random, depth = 3): Value {
  const below = (count: number) => random.below(count);
  const text = () =>
    Array.from({ length: below(9) }, () => String.fromCharCode(below(256))).join("");
  const many = <T>(make: () => T) => Array.from({ length: below(4) }, make);
  const number = () =>
    below(2) ? below(2 ** 32) - 2 ** 31 : BigInt(below(2 ** 32)) << BigInt(below(33));
  const inner = () => randomValue(random, depth - 1);
  switch (below(depth > 0 ? 8 : 6)) {
    case 0:
      return {
        kind: "integer",
        value: number(),
        base: (["decimal", "hex", "octal"] as const)[below(3)],
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
      return word(WORDS[below(WORDS.length)]);
    case 6:
      return { kind: "struct", fields: many(() => [NAMES[below(NAMES.length)], inner()] as const) };
    default:
      return { kind: "array", items: many(inner), cut: below(2) === 0 };
  }
}
