/** Debian's package of a release: deb-control(5), and Debian's policy on the files of packages. */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../run.ts";
import { packDebian } from "./archive.ts";
import { filesBelow, type InstalledFile } from "./files.ts";
import type { Machine } from "./machines.ts";

const DOCUMENTATION = "usr/share/doc/trace";
const DESCRIPTION = `what a command or the machine does to files and processes
 trace records every open, rename, removal and failed lookup of files, with
 the process that did it, from inside the kernel (eBPF) or by ptrace. It also
 prints system calls as strace does, watches directories and says who changed
 a file, and shows processes as they start and end.
 .
 The executable contains the C library that it runs with.`;
/** Debian has the licenses themselves in /usr/share/common-licenses. */
const OVERRIDES = `# trace is one executable that contains its libraries, so that it runs anywhere.
trace: embedded-library
trace: hardening-no-pie
trace: hardening-no-relro
trace: program-not-linked-against-libc
trace: undeclared-elf-prerequisites
# Stripping would cut off the program, which follows Bun's executable.
trace: unstripped-binary-or-object
`;

export interface DebianOptions {
  readonly machine: Machine;
  readonly version: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly files: readonly InstalledFile[];
  readonly notices: string;
  /** Name and address. */
  readonly maintainer: string;
}

const compress = (text: string | Uint8Array<ArrayBuffer>) => Bun.gzipSync(text, { level: 9 });

function writeAt(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o644 });
}

/** Debian's places that differ from those of other systems. */
function debianPlace(to: string): string {
  return to.replace("zsh/site-functions", "zsh/vendor-completions");
}

function copyFiles(root: string, files: readonly InstalledFile[]): void {
  for (const { from, to, mode } of files) {
    const path = join(root, "usr", debianPlace(to));
    if (to.endsWith("/LICENSE") || to.endsWith("/THIRD-PARTY-NOTICES")) continue; // in copyright
    if (to.startsWith("share/man/")) writeAt(`${path}.gz`, compress(readFileSync(from)));
    else {
      mkdirSync(dirname(path), { recursive: true });
      cpSync(from, path);
      chmodSync(path, mode);
    }
  }
}

function control({ machine, version, maintainer }: DebianOptions, kibibytes: number): string {
  const fields = {
    Package: "trace",
    Version: version,
    Architecture: machine.debian,
    Maintainer: maintainer,
    "Installed-Size": kibibytes,
    Section: "utils",
    Priority: "optional",
    Description: DESCRIPTION,
  };
  return Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");
}

/** deb-changelog(5): of this package, which is new for each release. */
function changelog({ version, time, maintainer }: DebianOptions): string {
  const date = new Date(time * 1000).toUTCString().replace("GMT", "+0000");
  return `trace (${version}) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- ${maintainer}  ${date}\n`;
}

/** Lines of md5sum(1) for the files of a root. */
function checksums(root: string, files: readonly string[]): string {
  const lines = files.map((path) => {
    const hash = new Bun.CryptoHasher("md5").update(readFileSync(path)).digest("hex");
    return `${hash}  ${path.slice(root.length + 1)}\n`;
  });
  return lines.join("");
}

/**
 * Makes the package.
 * @param directory for the files until they are packed
 */
export function makeDebianPackage(options: DebianOptions, directory: string, output: string): void {
  const { files, notices, time } = options;
  rmSync(directory, { recursive: true, force: true });
  copyFiles(directory, files);
  writeAt(
    join(directory, DOCUMENTATION, "copyright"),
    `${readFileSync("LICENSE", "utf8")}\n${notices}`,
  );
  writeAt(join(directory, DOCUMENTATION, "changelog.gz"), compress(changelog(options)));
  writeAt(join(directory, "usr/share/lintian/overrides/trace"), OVERRIDES);
  const installed = filesBelow(directory);
  const bytes = installed.reduce((sum, path) => sum + Bun.file(path).size, 0);
  const root = join(directory, "DEBIAN");
  writeAt(join(root, "control"), control(options, Math.ceil(bytes / 1024)));
  writeAt(join(root, "md5sums"), checksums(directory, installed));
  run(["chmod", "-R", "u=rwX,go=rX", directory]);
  packDebian(directory, output, time);
}
