/** The scripts of an exec: fs/binfmt_script.c, and what its arguments tell of them. */
import { describe, expect, test } from "bun:test";
import {
  BINPRM_BUF_SIZE,
  type InterpretedExec,
  parseShebang,
  scriptsOf,
} from "../../src/kernel/binfmt.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const interpreter = (text: string) => parseShebang(bytes(text));

describe("the first line of a script", () => {
  test("names the interpreter", () => {
    for (const line of ["#!/bin/sh\n", "#! \t/bin/sh \t\nx", "#!/bin/sh", "#!/bin/sh -e x\n"])
      expect(interpreter(line)).toBe("/bin/sh");
    expect(interpreter("#! ./a\xff\n")).toBe("./a\xff");
  });

  test("ends at a NUL", () => {
    expect(interpreter("#!/bin/sh\0x\n")).toBe("/bin/sh");
  });

  test("names none in other files", () => {
    for (const text of [
      "",
      "#",
      "#!",
      "#!\n/bin/sh",
      "#! \t",
      "# !/bin/sh",
      "\x7fELF",
      " #!/bin/sh",
    ])
      expect(interpreter(text)).toBeNull();
  });

  test("may be longer than the kernel reads, but the name may not", () => {
    const room = BINPRM_BUF_SIZE - 1 - "#!".length;
    const longest = `/${"x".repeat(room - 2)}`;
    expect(interpreter(`#!${longest} ${"y".repeat(99)}\n`)).toBe(longest);
    expect(interpreter(`#!${longest}x ${"y".repeat(99)}\n`)).toBeNull();
  });
});

/** An exec of `name` among these files; the program is /bin/C unless it is said. */
function scripts(
  name: string,
  argv: readonly string[],
  files: Readonly<Record<string, string>>,
  more: Partial<InterpretedExec> = {},
): string[] {
  const read = (file: string) => (file in files ? bytes(files[file]) : null);
  const isProgram = () => files[name] === "program";
  return scriptsOf({ name, argv, isInterpreted: undefined, read, isProgram, ...more });
}

describe("the scripts of an exec are", () => {
  test("none for a program, even if its own name is an argument", () => {
    expect(scripts("/bin/C", ["C", "x"], { "/bin/C": "program" })).toEqual([]);
    expect(scripts("/bin/C", ["C", "/bin/C"], { "/bin/C": "program" })).toEqual([]);
  });

  test("the file, if its interpreter runs", () => {
    expect(scripts("./a", ["/bin/C", "./a"], { "./a": "#!/bin/C\n" })).toEqual(["./a"]);
    expect(scripts("./a", ["/bin/C", "-e", "./a"], { "./a": "#!/bin/C -e\n" })).toEqual(["./a"]);
  });

  test("the file and the scripts that interpret it", () => {
    const files = { a: "#! ./b x\n", "./b": "#!/c\n", "/c": "#!/bin/C -e\n" };
    const argv = ["/bin/C", "-e", "/c", "./b", "x", "a", "1"];
    expect(scripts("a", argv, files)).toEqual(["a", "./b", "/c"]);
  });

  test("not an argument of the interpreter that is a script itself", () => {
    const files = { a: "#!/bin/C /lib/x\n", "/lib/x": "#!/bin/C\n" };
    expect(scripts("a", ["/bin/C", "/lib/x", "a"], files)).toEqual(["a"]);
  });

  test("known from the arguments if the file has gone", () => {
    expect(scripts("a", ["/bin/C", "a"], {})).toEqual(["a"]);
    expect(scripts("a", ["/bin/C", "/b", "a"], { "/b": "#!/bin/C\n" })).toEqual(["a", "/b"]);
    expect(scripts("a", ["/bin/C", "-e", "a"], { "-e": "#!/bin/C\n" })).toEqual(["a"]);
  });

  test("known from the arguments if the file is another one by now", () => {
    const files = { a: "#!/usr/bin/other\n", "/b": "#!/bin/C\n" };
    expect(scripts("a", ["/bin/C", "/b", "a"], files)).toEqual(["a", "/b"]);
  });

  test("the file, if binfmt_misc runs it", () => {
    expect(scripts("a.jar", ["/bin/C", "a.jar"], { "a.jar": "PK" })).toEqual(["a.jar"]);
  });

  test("those of a file given by its fd", () => {
    const argv = ["/bin/C", "/dev/fd/3"];
    expect(scripts("/dev/fd/3", argv, { "/dev/fd/3": "#!/bin/C\n" })).toEqual(["/dev/fd/3"]);
  });

  test("what the kernel says, where it does", () => {
    const files = { a: "#!/bin/C\n" };
    expect(scripts("a", ["/bin/C", "a"], files, { isInterpreted: false })).toEqual([]);
    // The arguments may be cut.
    expect(scripts("a", ["/bin/C"], files, { isInterpreted: true })).toEqual(["a"]);
  });

  test("none if the name is an argument that no interpreter can have put there", () => {
    const argv = ["/bin/C", ..."0123456789".split(""), "a"];
    expect(scripts("a", argv, {})).toEqual([]);
  });

  test("finite, even if the files say otherwise by now", () => {
    const files = { a: "#!/b\n", "/b": "#!/c\n", "/c": "#!/b\n" };
    expect(scripts("a", ["/bin/C", "/b", "a"], files).length).toBeLessThan(8);
  });
});
