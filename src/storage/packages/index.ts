/** The packages that installed files of this machine: the databases of dpkg and rpm. */
import { readFileSync } from "node:fs";
import { readDpkg } from "./dpkg.ts";
import type { PackageFacts } from "./package-facts.ts";
import { readRpm } from "./rpm.ts";

export interface VendorPackage extends PackageFacts {
  /** ID of os-release(5). */
  readonly vendor: string;
}

/** With a merged /usr, a package may have a file by either name. */
const MERGED = /^(?:\/usr)?(\/(?:bin|sbin|lib|lib32|lib64|libx32)\/)/;

function namesOf(path: string): string[] {
  if (!MERGED.test(path)) return [path];
  return [path, path.replace(MERGED, "$1"), path.replace(MERGED, "/usr$1")];
}

/**
 * Finds the packages of files.
 * @param paths latin1
 * @param root prefix of absolute paths: another root directory
 */
export function findPackages(
  paths: readonly string[],
  root = "",
): ReadonlyMap<string, VendorPackage> {
  const wanted = new Set(paths.flatMap(namesOf));
  const databases = [readDpkg(root, wanted), readRpm(root, wanted)].filter((each) => each !== null);
  const found = new Map<string, VendorPackage>();
  const vendor = vendorOf(root);
  for (const path of paths)
    for (const name of namesOf(path))
      for (const database of databases) {
        const facts = database.get(name);
        if (facts && !found.has(path)) found.set(path, { ...facts, vendor });
      }
  return found;
}

function vendorOf(root: string): string {
  for (const path of ["/etc/os-release", "/usr/lib/os-release"])
    try {
      const text = readFileSync(`${root}${path}`, "utf8");
      const id = /^ID=["']?([\w.-]+)/m.exec(text)?.[1];
      if (id) return id.toLowerCase();
    } catch {}
  return "linux";
}
