import { afterAll, expect, test } from "bun:test";
import { parseTimeFormat } from "../../src/text/strftime.ts";
import { TemplateError } from "../../src/text/template-error.ts";

const zone = process.env.TZ;
afterAll(() => {
  process.env.TZ = zone;
});

/** Every conversion, and every flag of numbers and texts. */
const FORMAT = [
  ..."aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%".split("").map((letter) => `%${letter}`),
  ..."-d _m 0e -j ^a #p ^B EY Od".split(" ").map((rest) => `%${rest}`),
].join("|");

/** The first and last days of years, which begin on different days of the week, and summer time. */
const TIMES = [
  ...[0, 1_000_000_000, 1_747_612_800, 1_743_296_399, 1_743_296_400, 1_761_440_400, 951_782_400],
  ...[2019, 2020, 2021, 2022, 2023, 2024].flatMap((year) => [
    Date.UTC(year, 0, 1, 6) / 1000,
    Date.UTC(year, 11, 31, 18) / 1000,
  ]),
];

test.each(["UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu"])(
  "times are those of date(1) in %s",
  (TZ) => {
    process.env.TZ = TZ;
    const format = parseTimeFormat(FORMAT);
    for (const time of TIMES) {
      const env = { ...process.env, LC_ALL: "C", TZ };
      const { stdout } = Bun.spawnSync(["date", "-d", `@${time}`, `+${FORMAT}`], { env });
      expect(`${format(time, 0)}\n`).toBe(stdout.toString());
    }
  },
);

test("%N has nanoseconds, and as many digits as named", () => {
  const format = (text: string) => parseTimeFormat(text)(1, 12_345_678);
  expect(format("%s.%N %3N %1N")).toBe("1.012345678 012 0");
});

test("each time is formatted anew", () => {
  const format = parseTimeFormat("%s.%3N");
  expect([format(1, 0), format(1, 5e6), format(2, 0)]).toEqual(["1.000", "1.005", "2.000"]);
});

test("an unknown conversion is an error that shows it", () => {
  for (const text of ["%F %Q", "%", "%5d", "%-"])
    expect(() => parseTimeFormat(text)).toThrow(TemplateError);
  expect(() => parseTimeFormat("%F %Q")).toThrow("%Q: no such conversion\n  %F %Q\n     ^");
});
