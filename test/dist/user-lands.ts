/** The user lands that the executable is tried in: roots that are made of Debian's packages. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Apt, mirrors } from "../../src/build/apt.ts";
import { run } from "../../src/build/run.ts";
import { CACHE } from "./cache.ts";

const DIRECTORIES = ["dev", "proc", "sys", "tmp", "bin", "etc"];
const BUSYBOX = "/bin/busybox";
const APPLETS = ["cat", "ls", "sh", "sleep", "touch", "true"];

export interface UserLand {
  readonly name: string;
  /** Makes the root in an empty directory. */
  make(root: string): void;
  /** Whether it need not be there. */
  readonly isOptional?: boolean;
}

/** A root with static programs only. */
function makeEmpty(root: string): void {
  for (const directory of DIRECTORIES) mkdirSync(join(root, directory), { recursive: true });
  copyFileSync(BUSYBOX, join(root, "bin/busybox"));
  for (const applet of APPLETS) run(["ln", "-s", "busybox", join(root, "bin", applet)]);
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
}

/** A root with musl instead of glibc. */
function makeMusl(root: string): void {
  makeEmpty(root);
  const directory = join(CACHE, "apt");
  const apt = new Apt(directory);
  apt.update("bookworm");
  run(["dpkg-deb", "-x", apt.download("musl", apt.show("musl").version), root]);
}

/** cat(1) of one file. */
const CAT = `
#include <stdio.h>
int main(int argc, char **argv)
{
	FILE *file = argc > 1 ? fopen(argv[1], "r") : stdin;
	for (int c; file && (c = getc(file)) >= 0;)
		putchar(c);
	return !file;
}`;

/** A root like that of Alpine, whose cat is linked dynamically with musl. */
function makeAlpine(root: string): void {
  makeEmpty(root);
  const directory = join(CACHE, "apt");
  const apt = new Apt(directory);
  apt.update("bookworm");
  const development = join(directory, "musl");
  for (const name of ["musl", "musl-dev"])
    run(["dpkg-deb", "-x", apt.download(name, apt.show(name).version), development]);
  const libraries = join(development, "usr/lib/x86_64-linux-musl");
  const loader = "/lib/ld-musl-x86_64.so.1";
  mkdirSync(join(root, "lib"));
  copyFileSync(join(development, "lib/x86_64-linux-musl/libc.so"), join(root, loader));
  chmodSync(join(root, loader), 0o755);
  symlinkSync("ld-musl-x86_64.so.1", join(root, "lib/libc.musl-x86_64.so.1"));
  writeFileSync(join(root, "etc/alpine-release"), "3.20.0\n");
  const [source, cat] = [join(directory, "cat.c"), join(root, "bin/cat")];
  writeFileSync(source, CAT);
  rmSync(cat);
  run([
    ...["gcc", "-nostdinc", "-isystem", join(development, "usr/include/x86_64-linux-musl")],
    ...["-nostdlib", "-no-pie", `-Wl,-dynamic-linker,${loader}`, "-o", cat, source],
    ...["crt1.o", "crti.o", "crtn.o"].map((name) => join(libraries, name)),
    ...[`-L${join(root, "lib")}`, "-l:libc.musl-x86_64.so.1"],
  ]);
}

/** A minimal installation of a release. @param mirrorOf returns the distribution's mirror beside that of Debian */
function release(suite: string, mirrorOf: (debian: string) => string): UserLand["make"] {
  return (root) => {
    // The keys of an old release may have expired; what is installed is only run in the root.
    const options = ["--variant=minbase", "--no-check-gpg"];
    run(["debootstrap", ...options, suite, root, mirrorOf(mirrors()[0])]);
  };
}

const debian = (suite: string): UserLand => ({
  name: suite,
  make: release(suite, (mirror) => mirror),
});

/** A mirror of Debian often has Ubuntu too. */
const ubuntu = (suite: string): UserLand => ({
  name: suite,
  make: release(suite, (mirror) => mirror.replace(/debian$/, "ubuntu")),
  isOptional: true,
});

export const USER_LANDS: readonly UserLand[] = [
  { name: "empty", make: makeEmpty },
  { name: "musl", make: makeMusl },
  { name: "alpine", make: makeAlpine },
  ...["bullseye", "bookworm", "trixie", "sid"].map(debian),
  ...["xenial", "bionic"].map(ubuntu),
];

/** Returns the root of a user land, from the cache if possible. @throws Error with the reason */
export function rootOf({ name, make }: UserLand): string {
  const root = join(CACHE, name);
  if (existsSync(root)) return root;
  const partial = `${root}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  make(partial);
  renameSync(partial, root);
  return root;
}
