import { describe, expect, test } from "bun:test";
import {
  type Formula,
  FormulaError,
  parseFormula,
  type Term,
} from "../../src/filters/flag-formula.ts";
import { type Arch, openFlags } from "../../src/kernel/fcntl.ts";

const ARCHES: readonly Arch[] = ["x64", "arm64"];

/** Returns `mask/value` in octal, as in fcntl.h; sorted, because the order of terms is irrelevant. */
function termsOf(text: string, arch: Arch = "x64", limit?: number): string[] | null {
  const { terms } = parseFormula(text, arch, limit);
  if (terms === null) return null;
  return terms.map(({ mask, value }) => `${mask.toString(8)}/${value.toString(8)}`).sort();
}

function matchesAny(terms: readonly Term[], word: bigint): boolean {
  return terms.some(({ mask, value }) => (word & mask) === value);
}

/** Returns the message of the error that parsing throws. */
function errorOf(text: string): string {
  try {
    parseFormula(text, "x64");
  } catch (error) {
    if (error instanceof FormulaError) return error.message;
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe("the access mode", () => {
  test.each([
    ["O_RDONLY", [0]],
    ["O_WRONLY", [1]],
    ["O_RDWR", [2]],
    ["O_WRONLY|O_RDONLY", [0, 1]],
    ["~O_RDONLY", [1, 2, 3]],
    ["~O_RDWR", [0, 1, 3]],
    ["~(O_RDONLY|O_RDWR)", [1, 3]],
    ["O_WRONLY&O_RDWR", []],
    ["0", [0]],
    ["1", [1]],
    ["2", [2]],
    ["3", [3]],
    ["0x41", [1]],
    ["0x40", [0, 1, 2, 3]],
  ])("%s is met by the modes %p", (text, modes) => {
    const formula = parseFormula(text, "x64");
    for (const mode of [0, 1, 2, 3]) {
      expect(formula.matches(mode | 0o100)).toBe(modes.includes(mode));
      expect(matchesAny(formula.terms!, BigInt(mode | 0o100))).toBe(modes.includes(mode));
    }
  });
});

describe("names and numbers", () => {
  test("a flag of several bits requires all of them", () => {
    const sync = parseFormula("O_SYNC", "x64");
    expect(sync.matches(0o4010000)).toBe(true);
    expect(sync.matches(0o10000)).toBe(false);
    expect(sync.matches(0o4000000)).toBe(false);
    expect(parseFormula("O_TMPFILE", "x64").matches(0o200000)).toBe(false);
    expect(parseFormula("~O_TMPFILE", "x64").matches(0o200000)).toBe(true);
  });

  test("a number requires all its bits, in every base", () => {
    for (const text of ["577", "0x241", "0X241", "01101", "0o1101", "0O1101"]) {
      expect(termsOf(text)).toEqual(["1103/1101"]);
    }
  });

  test("a number may have bit 63", () => {
    const top = parseFormula("0x8000000100000000", "x64");
    expect(top.terms).toEqual([{ mask: 0x8000000100000000n, value: 0x8000000100000000n }]);
    expect(top.matches(0x8000000100000040n)).toBe(true);
    expect(top.matches(0x8000000000000040n)).toBe(false);
    expect(top.matches(0x100000000)).toBe(false);
    expect(parseFormula("18446744073709551615", "x64").matches(-1n)).toBe(true);
  });

  test("a name is accepted in either case and without O_", () => {
    for (const text of ["O_CREAT", "o_creat", "CREAT", "creat", "O_Creat"]) {
      expect(termsOf(text)).toEqual(["100/100"]);
    }
    expect(termsOf("FASYNC")).toEqual(["20000/20000"]);
    expect(termsOf("async")).toEqual(["20000/20000"]);
  });

  test.each(ARCHES)("every name of %s has the bits of that machine", (arch) => {
    for (const [name, bits] of Object.entries(openFlags(arch))) {
      const mode = bits < 4 ? 3n : 0n;
      expect(parseFormula(name, arch).terms).toEqual([
        { mask: BigInt(bits) | mode, value: BigInt(bits) },
      ]);
    }
    expect(termsOf("O_DIRECTORY", arch)).toEqual([
      arch === "x64" ? "200000/200000" : "40000/40000",
    ]);
  });

  test("signed flags are the flags with the same bits", () => {
    const bit31 = parseFormula("0x80000000", "x64");
    expect(bit31.matches(0x80000000)).toBe(true);
    expect(bit31.matches(-0x80000000)).toBe(true);
    expect(bit31.matches(0x80000000n)).toBe(true);
    expect(bit31.matches(0x7fffffff)).toBe(false);
    const bit32 = parseFormula("0x100000000", "x64");
    expect(bit32.matches(-1)).toBe(false);
    expect(bit32.matches(-1n)).toBe(true);
    expect(bit32.matches(0x100000000)).toBe(true);
    expect(bit32.matches(0x1fffff00000041)).toBe(true);
    expect(bit32.matches(0x1ffffe00000041)).toBe(false);
  });
});

describe("the terms for the eBPF program", () => {
  test.each([
    ["O_CREAT|O_TRUNC", ["100/100", "1000/1000"]],
    ["O_CREAT&O_TRUNC", ["1100/1100"]],
    ["O_WRONLY|O_RDWR", ["3/1", "3/2"]],
    ["O_WRONLY|O_RDONLY", ["2/0"]],
    ["~O_RDONLY", ["1/1", "2/2"]],
    ["~O_RDWR", ["1/1", "2/0"]],
    ["O_RDONLY|O_WRONLY|O_RDWR", ["1/0", "2/0"]],
    ["(O_WRONLY|O_RDWR)&~O_CREAT", ["103/1", "103/2"]],
    ["~O_SYNC", ["10000/0", "4000000/0"]],
    ["O_DSYNC&~O_SYNC", ["4010000/10000"]],
    ["O_SYNC|O_DSYNC", ["10000/10000"]],
    ["O_CREAT|O_CREAT&O_EXCL", ["100/100"]],
    ["~(O_CREAT&O_EXCL)", ["100/0", "200/0"]],
    ["~(O_CREAT|O_EXCL)", ["300/0"]],
  ])("of %s are %p", (text, expected) => {
    expect(termsOf(text)).toEqual([...expected].sort());
  });

  test.each([
    ["(O_WRONLY|O_RDWR)&(O_CREAT|O_TRUNC|O_APPEND)", 6],
    ["~O_RDONLY&~O_SYNC&(O_CREAT|O_TRUNC)", 8],
    ["~(O_SYNC|O_TMPFILE)", 4],
    ["O_CREAT|O_EXCL|O_TRUNC|O_APPEND|O_DIRECT|O_PATH|O_TMPFILE|O_NOATIME", 8],
  ])("of %s are %i", (text, count) => {
    expect(termsOf(text)).toHaveLength(count);
  });

  test.each([
    "O_CREAT&~O_CREAT",
    "O_RDONLY&O_RDWR",
    "O_SYNC&~O_DSYNC",
    "(O_CREAT|O_EXCL)&~O_CREAT&~O_EXCL",
  ])("are none if no flags meet the formula: %s", (text) => {
    expect(termsOf(text)).toEqual([]);
  });

  test.each([
    "O_CREAT|~O_CREAT",
    "0|1|2|3",
    "O_DSYNC|~O_SYNC",
    "O_CREAT | ~O_CREAT&O_EXCL | ~O_CREAT&~O_EXCL",
  ])("are one that tests no bit if all flags meet the formula: %s", (text) => {
    expect(termsOf(text)).toEqual(["0/0"]);
  });

  test("are null if there are too many, and matches() has the same result", () => {
    const text = "O_CREAT|O_EXCL|O_TRUNC";
    expect(termsOf(text, "x64", 3)).toHaveLength(3);
    expect(termsOf(text, "x64", 2)).toBeNull();
    expect(parseFormula(text, "x64", 2).matches(0o1000)).toBe(true);
    expect(parseFormula(text, "x64", 2).matches(0o2000)).toBe(false);
  });

  test("are abandoned quickly for a formula with exponentially many", () => {
    const both = Array.from({ length: 31 }, (_, i) => `(${2 ** (i + 2)}|${2n ** BigInt(i + 33)})`);
    const formula = parseFormula(both.join("&"), "x64", 2 ** 40);
    expect(formula.terms).toBeNull();
    expect(formula.matches(0x1fffffffcn)).toBe(true);
    expect(formula.matches(0x1fffffff8n)).toBe(false);
    expect(formula.matches(0x1fffffff8n | (1n << 33n))).toBe(true);
  });
});

describe("the grammar", () => {
  test.each([
    ["O_CREAT|O_EXCL&O_TRUNC", "O_CREAT|(O_EXCL&O_TRUNC)"],
    ["O_EXCL&O_TRUNC|O_CREAT", "(O_EXCL&O_TRUNC)|O_CREAT"],
    ["~O_CREAT&O_EXCL", "(~O_CREAT)&O_EXCL"],
    ["~O_CREAT|O_EXCL", "(~O_CREAT)|O_EXCL"],
    ["~~O_CREAT", "O_CREAT"],
    ["~~~(O_CREAT)", "~O_CREAT"],
    ["\t( O_CREAT\n|O_EXCL )  ", "O_CREAT|O_EXCL"],
  ])("reads %p as %s", (text, same) => {
    expect(termsOf(text)).toEqual(termsOf(same));
    expect(parseFormula(text, "x64").text).toBe(text);
  });

  test("respects parentheses", () => {
    expect(termsOf("(O_CREAT|O_EXCL)&O_TRUNC")).toEqual(["1100/1100", "1200/1200"]);
    expect(termsOf("O_CREAT|O_EXCL&O_TRUNC")).toEqual(["100/100", "1200/1200"]);
    expect(termsOf("~(O_CREAT&O_EXCL)")).not.toEqual(termsOf("~O_CREAT&O_EXCL"));
  });

  test("accepts a hundred nested parentheses and the longest list", () => {
    expect(termsOf(`${"(".repeat(100)}creat${")".repeat(100)}`)).toEqual(["100/100"]);
    expect(termsOf(`${"~".repeat(4000)}creat`)).toEqual(["100/100"]);
    expect(termsOf(`${"64|".repeat(1364)}64`)).toEqual(["100/100"]);
    expect(termsOf("(creat)|".repeat(400).concat("(creat)"))).toEqual(["100/100"]);
  });
});

describe("an invalid formula is shown with a caret at the error", () => {
  const OPERAND = "expected a flag, a number, ~ or (";

  test.each([
    ["", 0, `${OPERAND}, found the end`],
    ["   ", 3, `${OPERAND}, found the end`],
    ["O_CREAT|", 8, `${OPERAND}, found the end`],
    ["O_CREAT||O_EXCL", 8, `${OPERAND}, found |`],
    ["&O_CREAT", 0, `${OPERAND}, found &`],
    ["O_CREAT & ~", 11, `${OPERAND}, found the end`],
    ["()", 1, `${OPERAND}, found )`],
    ["!O_CREAT", 0, `${OPERAND}, found !`],
    ["-1", 0, `${OPERAND}, found -`],
    ["(O_CREAT", 8, "expected | & or ), found the end"],
    ["(O_CREAT O_EXCL)", 9, "expected | & or ), found O_EXCL"],
    ["O_CREAT)", 7, "expected | & or the end, found )"],
    ["O_CREAT,O_EXCL", 7, "expected | & or the end, found ,"],
    ["O_CREAT ~O_EXCL", 8, "expected | & or the end, found ~"],
    ["O_CREAT 64", 8, "expected | & or the end, found 64"],
    ["O_EXCL|O_CRAET", 7, "O_CRAET: no such flag; did you mean O_CREAT?"],
    ["o_trnc", 0, "o_trnc: no such flag; did you mean O_TRUNC?"],
    ["~CRAET", 1, "CRAET: no such flag; did you mean O_CREAT?"],
    ["O_FROBNICATE", 0, "O_FROBNICATE: no such flag"],
    ["constructor|__proto__", 0, "constructor: no such flag"],
    ["1|08", 2, "08: not a decimal, hexadecimal (0x) or octal (0) number"],
    ["0x", 0, "0x: not a decimal, hexadecimal (0x) or octal (0) number"],
    ["0xfg", 0, "0xfg: not a decimal, hexadecimal (0x) or octal (0) number"],
    ["0o", 0, "0o: not a decimal, hexadecimal (0x) or octal (0) number"],
    ["1_000", 0, "1_000: not a decimal, hexadecimal (0x) or octal (0) number"],
    ["2|0x10000000000000000", 2, "0x10000000000000000: more than 64 bits"],
    ["18446744073709551616", 0, "18446744073709551616: more than 64 bits"],
  ])("%p", (text, column, message) => {
    expect(errorOf(text)).toBe(`${message}\n  ${text}\n  ${" ".repeat(column)}^`);
  });

  test("characters that may control a terminal or be wide take one column", () => {
    expect(errorOf("O_CREAT\t|\n\x1b[31m")).toBe(
      "expected a flag, a number, ~ or (, found U+001B\n  O_CREAT | ?[31m\n            ^",
    );
    expect(errorOf("(😀")).toBe("expected a flag, a number, ~ or (, found U+1F600\n  (?\n   ^");
    expect(errorOf("1|2😀")).toBe("expected | & or the end, found U+1F600\n  1|2?\n     ^");
    expect(errorOf("1\u{3000}é|")).toBe("expected | & or the end, found U+00E9\n  1 ?|\n    ^");
  });

  test("nesting that is too deep is rejected at the first parenthesis that exceeds the limit", () => {
    const text = `1|${"(".repeat(4000)}`;
    const [message, , caret] = errorOf(text).split("\n");
    expect(message).toBe("more than 100 nested parentheses");
    expect(caret).toBe(`  ${" ".repeat(102)}^`);
  });

  test("a formula that is too long is rejected and not shown", () => {
    expect(termsOf("1".padEnd(4096))).toEqual(["3/1"]);
    expect(errorOf("1".padEnd(4097))).toBe(
      "formula too long: 4097 characters, at most 4096 are supported",
    );
  });
});

/** Compares random formulas with JavaScript, where !, && and || have the precedence of ~, & and |. */
describe("a random formula", () => {
  const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
  const RUNS = 1500;

  test("has the same meaning in the terms, in matches() and in JavaScript", () => {
    eachFormula(anyOperand, (formula, direct, random, where) => {
      for (let i = 0; i < 40; i++) {
        const word = randomWord(random);
        const expected = direct(word);
        const at = `${where} word 0x${word.toString(16)}`;
        expect(formula.matches(word), at).toBe(expected);
        expect(formula.matches(BigInt.asIntN(64, word)), at).toBe(expected);
        if (word < 2n ** 53n) expect(formula.matches(Number(word)), at).toBe(expected);
        if (word < 2n ** 32n) expect(formula.matches(Number(word) | 0), at).toBe(expected);
        if (formula.terms) expect(matchesAny(formula.terms, word), at).toBe(expected);
      }
    });
  });

  test("over few flags has exact terms: never and always are detected, and no term is redundant", () => {
    const flags = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_CREAT", "O_DSYNC", "O_SYNC", "3", "0101"];
    const words = everyWordOf(0o4010103n);
    const seen = { never: 0, always: 0 };
    eachFormula(
      (random) => pick(random, flags),
      (formula, direct, _random, where) => {
        const terms = formula.terms!;
        const met = words.filter(direct);
        expect(
          words.filter((word) => matchesAny(terms, word)),
          where,
        ).toEqual(met);
        expect(terms.length === 0, where).toBe(met.length === 0);
        expect(terms.length === 1 && terms[0]!.mask === 0n, where).toBe(
          met.length === words.length,
        );
        for (const term of terms) {
          const others = terms.filter((other) => other !== term);
          expect(met.every((word) => matchesAny(others, word)) && met.length > 0, where).toBe(
            false,
          );
        }
        if (met.length === 0) seen.never += 1;
        if (met.length === words.length) seen.always += 1;
      },
    );
    expect(Math.min(seen.never, seen.always), `SEED=${SEED}`).toBeGreaterThan(0);
  });

  type Random = () => number;
  type Direct = (word: bigint) => boolean;

  function eachFormula(
    operand: (random: Random, arch: Arch) => string,
    check: (formula: Formula, direct: Direct, random: Random, where: string) => void,
  ): void {
    const random = mulberry32(SEED);
    for (let run = 0; run < RUNS; run++) {
      const arch = pick(random, ARCHES);
      const text = randomFormula(random, () => operand(random, arch), 4);
      const where = `SEED=${SEED} ${arch} ${text}`;
      check(parseFormula(text, arch, pick(random, [8, 64])), directly(text, arch), random, where);
    }
  }

  function directly(text: string, arch: Arch): Direct {
    const flags: Readonly<Record<string, number>> = openFlags(arch);
    const has = (word: bigint, operand: string): boolean => {
      const bits = BigInt(flags[operand] ?? operand.replace(/^0(?=\d)/, "0o"));
      const mode = bits % 4n;
      if (bits === 0n || mode !== 0n) return word % 4n === mode && (word | bits) === word;
      return (word | bits) === word;
    };
    const source = text
      .replace(/\w+/g, (operand) => `has(word, "${operand}")`)
      .replaceAll("~", "!")
      .replaceAll("&", "&&")
      .replaceAll("|", "||");
    return new Function("has", `return (word) => ${source}`)(has);
  }

  function randomFormula(random: Random, operand: () => string, depth: number): string {
    const inner = () => randomFormula(random, operand, depth - 1);
    const kind = depth === 0 ? 0 : Math.floor(random() * 6);
    if (kind === 0) return operand();
    if (kind === 1) return `~${pick(random, [operand(), `(${inner()})`, `~${operand()}`])}`;
    if (kind === 2) return `(${inner()})`;
    return inner() + pick(random, ["|", "&", " & ", " | "]) + inner();
  }

  function anyOperand(random: Random, arch: Arch): string {
    if (random() < 0.7) return pick(random, Object.keys(openFlags(arch)));
    const bits = randomWord(random) & randomWord(random);
    return pick(random, [`${bits}`, `0x${bits.toString(16)}`, `0${bits.toString(8)}`, "0"]);
  }

  /** Returns flags of every size, mostly few bits, often with an access mode. */
  function randomWord(random: Random): bigint {
    const bits = pick(random, [2, 24, 24, 31, 32, 33, 53, 64]);
    const density = pick(random, [0.1, 0.5, 0.9]);
    let word = 0n;
    for (let bit = 0; bit < bits; bit++) if (random() < density) word |= 1n << BigInt(bit);
    return word;
  }

  function everyWordOf(mask: bigint): bigint[] {
    const words: bigint[] = [];
    for (let word = mask; ; word = (word - 1n) & mask) {
      words.push(word);
      if (word === 0n) return words;
    }
  }

  function pick<T>(random: Random, choices: readonly T[]): T {
    return choices[Math.floor(random() * choices.length)]!;
  }

  function mulberry32(seed: number): Random {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }
});
