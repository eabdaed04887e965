import { expect, test } from "bun:test";
import { Cgroup, CgroupError } from "../../src/process/cgroup.ts";

test("a directory that is not a cgroup is an error caused by the failed call", () => {
  let error: unknown;
  try {
    Cgroup.open("/nonexistent");
  } catch (caught) {
    error = caught;
  }
  if (!(error instanceof CgroupError)) throw error;
  expect(error.message).toContain("/nonexistent");
  expect(error.cause).toMatchObject({ code: "ENOENT", path: "/nonexistent/cgroup.procs" });
});
