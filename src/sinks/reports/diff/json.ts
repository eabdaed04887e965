/** Renders differences as one JSON object: docs/schema/diff.schema.json. */
import { printableJson } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import type { Ending, PlacedDifference } from "./difference.ts";
import { chainOf, type DiffReport, type DiffRun } from "./report.ts";

export function renderJson({ a, b, differences, hasTimes, hasContents }: DiffReport): string {
  const object = {
    same: differences.length === 0,
    contents: hasContents,
    a: runObject(a),
    b: runObject(b),
    differences: differences.map((each) => differenceObject(each, hasTimes)),
  };
  return `${printableJson(JSON.stringify(object, null, 2))}\n`;
}

function runObject({ name, ...run }: DiffRun) {
  return { file: surrogateEscape(name), ...run };
}

function differenceObject(difference: PlacedDifference, hasTimes: boolean) {
  const { type, at, task, tasks } = difference;
  return {
    type,
    after: hasTimes && task !== null ? Math.max(0, Math.round(at / 1e3)) / 1e6 : null,
    ...particulars(difference),
    processes: chainOf(task).map(({ argv }) => argv.map(surrogateEscape)),
    count: tasks,
  };
}

function particulars(difference: PlacedDifference) {
  switch (difference.type) {
    case "environment":
      return { name: difference.name, only: difference.only };
    case "content":
      return {
        role: difference.role,
        path: surrogateEscape(difference.path),
        sha256: { a: difference.a.sha256, b: difference.b.sha256 },
      };
    case "arguments":
      return {
        program: surrogateEscape(difference.program),
        a: difference.a.map(surrogateEscape),
        b: difference.b.map(surrogateEscape),
      };
    case "program":
      return { only: difference.only, argv: difference.argv.map(surrogateEscape) };
    case "outcome":
      return {
        ...subject(difference),
        a: difference.a.map(endingObject),
        b: difference.b.map(endingObject),
      };
    case "access":
      return {
        only: difference.only,
        ...subject(difference),
        outcomes: difference.endings.map(endingObject),
      };
  }
}

function subject({ kind, path, path2 }: { kind: string; path: string; path2: string }) {
  const name = { kind, path: surrogateEscape(path) };
  return path2 === "" ? name : { ...name, path2: surrogateEscape(path2) };
}

function endingObject({ result, target, value }: Ending) {
  return {
    result: result === "" ? "ok" : result,
    value,
    ...(target === "" ? {} : { target: surrogateEscape(target) }),
  };
}
