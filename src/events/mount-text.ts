/** A mount as text: device, mounted directory and mount point, as in proc_pid_mountinfo(5). */
import { ByteSlice } from "../text/byte-slice.ts";
import type { EventMount } from "./file-event.ts";

const SPACE = 0x20;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const MINOR_BITS = 20;

/** The bytes that separate fields and lines, and the one that starts an escape. */
function isEscaped(byte: number): boolean {
  return byte <= SPACE || byte === BACKSLASH;
}

/** Returns `MAJOR:MINOR ROOT POINT`; in both paths space, control bytes and `\` are octal escapes. */
export function mountText({ dev, root, point }: EventMount): ByteSlice {
  const text = new ByteSlice(new Uint8Array(4 * (root.length + point.length) + 32), 0, 0);
  appendText(text, String(dev >>> MINOR_BITS));
  text.bytes[text.length++] = COLON;
  appendText(text, String(dev & ((1 << MINOR_BITS) - 1)));
  for (const path of [root, point]) {
    text.bytes[text.length++] = SPACE;
    appendPath(text, path);
  }
  return text;
}

function appendText(to: ByteSlice, text: string): void {
  for (let i = 0; i < text.length; i++) to.bytes[to.length++] = text.charCodeAt(i);
}

function appendPath(to: ByteSlice, { bytes, start, length }: ByteSlice): void {
  for (let at = start; at < start + length; at++) {
    const byte = bytes[at];
    if (!isEscaped(byte)) {
      to.bytes[to.length++] = byte;
      continue;
    }
    to.bytes[to.length++] = BACKSLASH;
    for (const shift of [6, 3, 0]) to.bytes[to.length++] = ZERO + ((byte >> shift) & 7);
  }
}

/** A mount in text that `mountText` wrote: its fields, in latin1; null if the text is something else. */
export function parseMountText(text: string): { dev: string; root: string; point: string } | null {
  const [dev, root, point, ...rest] = text.split(" ");
  if (point === undefined || rest.length > 0 || !/^\d+:\d+$/.test(dev)) return null;
  return { dev, root: unescapePath(root), point: unescapePath(point) };
}

function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
