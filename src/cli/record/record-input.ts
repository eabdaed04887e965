/** Opens record files for the commands that read them. */
import { RecordFile } from "../../sources/records/record-file.ts";
import { RecordFormatError } from "../../sources/records/record-format.ts";
import { UsageError } from "../errors.ts";

/** @throws UsageError that names the file */
export function openRecordFile(path: string): RecordFile {
  try {
    return new RecordFile(path);
  } catch (error) {
    if (error instanceof RecordFormatError) throw new UsageError(error.message, { cause: error });
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path}: ${code ?? message}`, { cause: error });
  }
}
