/** strace's -e inject and -e fault. */
import { describe, expect, test } from "bun:test";
import { parseInjection } from "../../src/filters/injection-expression.ts";
import { parseExpressions } from "../../src/filters/trace-expression.ts";

const inject = (options: string) => parseInjection("inject", `chdir:${options}`).injection;
const reason = (options: string, qualifier: "inject" | "fault" = "inject") => {
  try {
    parseInjection(qualifier, `chdir${options}`);
  } catch (error) {
    return (error as Error).message;
  }
  return null;
};

describe("an injection has", () => {
  test("an error by its name in any case, or by its number", () => {
    expect(inject("error=ENOENT")).toMatchObject({ result: -2n, fails: true });
    expect(inject("error=enoent")).toMatchObject({ result: -2n });
    expect(inject("error=4095")).toMatchObject({ result: -4095n });
    expect(inject("error=ERESTARTSYS")).toMatchObject({ result: -512n });
  });

  test("a result, in decimal, hexadecimal or octal, that is no error", () => {
    expect(inject("retval=42")).toMatchObject({ result: 42n, fails: false });
    expect(inject("retval=0x2a").result).toBe(42n);
    expect(inject("retval=010").result).toBe(8n);
    expect(inject("retval=-1").result).toBe(-1n);
    expect(inject("retval=0xffffffffffffffff").result).toBe(-1n);
  });

  test("a signal by name or number", () => {
    const signals = ["USR1", "SIGUSR1", "10", "sigrtmin", "RT_1", "64"];
    expect(signals.map((signal) => inject(`signal=${signal}`).signal)).toEqual([
      10, 10, 10, 32, 33, 64,
    ]);
  });

  test("delays, in microseconds without a unit", () => {
    const delays = ["800000", "8e5", "800ms", "+8e8ns", ".8E6", "0.8s", "800000us"];
    for (const delay of delays) expect(inject(`delay_enter=${delay}`).delayEntry).toBe(800);
    expect(inject("delay_exit=1").delayExit).toBe(0.001);
  });

  test("data for the memory behind arguments", () => {
    const { pokeEntry, pokeExit } = inject("poke_enter=@arg1=00ff,@arg3=7F:poke_exit=@arg7=01");
    expect(pokeEntry.map(({ argument, bytes }) => [argument, ...bytes])).toEqual([
      [0, 0, 255],
      [2, 127],
    ]);
    expect(pokeExit.map(({ argument, bytes }) => [argument, ...bytes])).toEqual([[6, 1]]);
  });

  test("the calls that it affects", () => {
    const when = (text: string) => {
      const { first, last, step } = inject(`error=1:when=${text}`);
      return [first, last, step];
    };
    expect(when("3")).toEqual([3, 3, 1]);
    expect(when("3+")).toEqual([3, Infinity, 1]);
    expect(when("3+2")).toEqual([3, Infinity, 2]);
    expect(when("3..9")).toEqual([3, 9, 1]);
    expect(when("3..9+")).toEqual([3, 9, 1]);
    expect(when("3..9+2")).toEqual([3, 9, 2]);
    expect(inject("error=1")).toMatchObject({ first: 1, last: Infinity, step: 1 });
  });
});

describe("invalid are", () => {
  test.each([
    ...["", ":", ":42", ":when=7", ":invalid", ":error", ":syscall=getpid"],
    ...["=", "=EINVALID", "=-1", "=0", "=4096", "=3+", "=EWOULDBLOCK"].map((e) => `:error${e}`),
    ...["a", "0b", "08", "", "0x10000000000000000"].map((value) => `:retval=${value}`),
    ...["0", "65", "129", "", "HUPP"].map((signal) => `:signal=${signal}`),
    ...["-1", "", "3m", "1e", "."].map((delay) => `:delay_exit=${delay}`),
    ...["invalid", "chdir", "%file", "-42", "39"].map((name) => `:error=1:syscall=${name}`),
    ...[
      "",
      "0",
      "-1",
      "1-",
      "1++",
      "1+0",
      "65536",
      "1+65536",
      "1.2",
      "..2",
      "2..1",
      "1..65535",
    ].map((when) => `:error=1:when=${when}`),
    ...["", "@arg0=00", "@arg8=00", "@arg1=", "@arg1=000", "@arg1=xx", "@arg1=00,@arg1=00"].map(
      (poke) => `:poke_enter=${poke}`,
    ),
    `:poke_enter=@arg1=${"00".repeat(1025)}`,
    ...["signal=1:signal=2", "error=1:retval=0", "retval=0:retval=0"].map((both) => `:${both}`),
    ":delay_enter=1:delay_exit=1:delay_enter=1",
  ])("inject=chdir%s", (options) => {
    expect(reason(options)).toStartWith(`chdir${options}: invalid inject argument: `);
  });

  test("actions other than an error, for fault", () => {
    for (const option of ["retval=0", "signal=1", "delay_enter=1", "poke_exit=@arg1=00"])
      expect(reason(`:${option}`, "fault")).toContain("invalid fault argument");
  });
});

test("a fault fails with ENOSYS unless it names an error", () => {
  expect(parseInjection("fault", "chdir").injection).toMatchObject({ result: -38n, fails: true });
  expect(parseInjection("fault", "chdir:error=EIO:when=2").injection).toMatchObject({
    ...{ result: -5n, first: 2, last: 2 },
  });
});

test("injections add up, and a set is like that of trace=", () => {
  const { injections } = parseExpressions(
    ["inject=chdir,/^fch:retval=1", "fault=!read", "fault=none"],
    "x64",
  );
  const has = (name: string) => injections.map(({ calls }) => calls.has(name, "x64"));
  expect(has("fchdir")).toEqual([true, true, false]);
  expect(has("read")).toEqual([false, false, false]);
});
