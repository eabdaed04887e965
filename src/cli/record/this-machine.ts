/** What a recording can ask about files that no event describes. */
import type { MachineFiles } from "../../model/known-files.ts";
import { isDirectory, mountNamespace, symlinkTarget } from "../../process/paths.ts";

/** Returns the machine as this process sees it. */
export function thisMachine(): MachineFiles {
  const mntns = mountNamespace();
  return { symlinkTarget, isDirectory, ...(mntns === "" ? {} : { mntns }) };
}
