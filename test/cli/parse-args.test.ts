import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { UsageError } from "../../src/cli/errors.ts";
import { GivenOptions, optionValues, splitArguments } from "../../src/cli/parse-args.ts";

const ARGS = {
  format: { type: "string", default: "csv" },
  output: { type: "string", alias: "o" },
  columns: { type: "string" },
  summary: { type: "string", valueHint: "[=FORMAT]" },
  quiet: { type: "boolean", alias: "q" },
  follow: { type: "boolean", default: true },
  "require-complete": { type: "boolean" },
} as const satisfies ArgsDef;

const split = (...argv: readonly string[]) => splitArguments(argv, ARGS, true);

/** Returns the message of the error for the arguments; it has to be one line. */
function errorOf(...argv: readonly string[]): string {
  try {
    split(...argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.message).not.toContain("\n");
    return error.message;
  }
  throw new Error(`${argv.join(" ")} was accepted`);
}

describe("the command", () => {
  test("begins at the first word that is not an option and includes all following words", () => {
    expect(split("-q", "make", "-q", "--format", "json", "--", "-o", "--help")).toEqual({
      options: ["--quiet"],
      command: ["make", "-q", "--format", "json", "--", "-o", "--help"],
      help: false,
    });
  });

  test("may begin with a dash after --, which is not part of it", () => {
    expect(split("--", "--format", "x").command).toEqual(["--format", "x"]);
    expect(split("-q", "--", "ls", "--", "-l").command).toEqual(["ls", "--", "-l"]);
    expect(split("--").command).toEqual([]);
  });

  test("may be an empty word or a single dash", () => {
    expect(split("", "x").command).toEqual(["", "x"]);
    expect(split("-", "-q").command).toEqual(["-", "-q"]);
  });

  test("is empty if there are only options", () => {
    expect(split("--format", "json")).toMatchObject({ command: [] });
    expect(split()).toEqual({ options: [], command: [], help: false });
  });

  test("does not end the options if the subcommand takes files", () => {
    expect(splitArguments(["a", "-q", "b", "--", "-c"], ARGS)).toEqual({
      options: ["--quiet"],
      command: ["a", "b", "-c"],
      before: ["a", "b"],
      help: false,
    });
  });
});

describe("a value", () => {
  test.each([[["--output", "FILE"]], [["--output=FILE"]], [["-o", "FILE"]], [["-oFILE"]]])(
    "can be written as %j",
    (argv) => {
      expect(split(...argv, "ls")).toMatchObject({ options: ["--output=FILE"], command: ["ls"] });
    },
  );

  test("may be empty, begin with a dash, or contain an equals sign", () => {
    expect(split("--output=", "ls").options).toEqual(["--output="]);
    expect(split("-o", "-", "ls").options).toEqual(["--output=-"]);
    expect(split("--output", "--format", "ls").options).toEqual(["--output=--format"]);
    expect(split("--columns=a=b").options).toEqual(["--columns=a=b"]);
    expect(split("-o=x").options).toEqual(["--output==x"]); // as getopt(3)
  });

  test("that is optional needs an equals sign", () => {
    expect(split("--summary", "ls")).toMatchObject({ options: ["--summary="], command: ["ls"] });
    expect(split("--summary=json", "ls").options).toEqual(["--summary=json"]);
  });

  test("that is missing is an error", () => {
    expect(errorOf("--output")).toBe("--output: needs a value");
    expect(errorOf("-q", "-o")).toBe("-o: needs a value");
  });

  test("of a flag is an error", () => {
    expect(errorOf("--quiet=yes")).toBe("--quiet: does not take a value");
    expect(errorOf("--quiet=")).toBe("--quiet: does not take a value");
    expect(errorOf("--help=exec")).toBe("--help: does not take a value");
  });
});

describe("letters", () => {
  test("can be bundled; the last one may take a value", () => {
    expect(split("-qqo", "FILE").options).toEqual(["--quiet", "--quiet", "--output=FILE"]);
    expect(split("-qoFILE").options).toEqual(["--quiet", "--output=FILE"]);
    expect(split("-hq")).toMatchObject({ help: "short", options: ["--quiet"] });
    expect(errorOf("-qx")).toBe("-x: unknown option");
  });

  test("of an option with an optional value take none", () => {
    const args = { time: { type: "string", alias: "T", valueHint: "[=UNIT]" } } as const;
    expect(splitArguments(["-TT", "ns"], args, true)).toMatchObject({
      options: ["--time=", "--time="],
      command: ["ns"],
    });
  });
});

