/**
 * Which package of dpkg installed a file: the lists in /var/lib/dpkg/info, the status file and the
 * diversions. dpkg(1), dpkg-divert(1), deb-control(5)
 */
import { readdirSync, readFileSync } from "node:fs";
import type { PackageDatabase, PackageFacts } from "./package-facts.ts";

const DIRECTORY = "/var/lib/dpkg";

/** @param wanted paths, latin1, under the names that the merged /usr gives them, too */
export function readDpkg(root: string, wanted: ReadonlySet<string>): PackageDatabase | null {
  const status = readStatus(`${root}${DIRECTORY}/status`);
  if (status === null) return null;
  const diverted = readDiversions(`${root}${DIRECTORY}/diversions`);
  const owners = new Map<string, PackageFacts>();
  for (const file of readdirSync(`${root}${DIRECTORY}/info`)) {
    if (!file.endsWith(".list")) continue;
    const name = file.slice(0, -".list".length);
    const found = status.get(name) ?? status.get(name.replace(/:.*$/, ""));
    if (!found) continue;
    for (const path of readFileSync(`${root}${DIRECTORY}/info/${file}`, "latin1").split("\n")) {
      const diversion = diverted.get(path);
      const isMoved = diversion !== undefined && diversion.package !== found.name;
      const real = isMoved ? diversion.to : path;
      if (wanted.has(real)) owners.set(real, found);
    }
  }
  return owners;
}

/** Returns the installed packages by name, and by name:architecture; null without a database. */
function readStatus(path: string): Map<string, PackageFacts> | null {
  let text: string;
  try {
    text = readFileSync(path, "latin1");
  } catch {
    return null;
  }
  const packages = new Map<string, PackageFacts>();
  for (const stanza of text.split("\n\n")) {
    const field = (name: string) =>
      new RegExp(`^${name}: *(.*)$`, "m").exec(stanza)?.[1].trim() ?? null;
    const [name, full, arch] = [field("Package"), field("Version"), field("Architecture")];
    if (name === null || full === null) continue;
    const [, epoch = null, version] = /^(?:(\d+):)?(.*)$/.exec(full) ?? [];
    const facts: PackageFacts = { type: "deb", name, version, epoch, arch };
    if (arch) packages.set(`${name}:${arch}`, facts);
    if (!packages.has(name)) packages.set(name, facts);
  }
  return packages;
}

interface Diversion {
  readonly to: string;
  /** The package whose file stays; ":" for a diversion by the administrator. */
  readonly package: string;
}

/** Three lines each: the path, where it is moved to, and the package that it is not moved of. */
function readDiversions(path: string): ReadonlyMap<string, Diversion> {
  const diversions = new Map<string, Diversion>();
  let lines: readonly string[];
  try {
    lines = readFileSync(path, "latin1").split("\n");
  } catch {
    return diversions;
  }
  for (let at = 0; at + 2 < lines.length; at += 3)
    diversions.set(lines[at], { to: lines[at + 1], package: lines[at + 2] });
  return diversions;
}
