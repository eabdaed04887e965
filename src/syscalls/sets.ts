import type { NameSet } from "./value.ts";
export function setNamed(_: string): NameSet {
  return [];
}
