/** Compares what a kernel's tests reported with what is known of the kernel. */
import { isKernelAtLeast } from "../../src/kernel/kernel-version.ts";
import type { Report } from "./guest.ts";
import { INABILITIES, type Inability } from "./known-gaps.ts";

/** One test of a JUnit report. */
interface Case {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly message: string;
}

export interface Judgement {
  readonly passed: number;
  /** Tests that failed because the kernel cannot do what they ask, as the table says. */
  readonly unable: number;
  readonly skipped: number;
  /** What is wrong, a text each; empty when all is as it should be. */
  readonly faults: readonly string[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  amp: "&",
};

function text(xml: string): string {
  return xml.replace(/&(?:#(\d+)|(\w+));/g, (whole, number, name) =>
    number ? String.fromCodePoint(Number(number)) : (ENTITIES[name] ?? whole),
  );
}

/** The tests of a report, by the names of their groups and their own. */
export function readCases(xml: string): Case[] {
  const tests = /<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs;
  return [...xml.matchAll(tests)].map(([, name, group, inner = ""]) => ({
    name: text(group ? `${group} > ${name}` : name),
    outcome: inner.includes("<failure")
      ? "failed"
      : inner.includes("<skipped")
        ? "skipped"
        : "passed",
    message: text(inner.match(/<failure[^>]*>(.*?)<\/failure>/s)?.[1] ?? ""),
  }));
}

/** What is known to be beyond a kernel. */
function inabilitiesOf(release: string): Inability[] {
  return INABILITIES.filter(({ until }) => !isKernelAtLeast(release, until));
}

/**
 * @param release as uname(2) has it
 * @param all whether the report should show everything that is beyond the kernel
 */
export function judge(release: string, report: Report, all: boolean): Judgement {
  const unable = inabilitiesOf(release);
  const faults: string[] = [];
  const cases = readCases(report.tests).map((each) => ({
    ...each,
    beyond: unable.find(({ tests }) => tests.test(each.name)),
  }));
  for (const { name, outcome, message, beyond } of cases) {
    if (outcome === "failed" && !beyond) faults.push(`${name}\n${message}`);
    if (outcome !== "failed" && beyond) faults.push(`${name}: ${outcome}, without ${beyond.what}`);
  }
  const shown = new Set(cases.map(({ beyond }) => beyond));
  for (const each of unable)
    if (all && !shown.has(each)) faults.push(`no test shows that it has no ${each.what}`);
  if (!cases.length) faults.push("no test was run");
  faults.push(...doctorFaults(unable, report.doctor), ...kernelFaults(report.dmesg));
  const count = (outcome: Case["outcome"]) =>
    cases.filter((each) => each.outcome === outcome && !each.beyond).length;
  return {
    passed: count("passed"),
    unable: cases.filter(({ outcome, beyond }) => outcome === "failed" && beyond).length,
    skipped: count("skipped"),
    faults,
  };
}

/** `doctor` has to say what the kernel cannot do, and no more than that. */
function doctorFaults(unable: readonly Inability[], doctor: string): string[] {
  const { requirements } = JSON.parse(doctor) as {
    requirements: { name: string; ok: boolean; detail: string; advice: string }[];
  };
  const said = requirements
    .filter(({ ok }) => !ok)
    .map(({ name, detail, advice }) => `${name}: ${detail}: ${advice}`);
  const expected = unable.flatMap(({ what, doctor }) => (doctor ? [{ what, doctor }] : []));
  const unsaid = expected.filter(({ doctor }) => !said.some((line) => doctor.test(line)));
  const extra = said.filter((line) => !expected.some(({ doctor }) => doctor.test(line)));
  return [
    ...unsaid.map(({ what }) => `doctor does not say that it has no ${what}`),
    ...extra.map((line) => `doctor says unexpectedly: ${line}`),
  ];
}

/** What a kernel says when something went wrong in it. */
function kernelFaults(dmesg: string): string[] {
  const found = dmesg.match(/^.*(?:BUG: |WARNING: CPU|Oops: |general protection).*$/gm) ?? [];
  return found.map((line) => `the kernel says: ${line}`);
}
