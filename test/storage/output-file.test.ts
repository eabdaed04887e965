import { expect, test } from "bun:test";
import { SystemError } from "../../src/ffi/errno.ts";
import { FileOutput } from "../../src/storage/output-file.ts";

test("an output that cannot be opened is an error caused by the failed call", () => {
  let error: unknown;
  try {
    new FileOutput("/nonexistent/output", null);
  } catch (caught) {
    error = caught;
  }
  if (!(error instanceof SystemError)) throw error;
  expect(error).toMatchObject({ call: "open", code: "ENOENT" });
  expect(error.message).toStartWith("open(/nonexistent/output): ENOENT: ");
  const { cause } = error;
  if (!(cause instanceof SystemError)) throw cause;
  expect(cause).toMatchObject({ call: "open", code: "ENOENT" });
  expect(cause.message).not.toContain(";");
});
