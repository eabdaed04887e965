/** The option --format. */
import type { Sink } from "../../core/sink.ts";
import type { SinkOptions } from "../../sinks/formats/format.ts";
import { type FormatName, formats } from "../../sinks/formats/index.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { UsageError } from "../errors.ts";
import { suggestion } from "./names.ts";

/** The formats, for --help. */
export const FORMAT_HINT = Object.keys(formats).join("|");

/**
 * Opens a sink that writes the format to an output.
 * @param options whether the user named the columns, and the layout of text if they did not
 */
export function openFormat<E>(
  format: FormatName,
  output: FileOutput,
  options: Pick<SinkOptions<E>, "columns" | "named" | "layout">,
): Sink<E> {
  const { terminal, colours } = output;
  return formats[format].open({ ...options, output, terminal, colours });
}

/** The format of --format if it is not given. */
export const DEFAULT_FORMAT = "csv" satisfies FormatName;
/** The format of record files, which only `exec` and `all` write. */
export const RECORD_FORMAT = "trace";

/** @throws UsageError */
export function parseFormat(text: string): FormatName {
  if (Object.hasOwn(formats, text)) return text as FormatName;
  throw new UsageError(
    `--format ${text}: no such format; ${suggestion(text, Object.keys(formats))}`,
  );
}
