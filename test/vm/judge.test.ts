/** A kernel's report is compared with the known gaps of that kernel. */
import { describe, expect, test } from "bun:test";
import { judge } from "./judge.ts";

const SAME_USER_DATA = "every open of the case same-user-data is recorded as the program knows it";
const OTHER = "every open of the case openat is recorded as the program knows it";

const passed = (name: string) => `<testcase name="${name}" classname="io_uring" time="1" />`;
const failed = (name: string) =>
  `<testcase name="${name}" classname="io_uring"><failure message="">&lt;no&gt;&#10;</failure></testcase>`;
const OK = { name: "io_uring", ok: true, detail: "all tracepoints", advice: "" };
const MISSING = {
  name: "io_uring",
  ok: false,
  detail: "this kernel reports results by user_data only",
  advice: "results of concurrent requests with the same user_data are counted as unknown",
};

function faults(release: string, cases: string[], reported = OK, dmesg = ""): readonly string[] {
  const doctor = JSON.stringify({ requirements: [reported] });
  return judge(release, { tests: cases.join("\n"), doctor, dmesg }, false).faults;
}

describe("a kernel without gaps", () => {
  test("has no fault when all tests pass", () => {
    expect(faults("6.1.0-50-amd64", [passed(SAME_USER_DATA), passed(OTHER)])).toEqual([]);
  });

  test("fails with the message of a failed test", () => {
    const [fault] = faults("6.1.0-50-amd64", [failed(SAME_USER_DATA)]);
    expect(fault).toBe(`io_uring > ${SAME_USER_DATA}\n<no>\n`);
  });

  test("fails if doctor finds something missing", () => {
    expect(faults("6.1.0", [passed(OTHER)], MISSING)[0]).toStartWith(
      "doctor reports unexpectedly: io",
    );
  });

  test("fails if it reports no test, or an error of the kernel", () => {
    expect(faults("6.1.0", [])).toEqual(["no test was run"]);
    expect(faults("6.1.0", [passed(OTHER)], OK, "[ 1.0] BUG: unable to handle")).toHaveLength(1);
  });
});

describe("a kernel with a gap", () => {
  test("has no fault when the gap's tests fail and doctor reports it", () => {
    expect(faults("5.10.0-32-amd64", [failed(SAME_USER_DATA), passed(OTHER)], MISSING)).toEqual([]);
  });

  test("fails if such a test passes, or doctor does not report it", () => {
    expect(faults("5.10.0", [passed(SAME_USER_DATA)], MISSING)).toHaveLength(1);
    expect(faults("5.10.0", [failed(SAME_USER_DATA)], OK)).toHaveLength(1);
  });

  test("has only the gaps of what it has", () => {
    const name = "every request of the case ftruncate is recorded";
    const test = failed(name).replace("io_uring", "io_uring by ptrace, at once");
    expect(faults("6.12.0", [test])).toEqual([]);
    expect(faults("6.1.0", [test])).toHaveLength(1);
    expect(faults("6.18.0", [test])).toHaveLength(1);
  });

  test("fails if another test fails", () => {
    expect(faults("5.10.0", [failed(SAME_USER_DATA), failed(OTHER)], MISSING)).toHaveLength(1);
  });
});
