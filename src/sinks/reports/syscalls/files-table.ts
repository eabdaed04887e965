/** File activity, as a text table and as columns for the other formats. */

import type { Output } from "../../../core/sink.ts";
import type { Column } from "../../../events/column.ts";
import { integer } from "../../../syscalls/value.ts";
import { formatSize } from "../../../text/byte-size.ts";
import { latin1Slice } from "../../../text/latin1.ts";
import { printable } from "../../../text/printable.ts";
import type { FileActivity } from "./files.ts";

/** Returns "open 3 (1 ENOENT)". */
function actionsText({ actions }: FileActivity): string {
  return Array.from(actions, ([action, { calls, errors }]) => {
    const failed = Array.from(errors, ([name, count]) => `${count} ${name}`).join(", ");
    return `${action} ${calls}${failed ? ` (${failed})` : ""}`;
  }).join(", ");
}

function row(cells: readonly string[]): string {
  const [read, written, calls, ...rest] = cells;
  return [read.padStart(8), written.padStart(8), calls.padStart(7), ...rest].join("  ");
}

/** Writes the activity as a table. */
export function writeFilesTable(output: Output, files: readonly FileActivity[]): void {
  const lines = files.map((file) => {
    const address = file.address === null ? "" : ` (${printable(file.address)})`;
    const [read, written] = [file.read, file.written].map((each) =>
      each ? formatSize(each) : "-",
    );
    return row([
      read,
      written,
      String(file.calls),
      `${printable(file.path)}${address}: ${actionsText(file)}`,
    ]);
  });
  const text = [row(["read", "written", "calls", "file: what was done"]), ...lines, ""].join("\n");
  const bytes = new TextEncoder().encode(text);
  output.write(bytes, bytes.length);
}

export const FILE_ACTIVITY_COLUMNS: readonly Column<FileActivity>[] = [
  {
    name: "path",
    key: "path",
    kind: "bytes",
    about: "the file",
    of: (file) => latin1Slice(file.path),
  },
  {
    name: "address",
    key: "address",
    kind: "bytes",
    about: "peer or listening address of a socket",
    of: ({ address }) => (address === null ? null : latin1Slice(address)),
  },
  { name: "read", key: "read", kind: "integer", about: "bytes read", of: (file) => file.read },
  {
    name: "written",
    key: "written",
    kind: "integer",
    about: "bytes written",
    of: (file) => file.written,
  },
  { name: "calls", key: "calls", kind: "integer", about: "calls", of: (file) => file.calls },
  {
    name: "failed",
    key: "failed",
    kind: "integer",
    about: "calls that failed",
    of: (file) => file.failed,
  },
  {
    name: "done",
    key: "done",
    kind: "values",
    about: "number of calls by action",
    of: ({ actions }) =>
      Array.from(actions, ([action, { calls }]) => [action, integer(calls)] as const),
  },
  {
    name: "errors",
    key: "errors",
    kind: "values",
    about: "number of failed calls by error",
    of: ({ actions }) => {
      const sums = new Map<string, number>();
      for (const { errors } of actions.values())
        for (const [name, count] of errors) sums.set(name, (sums.get(name) ?? 0) + count);
      return Array.from(sums, ([name, count]) => [name, integer(count)] as const);
    },
  },
];
