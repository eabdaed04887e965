/** Compares a kernel's test report with the known gaps of the kernel. */
import { isKernelAtLeast } from "../../src/kernel/kernel-version.ts";
import type { Report } from "./guest.ts";
import { KNOWN_GAPS, type KnownGap } from "./known-gaps.ts";

/** One test of a JUnit report. */
interface Case {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly message: string;
}

export interface Judgement {
  readonly passed: number;
  /** Tests that failed because of a known gap of the kernel. */
  readonly expectedFailures: number;
  readonly skipped: number;
  /** Unexpected results, one text each. */
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

/** Parses the tests of a JUnit report, named by group and test. */
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

/** Returns the known gaps of a kernel. */
function knownGapsOf(release: string): KnownGap[] {
  return KNOWN_GAPS.filter(
    ({ since, until }) =>
      !isKernelAtLeast(release, until) && (since === undefined || isKernelAtLeast(release, since)),
  );
}

/**
 * @param release as returned by uname(2)
 * @param all whether the report should show all known gaps
 */
export function judge(release: string, report: Report, all: boolean): Judgement {
  const gaps = knownGapsOf(release);
  const faults: string[] = [];
  const cases = readCases(report.tests).map((each) => ({
    ...each,
    gap: gaps.find(({ tests }) => tests.test(each.name)),
  }));
  for (const { name, outcome, message, gap } of cases) {
    if (outcome === "failed" && !gap) faults.push(`${name}\n${message}`);
    if (outcome !== "failed" && gap)
      faults.push(`${name}: ${outcome}, although it has no ${gap.what}`);
  }
  const shown = new Set(cases.map(({ gap }) => gap));
  for (const each of gaps)
    if (all && !shown.has(each)) faults.push(`no test shows that the kernel has no ${each.what}`);
  if (!cases.length) faults.push("no test was run");
  faults.push(...doctorFaults(gaps, report.doctor), ...kernelFaults(report.dmesg));
  const count = (outcome: Case["outcome"]) =>
    cases.filter((each) => each.outcome === outcome && !each.gap).length;
  return {
    passed: count("passed"),
    expectedFailures: cases.filter(({ outcome, gap }) => outcome === "failed" && gap).length,
    skipped: count("skipped"),
    faults,
  };
}

/** `doctor` must report the kernel's gaps, and nothing else. */
function doctorFaults(gaps: readonly KnownGap[], doctor: string): string[] {
  const { requirements } = JSON.parse(doctor) as {
    requirements: { name: string; ok: boolean; detail: string; advice: string }[];
  };
  const reported = requirements
    .filter(({ ok }) => !ok)
    .map(({ name, detail, advice }) => `${name}: ${detail}: ${advice}`);
  const expected = gaps.flatMap(({ what, doctor }) => (doctor ? [{ what, doctor }] : []));
  const unreported = expected.filter(({ doctor }) => !reported.some((line) => doctor.test(line)));
  const extra = reported.filter((line) => !expected.some(({ doctor }) => doctor.test(line)));
  return [
    ...unreported.map(({ what }) => `doctor does not report that it has no ${what}`),
    ...extra.map((line) => `doctor reports unexpectedly: ${line}`),
  ];
}

/** Finds errors that the kernel logged. */
function kernelFaults(dmesg: string): string[] {
  const found = dmesg.match(/^.*(?:BUG: |WARNING: CPU|Oops: |general protection).*$/gm) ?? [];
  return found.map((line) => `the kernel logged: ${line}`);
}
