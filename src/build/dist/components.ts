/** What a release consists of that others wrote, each with its license: for notices and the SBOM. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BUN_PARTS } from "./bun-parts.ts";
import { type DebianPackage, packagesOf } from "./debian-sources.ts";

export interface Component {
  readonly name: string;
  readonly version: string;
  /** SPDX expression of the license; of several to choose from, the one that was chosen. */
  readonly license: string;
  /** The copyright statements, or the text of the file that has them and the license. */
  readonly copyright: string;
  /** Where the source is. */
  readonly source: string;
  /** https://github.com/package-url/purl-spec */
  readonly purl?: string;
  /** The name of the component that it is a part of. */
  readonly partOf?: string;
  /** What the license requires to be said. */
  readonly note?: string;
}

const GLIBC_NOTE =
  "The dynamic linker, libc and libm are appended to the executable. trace changes two places: the " +
  "dynamic linker reads no /etc/ld.so.preload, and libc does not call clone3 " +
  "(src/build/one-file/libraries.ts).";

/** By the names of Debian's source packages. */
const DEBIAN_LICENSES: readonly (readonly [RegExp, string, string?])[] = [
  [/^glibc$/, "LGPL-2.1-or-later", GLIBC_NOTE],
  [
    /^cross-toolchain-base$/,
    "LGPL-2.1-or-later WITH GCC-exception-2.0",
    "glibc's start files and libc_nonshared.a; the exception permits to link them with any program.",
  ],
  [/^elfutils$/, "LGPL-3.0-or-later", "libelf, linked statically."],
  [/^libbpf$/, "BSD-2-Clause", "Linked statically."],
  [/^zlib$/, "Zlib", "Linked statically."],
  [
    /^gcc-\d+(-cross)?$/,
    "GPL-3.0-or-later WITH GCC-exception-3.1",
    "Start files and libgcc; the exception permits their use in any program.",
  ],
];

/** Returns a component for each source package of the linked files. @throws Error for an unknown one */
export function debianComponents(files: readonly string[], sysroot: string | null): Component[] {
  const packages = new Map<string, DebianPackage>();
  for (const owner of packagesOf(files, sysroot))
    if (!packages.has(owner.source)) packages.set(owner.source, owner);
  return [...packages.values()].map((owner) => {
    const known = DEBIAN_LICENSES.find(([pattern]) => pattern.test(owner.source));
    if (!known)
      throw new Error(`${owner.source} is linked, but components.ts does not know its license`);
    const [, license, note] = known;
    return {
      name: owner.source,
      version: owner.sourceVersion,
      license,
      copyright: readFileSync(owner.copyrightFile, "utf8"),
      source: `Debian's source package ${owner.source}, version ${owner.sourceVersion}`,
      purl: `pkg:deb/debian/${owner.source}@${encodeURIComponent(owner.sourceVersion)}?arch=source`,
      note,
    };
  });
}

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
}

/** Packages for development of which the executable has a part: the page of reports. */
export const EMBEDDED = ["preact"];

/** Returns the packages of npm that the executable contains: all others are for development. */
export function npmComponents(): Component[] {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const entries = Object.entries(packages as Record<string, Locked>);
  return entries
    .filter(([path, { dev }]) => path && (!dev || EMBEDDED.includes(nameOf(path))))
    .map(([path, { version }]) => {
      const name = nameOf(path);
      const license = JSON.parse(readFileSync(join(path, "package.json"), "utf8")).license;
      const file = join(path, "LICENSE");
      if (!existsSync(file)) throw new Error(`${path} has no file LICENSE`);
      return {
        name,
        version,
        license,
        copyright: readFileSync(file, "utf8"),
        source: `https://www.npmjs.com/package/${name}`,
        purl: `pkg:npm/${name}@${version}`,
      };
    });
}

const nameOf = (path: string) => path.replace(/^.*node_modules\//, "");

/** Returns the names in the first column of the tables on Bun's page about its license. */
export function partsNamed(page: string): string[] {
  const rows = page.split("\n").filter((line) => line.startsWith("|") && line.includes("]("));
  return rows
    .filter((row) => !/\(on Windows\)/.test(row))
    .map((row) => row.match(/\[`?([^`\]]+)`?\]/)?.[1].replace("’", "'") ?? row);
}

/** Returns Bun and its parts. @throws Error if Bun names a part that bun-parts.ts lacks */
export function bunComponents(): Component[] {
  const page = readFileSync("node_modules/bun-types/docs/project/license.mdx", "utf8");
  const unknown = partsNamed(page).filter((name) => !BUN_PARTS.some((part) => part.name === name));
  if (unknown.length) throw new Error(`bun-parts.ts lacks parts of Bun: ${unknown.join(", ")}`);
  const versions: Readonly<Record<string, string | undefined>> = process.versions;
  const bun = {
    name: "bun",
    version: Bun.version,
    license: "MIT",
    copyright: "Copyright (c) Oven and contributors",
    source: `https://github.com/oven-sh/bun, commit ${Bun.revision}`,
    purl: `pkg:github/oven-sh/bun@${Bun.revision}`,
  };
  const parts = BUN_PARTS.map(({ name, license, copyright, source, key }) => {
    const version = key ? versions[key] : undefined;
    if (key && !version) throw new Error(`Bun no longer has ${key} in process.versions`);
    return { name, version: version ?? `as in Bun ${Bun.version}`, license, copyright, source };
  });
  return [bun, ...parts.map((part) => ({ ...part, partOf: "bun" }))];
}
