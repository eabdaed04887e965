/** Opens the records that commands read. */
import { RecordFile } from "../../sources/records/record-file.ts";
import { RecordFormatError } from "../../sources/records/record-format.ts";
import { InputError, InputFile } from "../../storage/input.ts";
import { UsageError } from "../errors.ts";

/** @param path "-" for standard input @throws UsageError that names the file */
export function openInput(path: string): InputFile {
  return usable(() => new InputFile(path));
}

/** @param input the file, if it is open @throws UsageError that names the file */
export function openRecordFile(path: string, input?: InputFile): RecordFile {
  return usable(() => new RecordFile(path, input));
}

/** @throws UsageError if a file cannot be read, or is no record */
export function usable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw usageError(error);
  }
}

/** As usable, of work that waits. */
export async function usableAsync<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw usageError(error);
  }
}

function usageError(error: unknown): unknown {
  const isUsage = error instanceof RecordFormatError || error instanceof InputError;
  return isUsage ? new UsageError(error.message, { cause: error }) : error;
}
