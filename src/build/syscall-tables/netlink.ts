/**
 * Makes generated/netlink.ts: the constants and structs that the tables of netlink messages name, in
 * src/syscalls/decode/netlink/policies.
 */

import { allEntries, type Entry } from "../../syscalls/decode/netlink/tables.ts";
import { LAYOUTS } from "../../syscalls/generated/layouts.ts";
import { type ConstantValue, setLine, sortByValue, sortMembers } from "./flags.ts";
import type { Headers } from "./headers.ts";
import { headerBtf, includeLines } from "./kernel-types.ts";
import { Layouts } from "./layouts.ts";
import { evaluateConstants, type HeaderConstant, headerConstants } from "./macros.ts";
import {
  MORE_CONSTANTS,
  MORE_SETS,
  MORE_STRUCTS,
  NETLINK_HEADERS,
  type NetlinkSet,
} from "./netlink-sets.ts";

type Kind = "bits" | "values";

/** Returns the sets that a type names: "u32|IFA_F", "(IFLA_INFO)", "[u32@SK_MEMINFO]". */
function setsOfType(type: string): [string, Kind][] {
  const [, relation, names] = /([=|^@-])([A-Za-z][\w|+]*)(?:-1)?[\]?]?$/.exec(type) ?? [];
  if (names) return names.split(/[|+]/).map((name) => [name, relation === "|" ? "bits" : "values"]);
  return Array.from(type.matchAll(/\(([A-Z]\w*)\)/g), ([, name]) => [name, "values"]);
}

function setsOf(kind: string, { set, types }: Entry): [string, Kind][] {
  const own: [string, Kind][] = kind === "attrs" ? [[set, "values"]] : [];
  return [...own, ...[...types.values()].flatMap(setsOfType)];
}

/** Returns the sets of all tables; those of other files have names in lower case. */
function wantedSets(): Map<string, Kind> {
  const entries = [...allEntries()];
  const aliases = entries.flatMap(([key, { name, set }]) =>
    key.startsWith("attrs ") && name !== set ? [name] : [],
  );
  const all = entries.flatMap(([key, entry]) => setsOf(key.split(" ")[0], entry));
  const more = Object.entries(MORE_SETS).map(([name, { kind }]): [string, Kind] => [name, kind]);
  return new Map(
    [...all, ...more].filter(([name]) => /^[A-Z]/.test(name) && !aliases.includes(name)),
  );
}

/** Returns the constants of a set: by its definition, its enum, or its prefix. */
function membersOf(
  name: string,
  own: NetlinkSet | undefined,
  all: readonly HeaderConstant[],
): readonly HeaderConstant[] {
  const prefix = `${name}_`;
  const visible = all.filter((each) => !each.name.startsWith("__"));
  if (own)
    return visible.filter(
      (each) =>
        (own.from === undefined || each.enumeration === own.from) &&
        new RegExp(`^(?:${own.match ?? ".*"})$`).test(each.name) &&
        !(own.not !== undefined && new RegExp(`^(?:${own.not})$`).test(each.name)),
    );
  const first = visible.find((each) => each.name === `${prefix}UNSPEC` && each.enumeration);
  if (first) return visible.filter(({ enumeration }) => enumeration === first.enumeration);
  return visible.filter((each) => each.name.startsWith(prefix) && !/_(MAX|MASK)$/.test(each.name));
}

/** Returns the lines of the sets. @throws Error with the sets that no header has */
export function netlinkSets(headers: Headers): string[] {
  const source = `${includeLines(headers, "x64", NETLINK_HEADERS.trim().split(/\s+/))}${MORE_CONSTANTS}`;
  return linesOfSets(headers, source, wantedSets(), MORE_SETS);
}

/** Returns the lines of sets whose constants a source has, sorted by their names. */
export function linesOfSets(
  headers: Headers,
  source: string,
  sets: ReadonlyMap<string, Kind>,
  definitions: Readonly<Record<string, NetlinkSet>>,
): string[] {
  const all = headerConstants(source, headers, "x64");
  const wanted = Array.from(sets, ([name, kind]) => ({
    ...{ name, kind },
    members: membersOf(name, definitions[name], all),
  }));
  const names = [...new Set(wanted.flatMap(({ members }) => members.map(({ name }) => name)))];
  const values = evaluateConstants(source, names, headers, "x64");
  const lines = wanted.map(({ name, kind, members }) => {
    const list = members.flatMap((each): ConstantValue[] => {
      const value = values.get(each.name);
      const [least, most] = definitions[name]?.range ?? [value, value];
      return value === undefined || value < least! || value > most!
        ? []
        : [{ name: each.name, value: kind === "bits" ? BigInt.asUintN(64, value) : value }];
    });
    const sorted = sortMembers(kind, list);
    if (sorted.length === 0) throw new Error(`no constants of ${name}`);
    return setLine(kind, name, kind === "values" ? sortByValue(sorted) : sorted);
  });
  return lines.sort();
}

/** Returns the lines of the structs. @throws Error with the structs that no header has */
export function netlinkLayouts(headers: Headers): string[] {
  const inTypes = Array.from(allEntries().values(), ({ types }) => [...types.values()])
    .flat()
    .flatMap((type) => Array.from(type.matchAll(/\{(\w+)\}/g), ([, tag]) => tag));
  const entries = Array.from(allEntries(), ([key, { set, types }]) => {
    if (key.startsWith("struct ")) return [set];
    return key.startsWith("messages ") ? [...types.values()].map((each) => each.split(">")[0]) : [];
  })
    .flat()
    .map((tag) => allEntries().get(`struct ${tag}`)?.set ?? tag);
  const named = inTypes.map((tag) => allEntries().get(`struct ${tag}`)?.set ?? tag);
  const manual = MORE_STRUCTS.trim().split(/\n */);
  const isManual = (tag: string) => manual.some((line) => line.startsWith(`${tag} `));
  const inner = (tag: string) => tag.includes(".");
  const isElsewhere = (tag: string) => LAYOUTS.includes(`\n${tag} `);
  const tags = [...new Set([...named, ...entries])].filter(
    (tag) => !isManual(tag) && !inner(tag) && !isElsewhere(tag),
  );
  const layouts = new Layouts(headerBtf(headers, "x64", tags, NETLINK_HEADERS.trim().split(/\s+/)));
  const absent = tags.filter((tag) => !layouts.add(tag));
  if (absent.length) throw new Error(`no layout of ${absent.join(", ")}`);
  return [...manual, ...Array.from(layouts.lines, ([tag, line]) => `${tag} ${line}`)].sort();
}
