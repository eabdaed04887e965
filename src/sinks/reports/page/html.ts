/** Puts the data of a run into the page that the build has made: src/build/report-page.ts. */
import type { PageData } from "./data.ts";

/** Where the data goes; in the page once. */
export const DATA_SLOT = "@DATA@";
/** The page's type for data that is compressed. */
const COMPRESSED = "application/gzip";
const PLAIN_TYPE = 'type="application/json"';
/** Shorter data is readable in the page's source. */
const MAX_PLAIN = 512 * 1024;

/**
 * Returns the page.
 * @param template of the build
 * @param compress returns gzip
 */
export function renderPage(
  data: PageData,
  template: string,
  compress: (text: string) => Uint8Array,
): string {
  // Nothing in a data block ends it then, or begins a comment in it: HTML, "script data state".
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  const [head, tail] = template.split(DATA_SLOT);
  if (json.length <= MAX_PLAIN) return head + json + tail;
  const base64 = Buffer.from(compress(json)).toString("base64");
  const at = head.lastIndexOf(PLAIN_TYPE);
  const start = `${head.slice(0, at)}type="${COMPRESSED}"${head.slice(at + PLAIN_TYPE.length)}`;
  return start + base64 + tail;
}
