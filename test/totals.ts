/** Reads the report that `bun test --reporter=junit` writes. */

/** `failures` has a line for each: where it is, its name, and the first line of its message. */
export interface Totals {
  readonly passed: number;
  readonly failures: readonly string[];
  readonly skipped: number;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Returns the text of an attribute. */
function unescaped(value: string): string {
  return value.replace(/&(?:#(\d+)|(\w+));/g, (all, code, name) =>
    code === undefined ? (ENTITIES[name] ?? all) : String.fromCodePoint(Number(code)),
  );
}

function attribute(element: string, name: string): string {
  return unescaped(new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1] ?? "");
}

/** A test case and the failure that follows it. Attributes have no ">" and no quotes of their own. */
const FAILED = /(<testcase [^>]*[^>/]>)\s*(<failure [^>]*>)/g;

function failuresIn(report: string): string[] {
  return [...report.matchAll(FAILED)].map(([, test = "", failure = ""]) => {
    const message = attribute(failure, "message").split("\n").find(Boolean) ?? "";
    const name = [attribute(test, "classname"), attribute(test, "name")]
      .filter(Boolean)
      .join(" > ");
    return `${attribute(test, "file")}: ${name}: ${message}`;
  });
}

/**
 * @param report the XML, or an empty text if there is none
 * @param succeeded whether `bun test` ended with status 0: a file that cannot be loaded is no test case
 * @param what the name of these tests, for failures that are no test case
 */
export function readReport(report: string, succeeded: boolean, what: string): Totals {
  const totals = /<testsuites [^>]*>/.exec(report)?.[0] ?? "";
  const number = (name: string) => Number(attribute(totals, name));
  const [tests, failed, skipped] = [number("tests"), number("failures"), number("skipped")];
  if (!(tests > 0)) return { passed: 0, failures: [`${what}: there is no report`], skipped: 0 };
  const failures = failuresIn(report);
  if (failures.length < failed || (!succeeded && failures.length === 0))
    failures.push(`${what}: bun test failed outside of the tests`);
  return { passed: tests - failed - skipped, failures, skipped };
}
