import { expect, test } from "bun:test";
import { tooNew } from "../../src/build/check-glibc.ts";

const SYMBOLS = `
  1951: 000000000010a210    33 FUNC    GLOBAL DEFAULT   16 memfd_create@@GLIBC_2.27
  2217: 0000000000085500   144 FUNC    GLOBAL DEFAULT   16 dlopen@GLIBC_2.2.5
  2219: 0000000000085500   144 FUNC    GLOBAL DEFAULT   16 dlopen@@GLIBC_2.34
  2909: 0000000000151b10    82 FUNC    GLOBAL DEFAULT   16 sched_getaffinity@GLIBC_2.3.3
  2911: 00000000000ee0d0    90 FUNC    GLOBAL DEFAULT   16 sched_getaffinity@@GLIBC_2.3.4
  2912: 00000000000ee0d0    90 FUNC    GLOBAL DEFAULT   16 exact@@GLIBC_2.17
`;

test("a function that glibc 2.17 has in libc is allowed", () => {
  expect(tooNew(["sched_getaffinity", "exact"], SYMBOLS)).toEqual([]);
});

test("a function that is newer, was in another library, or does not exist is named", () => {
  expect(tooNew(["memfd_create", "dlopen", "nothing"], SYMBOLS)).toEqual([
    "memfd_create: since glibc 2.27",
    "dlopen: since glibc 2.34",
    "nothing: not in libc",
  ]);
});
