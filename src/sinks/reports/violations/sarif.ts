/** Renders violations as SARIF 2.1.0, the format of code scanning. */
import { ACCESS_KINDS } from "../../../model/accesses.ts";
import type { Violation } from "../../../policy/judge.ts";
import { sectionOf } from "../../../policy/sections.ts";
import { encodeLatin1 } from "../../../text/latin1.ts";
import { printableJson } from "../../../text/printable.ts";
import { item } from "./json.ts";
import { placeOf } from "./place.ts";
import { type CheckReport, chainOf, chainText, entryLine, nearText, remedyText } from "./report.ts";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

export function renderSarif(report: CheckReport, version: string): string {
  const { status, complete, violations } = report;
  const run = {
    tool: { driver: { name: "trace", version, rules: ACCESS_KINDS.map(rule) } },
    originalUriBaseIds: { "%SRCROOT%": { description: { text: "the root of the repository" } } },
    invocations: [
      {
        executionSuccessful: complete !== false,
        ...(status === null ? {} : { exitCode: status }),
      },
    ],
    columnKind: "unicodeCodePoints",
    results: violations.map((violation) => result(violation, report)),
  };
  return `${printableJson(JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2))}\n`;
}

function ruleId(kind: string): string {
  return `undeclared-${kind}`;
}

function rule(kind: (typeof ACCESS_KINDS)[number]) {
  return {
    id: ruleId(kind),
    shortDescription: { text: `A ${kind} that section [${sectionOf(kind)}] does not allow` },
    defaultConfiguration: { level: "error" },
  };
}

function result(violation: Violation, report: CheckReport) {
  const { subject, text, near } = violation;
  const { kind, process, time } = subject.access;
  const place = placeOf(violation, report);
  const entry = entryLine(text);
  const nearly = near ? ` Nearly allowed by ${nearText(near)}.` : "";
  const message =
    `Undeclared ${kind}: ${entry}, by ${chainText(chainOf(process, time))}.${nearly} ` +
    `To allow it, ${remedyText(violation, report)}`;
  return {
    ruleId: ruleId(kind),
    ruleIndex: ACCESS_KINDS.indexOf(kind),
    level: "error",
    message: { text: message },
    locations: place ? [location(place.file, place.line)] : [],
    partialFingerprints: { "violation/v1": `${kind} ${entry}` },
    properties: item(violation, report),
  };
}

function location(file: string, line: number) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file), uriBaseId: "%SRCROOT%" },
      region: { startLine: line },
    },
  };
}

/** Returns a relative path as a URI reference. @param path latin1 */
function uriOf(path: string): string {
  const escaped = Array.from(encodeLatin1(path), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._~/-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return escaped.join("");
}
