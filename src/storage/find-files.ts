/** Finds files below a directory. */
import { readdirSync } from "node:fs";
import { isDirectory } from "../process/paths.ts";

/** Returns the paths of files below a directory, at most `max`, without following links; latin1. */
export function findFiles(directory: string, max: number): string[] {
  const found: string[] = [];
  const pending = [directory.endsWith("/") ? directory : `${directory}/`];
  for (let next = pending.pop(); next !== undefined && found.length < max; next = pending.pop())
    for (const name of namesIn(next)) {
      const path = next + name.toString("latin1");
      if (isDirectory(path)) pending.push(`${path}/`);
      else found.push(path);
    }
  return found.slice(0, max).sort();
}

function namesIn(directory: string): Buffer[] {
  try {
    return readdirSync(Buffer.from(directory, "latin1"), { encoding: "buffer" });
  } catch {
    return []; // gone, or not permitted
  }
}
