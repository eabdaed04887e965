import { expect, test } from "bun:test";
import { fdPathText, straceText } from "../../src/syscalls/strace-text.ts";

test("a path of an fd is escaped within its brackets, one character per byte", () => {
  expect(fdPathText("/etc/hosts")).toBe("</etc/hosts>");
  expect(fdPathText('/we<i>rd\n\xff\xc3\xa9"q\\.txt (deleted)')).toBe(
    '</we\\74i\\76rd\\n\\377\\303\\251\\"q\\\\.txt>(deleted)',
  );
});

test("-100 is AT_FDCWD only where an fd is the base directory of a path", () => {
  expect(straceText({ kind: "fd", fd: -100, directory: true })).toBe("AT_FDCWD");
  expect(straceText({ kind: "fd", fd: -100, directory: true, path: "/" })).toBe("AT_FDCWD</>");
  expect(straceText({ kind: "fd", fd: 3, directory: true, path: "/" })).toBe("3</>");
  expect(straceText({ kind: "fd", fd: -100 })).toBe("-100");
});
