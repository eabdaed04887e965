/** The packages of an export's files, for formats that name them. */
import type { Account } from "../../sinks/reports/exports/account.ts";
import type { FindPackage } from "../../sinks/reports/exports/packages.ts";
import { findPackages } from "../../storage/packages/index.ts";
import { isOfThisMachine } from "./digests.ts";

const FORMATS = ["cyclonedx", "ro-crate"];

/** Packages of another machine are not looked for on this one. */
export function packageFinder(format: string, { facts, inputs, actions }: Account): FindPackage {
  if (!FORMATS.includes(format) || !isOfThisMachine(facts)) return () => null;
  const paths = [...inputs.map(({ path }) => path), ...actions.map(({ path }) => path)];
  const found = findPackages([...new Set(paths)]);
  return (path) => found.get(path) ?? null;
}
