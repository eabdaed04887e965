/** The data of a run: its files, without those that every program of a system reads. */
import type { Account } from "./account.ts";
import type { AccountFile } from "./files.ts";
import { isSystemPath } from "./names.ts";

export interface DataFiles {
  readonly inputs: readonly AccountFile[];
  readonly outputs: readonly AccountFile[];
  /** Number of files that are left out. */
  readonly omitted: number;
  includes(file: AccountFile): boolean;
}

/** @param all whether to include files of the system and programs, too */
export function dataFiles({ inputs, outputs, names }: Account, all: boolean): DataFiles {
  const includes = ({ path, isProgram }: AccountFile) =>
    all || names.isLocal(path) || !(isProgram || isSystemPath(path));
  const data = { inputs: inputs.filter(includes), outputs: outputs.filter(includes) };
  const omitted = inputs.length + outputs.length - data.inputs.length - data.outputs.length;
  return { ...data, omitted, includes };
}
