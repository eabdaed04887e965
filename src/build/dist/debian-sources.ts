/** Which of Debian's packages a file of the build is from: dpkg-query(1), dpkg-deb(1). */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "../run.ts";

export interface DebianPackage {
  readonly name: string;
  /** The source package and its version. */
  readonly source: string;
  readonly sourceVersion: string;
  readonly copyrightFile: string;
}

/** dpkg knows the paths from before /lib became a link to /usr/lib, or those after it. */
function spellings(path: string): string[] {
  const real = realpathSync(path);
  return [...new Set([path, real, real.replace(/^\/usr\/lib/, "/lib")])];
}

/** Returns the names of the installed packages that files belong to. */
function ownersOf(paths: readonly string[]): string[] {
  const all = paths.flatMap(spellings);
  const { stdout } = Bun.spawnSync(["dpkg-query", "-S", ...all], { stderr: "ignore" });
  const found = stdout.toString().matchAll(/^([^,\s]+): (.*)$/gm);
  const owners = new Map(Array.from(found, ([, owner, path]) => [path, owner]));
  return paths.map((path) => {
    const owner = spellings(path).flatMap((spelling) => owners.get(spelling) ?? [])[0];
    if (!owner) throw new Error(`${path} is linked, but is not of a package of Debian`);
    return owner;
  });
}

function installedPackages(paths: readonly string[]): DebianPackage[] {
  const names = [...new Set(ownersOf(paths))];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of dpkg-query
  const format = "${source:Package} ${source:Version}\n";
  return names.map((name) => {
    const [source, sourceVersion] = run(["dpkg-query", "-W", "-f", format, name]).trim().split(" ");
    const copyrightFile = join("/usr/share/doc", name.split(":")[0], "copyright");
    return { name, source, sourceVersion, copyrightFile };
  });
}

/** Returns the package of a file of the sysroot, whose control files are in its directory packages. */
function unpackedPackage(path: string, sysroot: string): DebianPackage {
  const file = basename(realpathSync(path));
  const { stdout } = Bun.spawnSync(["grep", "-lr", `/${file}$`, join(sysroot, "packages")]);
  const name = stdout.toString().match(/packages\/([^/]+)\/md5sums/)?.[1];
  if (!name) throw new Error(`${path} is of no package of the sysroot`);
  const control = readFileSync(join(sysroot, "packages", name, "control"), "utf8");
  const field = (key: string) => control.match(new RegExp(`^${key}: (.*)$`, "m"))?.[1];
  // "Source: glibc", or "Source: gcc-12 (12.2.0)" if the versions differ.
  const [, source, version] = field("Source")?.match(/^(\S+)(?: \((.*)\))?$/) ?? [];
  const sourceVersion = version ?? field("Version") ?? "";
  const copyrightFile = join(sysroot, "usr/share/doc", name, "copyright");
  if (!existsSync(copyrightFile)) throw new Error(`${copyrightFile} is missing`);
  return { name, source: source ?? name, sourceVersion, copyrightFile };
}

/**
 * Returns the packages of files.
 * @param sysroot the directory of another machine's packages; null: there are none
 */
export function packagesOf(paths: readonly string[], sysroot: string | null): DebianPackage[] {
  const root = sysroot && `${realpathSync(sysroot)}/`;
  const isUnpacked = (path: string) => root !== null && realpathSync(path).startsWith(root);
  const unpacked = paths.filter(isUnpacked);
  const installed = paths.filter((path) => !isUnpacked(path));
  return [
    ...unpacked.map((path) => unpackedPackage(path, sysroot ?? "")),
    ...(installed.length ? installedPackages(installed) : []),
  ];
}
