/** Numbers, strings and fds in the styles of strace -X, -x, -xx and -y. */
import { expect, test } from "bun:test";
import { deviceValue, openFlagsValue } from "../../src/syscalls/decode/structs.ts";
import { quotedText } from "../../src/syscalls/quoted-text.ts";
import { straceText } from "../../src/syscalls/strace-text.ts";
import { type ConstantStyle, DEFAULT_STYLE } from "../../src/syscalls/text-style.ts";
import {
  enumValue,
  flags,
  integer,
  NamedValue,
  setOf,
  symbol,
  type Value,
} from "../../src/syscalls/value.ts";

const inStyle = (value: Value, constants: ConstantStyle) =>
  straceText(value, { ...DEFAULT_STYLE, constants });

test.each<[Value, raw: string, abbrev: string, verbose: string]>([
  [
    openFlagsValue(0x241, "x64"),
    "0x241",
    "O_WRONLY|O_CREAT|O_TRUNC",
    "0x241 /* O_WRONLY|O_CREAT|O_TRUNC */",
  ],
  [openFlagsValue(0, "x64"), "0", "O_RDONLY", "0 /* O_RDONLY */"],
  [flags(0x9, [["A", 1]], "A_???"), "0x9", "A|0x8", "0x9 /* A|0x8 */"],
  [flags(0x8, [["A", 1]], "A_???"), "0x8", "0x8 /* A_??? */", "0x8 /* A_??? */"],
  [flags(0, [["A", 1]], "A_???"), "0", "0", "0"],
  [enumValue(1, [["B", 1]]), "0x1", "B", "0x1 /* B */"],
  [enumValue(0, [["B", 1]], "B_???"), "0", "0 /* B_??? */", "0 /* B_??? */"],
  [symbol("SIGINT", integer(2)), "2", "SIGINT", "2 /* SIGINT */"],
  [symbol("UNKNOWN"), "UNKNOWN", "UNKNOWN", "UNKNOWN"],
  [deviceValue(0x103), "0x103", "makedev(0x1, 0x3)", "0x103 /* makedev(0x1, 0x3) */"],
  [
    { kind: "mode", mode: 0o104755 },
    "0104755",
    "S_IFREG|S_ISUID|0755",
    "0104755 /* S_IFREG|S_ISUID|0755 */",
  ],
  [{ kind: "mode", mode: 0o644 }, "0644", "0644", "0644"],
  [setOf(["INT", "TERM"], true, [2, 15]), "~[2 15]", "~[INT TERM]", "~[2 /* INT */ 15 /* TERM */]"],
  [{ kind: "fd", fd: -100, directory: true }, "-100", "AT_FDCWD", "-100 /* AT_FDCWD */"],
  [integer(4096, "kib"), "4096", "4*1024", "4096 /* 4*1024 */"],
])(
  "a number is shown raw, by its name, and with its name in a comment: %p",
  (value, raw, abbrev, verbose) => {
    const styles = ["raw", "abbrev", "verbose"] as const;
    const shown = styles.map((style) => inStyle(value, style));
    expect(shown).toEqual([raw, abbrev, verbose]);
  },
);

test("a name after the unnamed bits has a number of its own", () => {
  const trailing = enumValue(17, [["SIGCHLD", 17]], "", "decimal");
  const value = new NamedValue(0x111, ["CLONE_VM", "SIGCHLD"], 0, {
    kind: "bits",
    placeholder: "CLONE_???",
    trailing,
  });
  expect(inStyle(value, "raw")).toBe("0x100|17");
  expect(inStyle(value, "verbose")).toBe("0x100 /* CLONE_VM */|17 /* SIGCHLD */");
});

test("-x shows strings that are not ASCII in hexadecimal, -xx all strings", () => {
  const quoted = (text: string, style: Parameters<typeof quotedText>[1]) =>
    quotedText({ bytes: Buffer.from(text, "latin1"), cut: false }, style);
  expect(quoted("a\tb", "non-ascii")).toBe('"a\\tb"');
  expect(quoted("a\0", "octal")).toBe('"a\\0"');
  expect(quoted("a\0", "non-ascii")).toBe('"\\x61\\x00"');
  expect(quoted("a\0", "non-ascii-chars")).toBe('"a\\x00"');
  expect(quoted("a", "all")).toBe('"\\x61"');
});
