/** Describes open(2) and mmap(2) flags in words. */
import type { Value } from "../../../../syscalls/value.ts";

const OPEN_FLAG_TEXTS: readonly (readonly [flag: string, words: string])[] = [
  ["O_EXCL", "failing if it exists"],
  ["O_TRUNC", "truncating it"],
  ["O_APPEND", "appending"],
  ["O_NOFOLLOW", "not following a symbolic link"],
  ["O_DIRECT", "bypassing the page cache"],
  ["O_SYNC", "with synchronous writes"],
  ["O_DSYNC", "with synchronous writes"],
];

/** Returns " for writing, creating it" for the flags of open(2) or for a struct open_how. */
export function openFlagsText(value: Value): string {
  const flags =
    value.kind === "struct" ? value.fields.find(([name]) => name === "flags")?.[1] : value;
  if (flags?.kind !== "named") return "";
  const has = (name: string) => flags.has(name);
  const use = has("O_RDWR") ? "reading and writing" : has("O_WRONLY") ? "writing" : "reading";
  if (has("O_PATH")) return " as a path only";
  if (has("O_TMPFILE")) return " for an unnamed file in it";
  const words = [
    ` for ${use}`,
    ...(has("O_CREAT") ? ["creating it"] : []),
    ...OPEN_FLAG_TEXTS.filter(([flag]) => has(flag)).map(([, text]) => text),
  ];
  return `${has("O_DIRECTORY") ? " as a directory" : ""}${words.join(", ")}`;
}

const PROTECTIONS: readonly (readonly [bit: bigint, word: string])[] = [
  [1n, "readable"],
  [2n, "writable"],
  [4n, "executable"],
];

/** Returns "readable and writable". */
export function protectionText(value: Value): string {
  const bits = value.kind === "named" || value.kind === "integer" ? BigInt(value.value) : 0n;
  const words = PROTECTIONS.filter(([bit]) => bits & bit).map(([, word]) => word);
  return words.join(" and ") || "inaccessible";
}
