/** `trace query --verify`: checks the chain of hashes of histories. */

import { ChainVerifier } from "../../sources/records/chain-verifier.ts";
import { HistoryStream } from "../../sources/records/history-stream.ts";
import { print } from "../../storage/print.ts";
import { printableLine, printableText } from "../../text/printable.ts";
import { EXIT } from "../errors.ts";
import { openChecked } from "./output.ts";

/** The exit status if something is missing, changed or cut. */
const EXIT_TAMPERED = 1;

/** Verifies each history and prints what it finds. @returns the exit status */
export function verifyHistories(paths: readonly string[]): number {
  const results = paths.map(verifyHistory);
  return results.every(Boolean) ? EXIT.ok : EXIT_TAMPERED;
}

function verifyHistory(path: string): boolean {
  const files = openChecked(path);
  const { verified, findings, last } = new ChainVerifier(new HistoryStream(files)).verify();
  for (const file of files) file.close();
  const isIntact = findings.every(({ isProblem }) => !isProblem);
  const summary = `${verified} segment${verified === 1 ? "" : "s"} verified in ${files.length} file${files.length === 1 ? "" : "s"}`;
  const end = last ? `; the last is ${last.segment}, ${last.hash}` : "";
  const lines = findings.map(({ isProblem, text }) => `${isProblem ? "CHANGED: " : ""}${text}`);
  lines.push(`${summary}${isIntact ? "" : ", NOT INTACT"}${end}`);
  for (const line of lines) print(`${printableLine(printableText(`${path}: ${line}`))}\n`);
  return isIntact;
}
