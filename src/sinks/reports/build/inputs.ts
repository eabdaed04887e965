/** The files that a run read, in the order of their first use. */
import type { PathFilter } from "../../../filters/path-filter.ts";
import type { Access } from "../../../model/accesses.ts";
import type { Run } from "../../../model/run.ts";
import { latin1Slice } from "../../../text/latin1.ts";
import { isPathWithin } from "../../../text/path.ts";

/** File systems of the kernel and of devices: their files are no inputs. */
const SPECIAL = ["/dev", "/proc", "/sys"];

export interface Input {
  /** As the run saw it when it started; latin1. */
  readonly path: string;
  /** Whether the run left it as it was. */
  readonly isUnchanged: boolean;
}

/**
 * Returns the files that were there when the run started and that it read or executed. Files that only
 * processes of another mount namespace see are omitted.
 */
export function inputsOf(run: Run): Input[] {
  const [home] = run.files.namespaces;
  const read = Array.from(run.accesses ?? []).filter(isInput);
  const inputs = new Map<string, Input>();
  for (const access of read.sort((a, b) => a.time - b.time)) {
    const { volume, path: inside } = access;
    const seen = volume?.viewPath(inside, home);
    if (!volume || !seen || seen.view !== home || !seen.path.startsWith("/")) continue;
    const { path } = seen;
    if (inputs.has(path) || SPECIAL.some((each) => isPathWithin(path, each))) continue;
    const entry = volume.find(inside);
    const isUnchanged = entry !== undefined && !entry.placed && !entry.file.written;
    inputs.set(path, { path, isUnchanged });
  }
  return [...inputs.values()];
}

/** Whether an access read a file that the run did not make itself. */
function isInput({ kind, file }: Access): boolean {
  return (kind === "read" || kind === "run") && file !== null && file.origin !== null;
}

/** Whether a path is to be shown. @param paths null for any path */
export function isShown(paths: PathFilter | null | undefined, path: string): boolean {
  return !paths || paths.accepts(latin1Slice(path));
}
