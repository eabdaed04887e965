/**
 * Downloads the source packages that dist/SOURCES names into dist/sources, and adds them to
 * dist/SHA256SUMS: bun src/build/dist/sources.ts
 *
 * The licenses of glibc and libelf require that their sources are offered with the executable.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Apt } from "../apt.ts";
import { writeChecksums } from "./checksums.ts";
import { releaseName } from "./sysroot.ts";

const OUTPUT = "dist/sources";
const WORK = resolve("build/dist/apt-sources");

const wanted = readFileSync("dist/SOURCES", "utf8").trim().split("\n");
rmSync(WORK, { recursive: true, force: true });
const apt = new Apt(WORK);
apt.updateWithFixes(releaseName(), "deb-src");
for (const line of wanted) {
  const [name, version] = line.split(" ");
  apt.downloadSource(`${name}=${version}`);
}
mkdirSync(OUTPUT, { recursive: true });
for (const file of readdirSync(WORK).filter((name) =>
  /\.(dsc|tar\.\w+|asc|diff\.gz)$/.test(name),
)) {
  renameSync(join(WORK, file), join(OUTPUT, file));
  console.log(join(OUTPUT, file));
}
writeChecksums("dist");
