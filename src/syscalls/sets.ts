/** The generated sets of constants as names and numbers, for the decoders. */
import { readSet } from "./flag-set.ts";
import type { NameSet } from "./value.ts";

const known = new Map<string, NameSet>();

/** @param name of a set in generated/flags.ts @throws Error where there is none of that name */
export function setNamed(name: string): NameSet {
  let set = known.get(name);
  if (!set) {
    const found = readSet(name, process.arch === "arm64" ? "arm64" : "common");
    if (!found) throw new Error(`no set of constants is called ${name}`);
    set = found.constants.map((constant) => [constant.name, constant.value] as const);
    known.set(name, set);
  }
  return set;
}
