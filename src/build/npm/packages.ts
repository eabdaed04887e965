/**
 * Writes the npm packages: the library with a command that starts the executable, and for each
 * architecture a package with the executable and the native library. Package managers install the one
 * whose "os" and "cpu" are the machine's, since all are optional dependencies of the first.
 */
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import project from "../../../package.json";
import { MACHINES } from "../dist/machines.ts";
import { run } from "../run.ts";
import { writeDeclarations } from "./declarations.ts";

export const NAME = "@trace-tool/trace";
const COMMON = { version: project.version, license: project.license };
const BUN = project.devDependencies.bun;

/** Creates an empty directory. */
function empty(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Makes an archive of a package's directory. @returns the archive's path */
function pack(directory: string, output: string): string {
  return join(output, run(["npm", "pack", "--silent", directory], output).trim());
}

function bundle(target: string): void {
  const external = "--external=@trace-tool/*";
  run([process.execPath, "build", "src/npm.ts", "--target=bun", external, `--outfile=${target}`]);
}

/**
 * Writes the package with the library.
 * @param output the directory of the archives
 * @param work a directory for what is not kept
 * @returns the archive's path
 */
export function packLibrary(output: string, work: string): string {
  const root = empty(join(work, "trace"));
  const machines = MACHINES.map(({ name }) => [`${NAME}-linux-${name}`, project.version]);
  writeJson(join(root, "package.json"), {
    name: NAME,
    ...COMMON,
    description: project.description,
    keywords: ["trace", "strace", "ebpf", "ptrace", "bun"],
    type: "module",
    engines: { bun: `>=${BUN}` },
    bin: { trace: "bin/trace" },
    exports: {
      ".": { types: "./types/index.d.ts", default: "./lib/index.js" },
      "./package.json": "./package.json",
    },
    types: "./types/index.d.ts",
    files: ["bin", "lib", "types", "CHANGELOG.md"],
    sideEffects: false,
    optionalDependencies: Object.fromEntries(machines),
  });
  mkdirSync(join(root, "bin"));
  cpSync("src/build/npm/trace.sh", join(root, "bin/trace"));
  chmodSync(join(root, "bin/trace"), 0o755);
  cpSync("src/build/npm/README.md", join(root, "README.md"));
  for (const file of ["LICENSE", "CHANGELOG.md"]) cpSync(file, join(root, file));
  bundle(join(root, "lib/index.js"));
  writeDeclarations(join(root, "types"), join(work, "declarations"));
  return pack(root, output);
}

/** What a machine's package contains. */
export interface MachineFiles {
  /** A machine's name. */
  readonly name: string;
  /** The paths of files by their names in the package; "trace" and "native.so" among them. */
  readonly files: Readonly<Record<string, string>>;
}

/** Writes the package of a machine. The parameters and the result are those of packLibrary. */
export function packMachine({ name, files }: MachineFiles, output: string, work: string): string {
  const root = empty(join(work, `trace-linux-${name}`));
  writeJson(join(root, "package.json"), {
    name: `${NAME}-linux-${name}`,
    ...COMMON,
    description: `The executable and the native library of ${NAME} for Linux on ${name}`,
    os: ["linux"],
    cpu: [name],
    preferUnplugged: true,
    files: Object.keys(files),
  });
  writeFileSync(
    join(root, "README.md"),
    `Part of [${NAME}](https://www.npmjs.com/package/${NAME}).\n`,
  );
  cpSync("LICENSE", join(root, "LICENSE"));
  for (const [file, path] of Object.entries(files)) cpSync(path, join(root, file));
  return pack(root, output);
}
