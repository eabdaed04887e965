/** The files that every random program and one-liner starts with. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ModelFs } from "./model-fs.ts";

const FILES = ["a", "b", "d/e/f", "d/g", "d/h", "p/q/r", "p/s"];
const LINKS = { l: "d/e", m: "p", "p/up": ".." };

/** Makes the files in an empty directory. */
export function plant(directory: string): void {
  for (const file of FILES) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), `content of ${file}, foo\n`);
  }
  for (const [path, target] of Object.entries(LINKS)) symlinkSync(target, join(directory, path));
}

/** Returns a model of the same. @param basePath absolute */
export function startModel(basePath: string): ModelFs {
  const model = new ModelFs(basePath);
  const planted = new Set<string>();
  for (const path of FILES) {
    const names = path.split("/");
    for (let i = 1; i < names.length; i++) {
      const directory = names.slice(0, i).join("/");
      if (!planted.has(directory)) model.plant(directory, "directory");
      planted.add(directory);
    }
    model.plant(path, "file");
  }
  for (const [path, target] of Object.entries(LINKS)) model.plant(path, "link", target);
  return model;
}
