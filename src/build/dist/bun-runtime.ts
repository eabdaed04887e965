/** Fetches Bun for another machine from npm. package-lock.json has the hash of every such package. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.ts";
import type { Machine } from "./machines.ts";

interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
}

function lockedPackage(name: string): LockedPackage {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  return lock.packages[`node_modules/${name}`];
}

/** @throws Error if the file does not have the hash that was locked */
function verify(path: string, integrity: string): void {
  const [algorithm, expected] = integrity.split(/-(.*)/s);
  const hasher = new Bun.CryptoHasher(algorithm as Bun.SupportedCryptoAlgorithms);
  const found = hasher.update(readFileSync(path)).digest("base64");
  if (found !== expected) throw new Error(`${path}: its hash is not that of package-lock.json`);
}

/**
 * Returns the path of Bun's executable for the machine.
 * @param directory where it is kept
 */
export function fetchBun({ bunPackage }: Machine, directory: string): string {
  const { version, integrity } = lockedPackage(bunPackage);
  const target = join(directory, `${bunPackage.split("/")[1]}-${version}`);
  const executable = join(target, "package/bin/bun");
  if (existsSync(executable)) return executable;
  mkdirSync(target, { recursive: true });
  const packed = run(["npm", "pack", "--silent", `${bunPackage}@${version}`], target).trim();
  const archive = join(target, packed);
  verify(archive, integrity);
  run(["tar", "-xzf", archive, "-C", target]);
  return executable;
}
