/** Writes the library's declarations: those that its entry point refers to, and no others. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { run } from "../run.ts";

/** The names of files in import and export declarations, and in imports of types. */
const RELATIVE = /(?<=\b(?:from |import\()")(\.[^"]*)\.ts(?=")/g;

/** Has the compiler write all declarations; returns their directory. */
function emit(work: string): string {
  const output = join(work, "all");
  const settings = {
    extends: resolve("tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: resolve("src"),
      outDir: output,
      typeRoots: [resolve("node_modules/@types")],
    },
    files: [resolve("src/index.ts")],
    include: [],
  };
  rmSync(output, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify(settings));
  run(["node_modules/.bin/tsc", "-p", join(work, "tsconfig.json")]);
  return output;
}

/**
 * @param target the directory of the declarations, whose entry is index.d.ts
 * @param work a directory for what is not kept
 */
export function writeDeclarations(target: string, work: string): void {
  const all = emit(work);
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    const path = join(target, relative(all, file));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replace(RELATIVE, "$1.js"));
    for (const [, name] of text.matchAll(RELATIVE)) visit(`${resolve(dirname(file), name)}.d.ts`);
  };
  visit(join(all, "index.d.ts"));
}
