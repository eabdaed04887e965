/**
 * Installs what was built, or removes it: bun src/build/dist/install.ts install|uninstall PREFIX
 *
 * make install passes $DESTDIR$PREFIX. A file is replaced at once, so that trace can be running.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { installedFiles } from "./files.ts";

const NOTICES = "build/THIRD-PARTY-NOTICES";

function install(from: string, path: string, mode: number): void {
  const partial = join(dirname(path), `.${process.pid}.trace`);
  mkdirSync(dirname(path), { recursive: true });
  try {
    copyFileSync(from, partial);
    chmodSync(partial, mode);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Removes a file, and the directories that become empty and are trace's own. */
function uninstall(path: string): void {
  rmSync(path, { force: true });
  for (let directory = dirname(path); /\/share\/doc\/trace(\/|$)/.test(directory); )
    try {
      rmdirSync(directory);
      directory = dirname(directory);
    } catch {
      return;
    }
}

const [action, prefix] = process.argv.slice(2);
try {
  for (const { from, to, mode } of installedFiles("trace", existsSync(NOTICES) ? NOTICES : null))
    if (action === "uninstall") uninstall(join(prefix, to));
    else install(from, join(prefix, to), mode);
} catch (error) {
  console.error(`make ${action}: ${(error as Error).message}`);
  process.exitCode = 1;
}
