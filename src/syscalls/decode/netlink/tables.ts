/**
 * Reads the tables of netlink messages in policies/. A table has one entry a line; lines that are
 * indented continue the one before. Entries are:
 *
 *     attrs IFLA MTU:u32 LINKINFO:(IFLA_INFO) …     the attributes that the set IFLA names
 *     attrs VF=IFLA_VF …                            another policy for the same set
 *     struct ifinfomsg ifi_type:=ARPHRD …           the fields of a struct whose type does not follow from C
 *     kinds LINK_DATA vlan:(IFLA_VLAN) …            the types among which an earlier attribute chooses
 *     messages ROUTE LINK:ifinfomsg>IFLA …          headers and attributes by the names of message types
 *     names SMC_STATE SMC_???                       the comment beside unknown values, or - for none
 *
 * Types are those of scalars.ts and types.ts. The generator of constants and layouts reads the names
 * of sets and structs here.
 */
import { constantsOf } from "../../table.ts";
import { POLICIES } from "./policies/index.ts";

export interface Entry {
  readonly name: string;
  /** The set of an attribute policy; otherwise the name. */
  readonly set: string;
  /** Types by the names of attributes without prefix, fields or kinds. */
  readonly types: ReadonlyMap<string, string>;
  /** Words without a colon. */
  readonly words: readonly string[];
}

type Kind = "attrs" | "struct" | "kinds" | "names" | "messages";

let entries: Map<string, Entry> | undefined;

function parseEntry(line: string): [string, Entry] {
  const [kind, head, ...words] = line.split(/\s+/);
  const [name, set = name] = head.split("=");
  const pairs = words.filter((word) => word.includes(":"));
  const types = new Map(
    pairs.map((word): [string, string] => [
      word.slice(0, word.indexOf(":")),
      word.slice(word.indexOf(":") + 1),
    ]),
  );
  return [`${kind} ${name}`, { name, set, types, words: words.filter((w) => !w.includes(":")) }];
}

function parseEntries(): Map<string, Entry> {
  const text = POLICIES.join("\n").replace(/\n +(?=\S)/g, " ");
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map(parseEntry),
  );
}

/** Returns undefined if no table has the entry. */
export function entryOf(kind: Kind, name: string): Entry | undefined {
  entries ??= parseEntries();
  return entries.get(`${kind} ${name}`);
}

/** Returns all entries, for the generator of their constants and layouts. */
export function allEntries(): ReadonlyMap<string, Entry> {
  entries ??= parseEntries();
  return entries;
}

/** Returns strace's comment beside a value that a set does not name: "RTN_???". */
export function placeholderOf(set: string): string {
  const irregular = entryOf("names", set)?.words[0];
  if (irregular !== undefined) return irregular === "-" ? "" : irregular;
  const prefix = constantsOf(set)?.prefix;
  return `${prefix || `${set}_`}???`;
}