test("options given several times are read in their order", () => {
  const given = new GivenOptions(["--t=1", "--T", "--t=a=b"]);
  expect(given.values("t")).toEqual(["1", "a=b"]);
  expect([given.last("t"), given.last("T"), given.last("x")]).toEqual(["a=b", "", undefined]);
  expect([given.count("T"), given.has("x")]).toEqual([1, false]);
});

describe("a flag", () => {
  test("that is on by default is spelled --no-NAME", () => {
    expect(split("--no-follow", "ls").options).toEqual(["--no-follow"]);
  });

  test("is taken back by its opposite, if that is the later one", () => {
    expect(split("--no-follow", "--follow", "ls").options).toEqual([]);
    expect(split("--follow", "--no-follow", "ls").options).toEqual(["--no-follow"]);
    expect(split("-qq", "--no-quiet", "ls").options).toEqual([]);
    expect(split("--no-quiet", "-q", "ls").options).toEqual(["--quiet"]);
    expect(errorOf("--no-quiet=1")).toBe("--no-quiet: does not take a value");
    expect(errorOf("--no-format")).toBe("--no-format: unknown option; did you mean --format?");
  });

  test("whose name begins with no- is a flag like others", () => {
    const args = { "no-abbrev": { type: "boolean", alias: "v" } } as const;
    expect(splitArguments(["--no-abbrev", "-v"], args).options).toEqual([
      "--no-abbrev",
      "--no-abbrev",
    ]);
  });

  test("may contain a dash", () => {
    expect(split("--require-complete").options).toEqual(["--require-complete"]);
  });
});

describe("help", () => {
  test.each([[["--help"]], [["-q", "--help"]], [["--help", "--", "ls"]], [["--help", "-h"]]])(
    "is requested by %j",
    (argv) => {
      expect(split(...argv).help).toBe("long");
    },
  );

  test("is short if it is requested by -h", () => {
    expect(split("-h").help).toBe("short");
    expect(split("-qh", "ls").help).toBe("short");
  });

  test("options after the command belong to the command", () => {
    expect(split("ls", "--help").help).toBe(false);
    expect(split("--", "--help").help).toBe(false);
    expect(split("--output", "--help").help).toBe(false);
  });
});

test("the version is requested by -V and --version, before the command", () => {
  expect(split("-qV", "ls").version).toBe(true);
  expect(split("--version").version).toBe(true);
  expect(split("ls", "-V").version).toBeUndefined();
  expect(errorOf("--version=1")).toBe("--version: does not take a value");
});

test("options are known as they were typed last", () => {
  const spellings = new Map<string, string>();
  splitArguments(["--output", "a", "-ob", "--no-follow"], ARGS, true, {}, spellings);
  expect([...spellings]).toEqual([
    ["output", "-o"],
    ["no-follow", "--no-follow"],
  ]);
});

describe("an unknown option", () => {
  test.each([
    ["--out", "--out: unknown option; did you mean --output?"],
    ["-format", "-f: unknown option; did you mean --format?"],
    ["-columns=pid", "-c: unknown option; did you mean --columns?"],
    ["–format", "–format: the dash is not ASCII; did you mean --format?"],
    ["—output=x", "—output=x: the dash is not ASCII; did you mean --output?"],
    ["–o", "–o: the dash is not ASCII; did you mean -o?"],
  ])("%s is likely a slip", (word, message) => {
    expect(errorOf(word, "x")).toBe(message);
  });

  test("that is a name with other dashes is a word, unless an option has the name", () => {
    expect(split("–x").command).toEqual(["–x"]);
  });

  test.each([
    ["--formt", "; did you mean --format?"],
    ["--colums", "; did you mean --columns?"],
    ["--Output", "; did you mean --output?"],
    ["--requirecomplete", "; did you mean --require-complete?"],
    ["--hlep", "; did you mean --help?"],
    ["--zzzzzzz", ""],
    ["-x", ""],
    ["---", ""],
  ])("%s is named in the error%s", (option, hint) => {
    expect(errorOf(option)).toBe(`${option}: unknown option${hint}`);
  });

  test("is named without its value", () => {
    expect(errorOf("--formt=csv")).toBe("--formt: unknown option; did you mean --format?");
    expect(errorOf("-xyz")).toBe("-x: unknown option");
  });

  test("may be the name of a property of Object.prototype", () => {
    for (const word of ["--constructor", "--toString", "--__proto__", "--hasOwnProperty"])
      expect(errorOf(word)).toBe(`${word}: unknown option`);
  });
});

test("a repeatable option has every value", () => {
  const options = ["--exclude=a", "--exclude-comm=b", "--recursive", "--exclude=c=d", "--exclude="];
  expect(optionValues(options, "exclude")).toEqual(["a", "c=d", ""]);
  expect(optionValues(options, "include")).toEqual([]);
});
