/** Which runs of programs compile, and what. */
import { expect, test } from "bun:test";
import { compilerRun } from "../../../../src/sinks/reports/build/compiler-run.ts";

const CASES: readonly (readonly [
  path: string,
  command: string,
  sources: string,
  output: string | null,
])[] = [
  ["/usr/bin/x86_64-linux-gnu-gcc-12", "gcc -c a.c", "a.c", null],
  ["/usr/bin/clang-14", "clang++ -std=c++20 a.cpp b.cc -oprog", "a.cpp b.cc", "prog"],
  ["/usr/bin/ccache", "ccache -f max_size=1G arm-none-eabi-g++-13.2 -c a.cc", "a.cc", null],
  ["/usr/bin/ccache", "gcc -c a.c", "a.c", null],
  ["/usr/bin/gcc", "gcc -I x.c -D y.c -include z.c -o out.c in.c", "in.c", "out.c"],
  ["/usr/bin/gcc", "gcc --param x.c --sysroot y.c in.c", "in.c", null],
  ["/usr/bin/gcc", "gcc -x c header -x none other a.S", "header a.S", null],
  ["/usr/bin/gcc", "gcc -c -- -dash.c", "-dash.c", null],
  ["/usr/bin/gcc", "gcc a.o lib.a -lm -o prog", "", "prog"],
  ["/usr/bin/gcc", "gcc -E a.c", "", null],
  ["/usr/bin/gcc", "gcc -x c -", "", null],
  ["/usr/bin/gcc", "gcc @args.c", "", null],
  ["/usr/bin/gcc", "gcc .c a.C/b", "", null],
  ["/usr/bin/gcc", "gcc -c -o", "", null],
  ["/usr/bin/clang", "clang -cc1 -o a.o a.c", "", null],
];

test.each(CASES)("%s: %s compiles %s", (path, command, sources, output) => {
  const run = compilerRun(path, command.split(" "));
  expect(run?.sources.join(" ")).toBe(sources);
  expect(run?.output ?? null).toBe(output);
});

test("a launcher is no part of the arguments", () => {
  expect(compilerRun("/usr/bin/distcc", ["distcc", "gcc", "-c", "a.c"])?.argv).toEqual([
    "gcc",
    "-c",
    "a.c",
  ]);
});

test("other programs do not compile", () => {
  for (const name of [
    "cc1",
    "as",
    "ccache",
    "gcc-ar",
    "gcov",
    "python3",
    "ccc",
    "clang-format",
    "",
  ])
    expect(compilerRun(`/usr/bin/${name}`, [name, "a.c"])).toBeNull();
});
