/** What the tests on another kernel reported is compared with what is known of the kernel. */
import { describe, expect, test } from "bun:test";
import { judge } from "./judge.ts";

const TWINS = "every open of the case same-user-data is recorded as the program knows it";
const OTHER = "every open of the case openat is recorded as the program knows it";

const passed = (name: string) => `<testcase name="${name}" classname="io_uring" time="1" />`;
const failed = (name: string) =>
  `<testcase name="${name}" classname="io_uring"><failure message="">&lt;no&gt;&#10;</failure></testcase>`;
const OK = { name: "io_uring", ok: true, detail: "all tracepoints", advice: "" };
const PARTLY = {
  name: "io_uring",
  ok: false,
  detail: "this kernel tells results by user_data only",
  advice: "requests are counted as without a known outcome",
};

function faults(release: string, cases: string[], said = OK, dmesg = ""): readonly string[] {
  const doctor = JSON.stringify({ requirements: [said] });
  return judge(release, { tests: cases.join("\n"), doctor, dmesg }, false).faults;
}

describe("a kernel that can do all", () => {
  test("has no fault when all tests pass", () => {
    expect(faults("6.1.0-50-amd64", [passed(TWINS), passed(OTHER)])).toEqual([]);
  });

  test("is told of with what a failed test said", () => {
    const [fault] = faults("6.1.0-50-amd64", [failed(TWINS)]);
    expect(fault).toBe(`io_uring > ${TWINS}\n<no>\n`);
  });

  test("is at fault when doctor finds something missing", () => {
    expect(faults("6.1.0", [passed(OTHER)], PARTLY)[0]).toStartWith("doctor says unexpectedly: io");
  });

  test("is at fault when it reports no test, or an error of its own", () => {
    expect(faults("6.1.0", [])).toEqual(["no test was run"]);
    expect(faults("6.1.0", [passed(OTHER)], OK, "[ 1.0] BUG: unable to handle")).toHaveLength(1);
  });
});

describe("a kernel that cannot do what a test asks", () => {
  test("has no fault when that test fails and doctor says so", () => {
    expect(faults("5.10.0-32-amd64", [failed(TWINS), passed(OTHER)], PARTLY)).toEqual([]);
  });

  test("is at fault when the test passes, or doctor is silent", () => {
    expect(faults("5.10.0", [passed(TWINS)], PARTLY)).toHaveLength(1);
    expect(faults("5.10.0", [failed(TWINS)], OK)).toHaveLength(1);
  });

  test("is at fault when another test fails", () => {
    expect(faults("5.10.0", [failed(TWINS), failed(OTHER)], PARTLY)).toHaveLength(1);
  });
});
