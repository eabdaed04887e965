/** Describes open(2) and mmap(2) flags in words. */
import type { Value } from "../../../../syscalls/value.ts";

const OPEN_FLAG_TEXTS: readonly (readonly [flag: string, words: string])[] = [
  ["O_EXCL", "only if it is new"],
  ["O_TRUNC", "emptying it"],
  ["O_APPEND", "appending"],
  ["O_NOFOLLOW", "not through a link"],
  ["O_DIRECT", "past the cache"],
  ["O_SYNC", "waiting for the disk"],
  ["O_DSYNC", "waiting for the disk"],
];

/** Returns " for writing, creating it" for the flags of open(2) or for a struct open_how. */
export function openFlagsText(value: Value): string {
  const flags =
    value.kind === "struct" ? value.fields.find(([name]) => name === "flags")?.[1] : value;
  if (flags?.kind !== "named") return "";
  const has = (name: string) => flags.has(name);
  const use = has("O_RDWR") ? "reading and writing" : has("O_WRONLY") ? "writing" : "reading";
  if (has("O_PATH")) return " as a place only";
  if (has("O_TMPFILE")) return " for a file without a name";
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
