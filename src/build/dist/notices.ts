/** The file THIRD-PARTY-NOTICES: what the licenses of the components require to be said. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "./components.ts";

const TEXTS = join(import.meta.dirname, "licenses");
/** Debian's copies: the package base-files. */
const COMMON = "/usr/share/common-licenses";
const COMMON_FILES: Readonly<Record<string, string>> = {
  "Apache-2.0": "Apache-2.0",
  "GPL-3.0-or-later": "GPL-3",
  "LGPL-2.0-or-later": "LGPL-2",
  "LGPL-2.1-or-later": "LGPL-2.1",
  "LGPL-3.0-or-later": "LGPL-3",
  "MPL-2.0": "MPL-2.0",
};
/** LGPL-3 refers to the GPL for its terms. */
const REFERS_TO: Readonly<Record<string, string>> = { "LGPL-3.0-or-later": "GPL-3.0-or-later" };
/** Exceptions that leave nothing to do. */
const NO_TEXT = ["GCC-exception-2.0", "GCC-exception-3.1"];

const INTRODUCTION = `THIRD-PARTY NOTICES

trace itself is under the MIT license: see LICENSE. Its eBPF programs are under the MIT license or
GPL-2.0-only, as you choose. The executable contains the software that is listed here, each part under
its own license. docs/licenses.md says how to get the sources and how to build the executable with
changed versions of the libraries.

This software is based in part on the work of the Independent JPEG Group.
`;

const RULE = "=".repeat(100);

/** Returns the identifiers of licenses and exceptions in an SPDX expression. */
export function identifiers(expression: string): string[] {
  return expression.split(/ (?:AND|OR|WITH) |[()]/).filter(Boolean);
}

/** @throws Error for a license that has no text */
function licenseText(identifier: string): string {
  const own = join(TEXTS, `${identifier}.txt`);
  if (existsSync(own)) return readFileSync(own, "utf8");
  if (!(identifier in COMMON_FILES)) throw new Error(`${own} is missing`);
  return readFileSync(join(COMMON, COMMON_FILES[identifier]), "utf8");
}

function allIdentifiers(components: readonly Component[]): string[] {
  const found = new Set(components.flatMap(({ license }) => identifiers(license)));
  for (const identifier of [...found])
    if (identifier in REFERS_TO) found.add(REFERS_TO[identifier]);
  return [...found].filter((identifier) => !NO_TEXT.includes(identifier)).sort();
}

function title({ name, version, partOf }: Component): string {
  return `${name} ${version}${partOf ? ` (in ${partOf})` : ""}`;
}

function section(component: Component): string {
  const { license, source, note, copyright } = component;
  const heads = [title(component), `License: ${license}`, `Source: ${source}`];
  if (note) heads.push(note);
  return `${heads.join("\n")}\n\n${copyright.trimEnd()}\n`;
}

/**
 * Returns the text.
 * @param refersToDebian long texts are replaced by where Debian has them
 * @throws Error if a component's license has no text
 */
export function notices(components: readonly Component[], refersToDebian = false): string {
  const licenses = allIdentifiers(components).map((identifier) => {
    const isCommon = refersToDebian && identifier in COMMON_FILES;
    const text = isCommon
      ? `See ${COMMON}/${COMMON_FILES[identifier]}`
      : licenseText(identifier).trimEnd();
    return `Text of ${identifier}\n\n${text}\n`;
  });
  return [INTRODUCTION, ...components.map(section), ...licenses].join(`\n${RULE}\n\n`);
}
