/** The output formats by their names in `--format`. A new format is one line here. */

import { csv } from "./csv.ts";
import type { Format } from "./format.ts";
import { json } from "./json.ts";
import { ndjson } from "./ndjson.ts";
import { DEFAULT_TEXT_COLUMNS } from "./text/column-styles.ts";
import { text } from "./text.ts";

export interface FormatInfo {
  /** The extension of the default output file, without the dot. */
  readonly extension: string;
  readonly open: Format;
  /** The default columns, if they differ from those of other formats. */
  readonly columns?: readonly string[];
}

export const formats = {
  csv: { extension: "csv", open: csv },
  json: { extension: "json", open: json },
  ndjson: { extension: "ndjson", open: ndjson },
  text: { extension: "txt", open: text, columns: DEFAULT_TEXT_COLUMNS },
} as const satisfies Record<string, FormatInfo>;

export type FormatName = keyof typeof formats;
