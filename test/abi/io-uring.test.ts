/** Layouts and constants of io_uring, compared with the kernel's header. */
import { expect, test } from "bun:test";
import * as uring from "../../src/kernel/io-uring.ts";
import { declaredIn, offsetsOf, valuesOf } from "./compiler.ts";

const HEADERS = ["linux/io_uring.h"];

test.each([
  ["io_uring_params", uring.IO_URING_PARAMS],
  ["io_uring_rsrc_update", uring.RSRC_UPDATE],
  ["io_uring_cqe", uring.CQE],
])("struct %s has the kernel's layout", (name, fields) => {
  expect(offsetsOf(HEADERS, `struct ${name}`, Object.keys(fields))).toEqual({ ...fields });
});

test("an entry of the submission queue has the kernel's layout", () => {
  const { op_flags, ...fields } = uring.SQE;
  expect(offsetsOf(HEADERS, "struct io_uring_sqe", Object.keys(fields))).toEqual(fields);
  expect(offsetsOf(HEADERS, "struct io_uring_sqe", ["open_flags"])).toEqual({
    open_flags: op_flags,
  });
});

test.each([
  ["io_sqring_offsets", uring.SQRING_OFFSETS],
  ["io_cqring_offsets", uring.CQRING_OFFSETS],
])("struct %s has the kernel's layout", (name, { user_addr, ...fields }) => {
  expect(offsetsOf(HEADERS, `struct ${name}`, Object.keys(fields))).toEqual(fields);
  // Older headers reserve the place of user_addr.
  expect(valuesOf(HEADERS, [`sizeof(struct ${name})`])[`sizeof(struct ${name})`]).toBe(
    user_addr + 8,
  );
});

test("sizes and flags are the kernel's, as far as its header knows them", () => {
  const sizes = {
    "sizeof(struct io_uring_params)": uring.IO_URING_PARAMS_SIZE,
    "sizeof(struct io_uring_sqe)": uring.SQE_SIZE,
    "sizeof(struct io_uring_cqe)": uring.CQE_SIZE,
    "sizeof(struct io_uring_rsrc_update)": uring.RSRC_UPDATE_SIZE,
  };
  expect(valuesOf(HEADERS, Object.keys(sizes))).toEqual(sizes);
  const flags = Object.entries(uring).filter(
    ([name, value]) => /^IO(RING|SQE)_/.test(name) && typeof value === "number",
  ) as [string, number][];
  const known = declaredIn(
    HEADERS,
    flags.map(([name]) => name),
  );
  expect(known.length).toBeGreaterThan(8);
  const values = valuesOf(HEADERS, known);
  for (const name of known)
    expect([name, values[name]]).toEqual([name, Object.fromEntries(flags)[name]]);
});
