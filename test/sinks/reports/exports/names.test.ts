import { describe, expect, test } from "bun:test";
import { Names, type Redaction } from "../../../../src/sinks/reports/exports/names.ts";
import { textToLatin1 } from "../../../../src/text/latin1.ts";

const PRIVATE = { home: "/home/ann", user: "ann", host: "lab-3" };

function names(directory: string, ...redacted: Redaction[]): Names {
  return new Names({ directory, redacted: new Set(redacted), names: PRIVATE });
}

describe("a name", () => {
  const { name, reference, uri } = {
    name: (path: string) => names("/w").name(textToLatin1(path)),
    reference: (path: string) => names("/w").reference(path),
    uri: (path: string) => names("/w").uri(path),
  };

  test("is relative below the working directory, and absolute elsewhere", () => {
    expect([name("/w/src/é.c"), name("/usr/lib/x"), name("/wide/x")]).toEqual([
      "src/é.c",
      "/usr/lib/x",
      "/wide/x",
    ]);
  });

  test("is valid Unicode, while its URI has every byte", () => {
    expect(names("/w").name("/w/a\xff")).toBe("a\\xff");
    expect(reference("/w/a\xff b%\n'?#")).toBe("a%FF%20b%25%0A%27%3F%23");
    expect(uri("/w/\xe2\x80\xae")).toBe("file:///w/%E2%80%AE");
  });

  test("is no scheme if it has a colon", () => {
    expect(reference("/w/c:x")).toBe("c%3Ax");
  });

  test("that leads out of the directory is not relative", () => {
    expect([name("/w/../etc/x"), reference("/w/a/../../x")]).toEqual([
      "/w/../etc/x",
      "file:///w/a/../../x",
    ]);
  });
});

describe("what is private", () => {
  test("is taken out of paths and arguments", () => {
    const all = names("/w", "home", "user", "host", "env");
    expect(all.name("/home/ann/data")).toBe("~/data");
    expect(all.uri("/home/ann/data")).toBe("file:///~/data");
    expect(all.name("/srv/ann/x-ann.log")).toBe("/srv/USER/x-ann.log");
    expect(all.argument("--out=/home/ann/x")).toBe("--out=REDACTED");
    expect(all.commandLine(["ssh", "ann@lab-3", "TOKEN=a\nb"])).toBe(
      "ssh USER@HOST TOKEN=REDACTED",
    );
  });

  test("stays where only a part of a word is equal", () => {
    const all = names("/w", "home", "user", "host");
    expect(all.name("/home/anna/x")).toBe("/home/anna/x");
    expect(all.argument("channel lab-31")).toBe("channel lab-31");
  });

  test("stays if it is not chosen", () => {
    expect(names("/w").argument("TOKEN=/home/ann")).toBe("TOKEN=/home/ann");
  });
});
