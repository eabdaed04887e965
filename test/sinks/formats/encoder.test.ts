import { expect, test } from "bun:test";
import { Literal } from "../../../src/sinks/formats/byte-buffer.ts";
import { Encoder } from "../../../src/sinks/formats/encoder.ts";
import { ByteSlice } from "../../../src/text/byte-slice.ts";
import { Collected } from "../collected.ts";
import { bytes, randomName, seeded } from "../names.ts";

/** Returns what is written into an encoder; its initial capacity of 1 tests every reservation. */
function encoded(write: (encoder: Encoder) => void, capacity = 1): string {
  const output = new Collected();
  const encoder = new Encoder(capacity);
  write(encoder);
  encoder.drainTo(output);
  return output.bytes.toString("latin1");
}

const integer = (value: number | bigint) => encoded((encoder) => encoder.integer(value));

test("an integer is written with all its digits around every power of ten and two", () => {
  const powers = [
    ...Array.from({ length: 16 }, (_, exponent) => 10 ** exponent),
    ...Array.from({ length: 53 }, (_, exponent) => 2 ** exponent),
  ];
  for (const power of powers) {
    for (const near of [power - 1, power, power + 1]) {
      expect(integer(near)).toBe(`${near}`);
      expect(integer(-near)).toBe(near === 0 ? "0" : `-${near}`);
      expect(integer(BigInt(near))).toBe(`${near}`);
    }
  }
});

test("an integer is written with all its digits around multiples of 10^9", () => {
  const random = seeded(1);
  for (let i = 0; i < 20_000; i++) {
    const value = Math.floor(random() * 9_007_199) * 1e9 + Math.floor(random() * 3) - 1;
    expect(integer(value)).toBe(`${value}`);
  }
});

test("a random integer of any length is written with all its digits", () => {
  const random = seeded(2);
  for (let i = 0; i < 20_000; i++) {
    const value = Math.floor((random() - 0.5) * 2 ** Math.ceil(random() * 54));
    expect(integer(value)).toBe(value === 0 ? "0" : `${value}`);
  }
});

test("integers that a double cannot hold are written in full", () => {
  expect(integer(2n ** 64n - 1n)).toBe("18446744073709551615");
  expect(integer(-(2n ** 63n))).toBe("-9223372036854775808");
  expect(integer(2 ** 60)).toBe("1152921504606846976");
});

test("a number that is no integer throws", () => {
  for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => integer(value)).toThrow(RangeError);
  }
});

test("a time has nine decimals", () => {
  const time = (seconds: number, nanoseconds: number) =>
    encoded((encoder) => encoder.time({ seconds, nanoseconds }));
  expect(time(0, 0)).toBe("0.000000000");
  expect(time(1_747_612_800, 1)).toBe("1747612800.000000001");
  expect(time(1_747_612_800, 999_999_999)).toBe("1747612800.999999999");
  expect(time(1, 120_034_005)).toBe("1.120034005");
  expect(time(2 ** 53 - 1, 10)).toBe("9007199254740991.000000010");
});

test("the nanoseconds of a time before the epoch count forward, as in a timespec", () => {
  const time = (seconds: number, nanoseconds: number) =>
    encoded((encoder) => encoder.time({ seconds, nanoseconds }));
  expect(time(-1, 0)).toBe("-1.000000000");
  expect(time(-1, 500_000_000)).toBe("-0.500000000");
  expect(time(-2, 999_999_999)).toBe("-1.000000001");
});

test("literals of every length are written without a gap", () => {
  for (let length = 0; length < 12; length++) {
    const text = "abcdefghijkl".slice(0, length);
    const literal = new Literal(text);
    const twice = encoded((encoder) => {
      encoder.literal(literal);
      encoder.literal(literal);
    });
    expect(twice).toBe(text + text);
  }
});

test("a name is encoded the same wherever it is in the borrowed memory", () => {
  const name = bytes('/some/longer name with "quotes", 日本 and ', 0xff, " bytes");
  const alone = {
    raw: encoded((encoder) => encoder.raw(new ByteSlice(name))),
    csv: encoded((encoder) => encoder.csv(new ByteSlice(name))),
    csvVisible: encoded((encoder) => encoder.csvVisible(new ByteSlice(name))),
    json: encoded((encoder) => encoder.json(new ByteSlice(name))),
  };
  for (let offset = 0; offset < 9; offset++) {
    const memory = new Uint8Array(name.length + 32).fill(0x22).subarray(offset);
    for (let start = 0; start < 9; start++) {
      memory.fill(0x22).set(name, start);
      const lent = new ByteSlice(memory, start, name.length);
      for (const [method, expected] of Object.entries(alone)) {
        expect(encoded((encoder) => encoder[method as keyof typeof alone](lent))).toBe(expected);
      }
    }
  }
});

test("names from different memories may alternate", () => {
  const one = new ByteSlice(bytes("the first of the two long names"));
  const other = new ByteSlice(bytes("the other of the two long names"));
  const both = encoded((encoder) => {
    for (const name of [one, other, one]) encoder.csv(name);
  });
  expect(both).toBe(
    '"the first of the two long names""the other of the two long names""the first of the two long names"',
  );
});

test("a name of any length fits, with the longest escape for each byte", () => {
  for (const length of [1, 15, 16, 17, 4095, 200_000, 1 << 20]) {
    for (const capacity of [1, 4096, 1 << 17]) {
      const written = (byte: number, method: "raw" | "csv" | "csvVisible" | "json") => {
        const name = new ByteSlice(new Uint8Array(length).fill(byte));
        return encoded((encoder) => encoder[method](name), capacity);
      };
      expect(written(0xff, "raw") === "\xff".repeat(length)).toBe(true);
      expect(written(0x22, "csv") === `"${'""'.repeat(length)}"`).toBe(true);
      expect(written(0xff, "csvVisible") === `"${"\\xff".repeat(length)}"`).toBe(true);
      expect(written(0xff, "json") === `"${"\\udcff".repeat(length)}"`).toBe(true);
    }
  }
});

test("the result does not depend on the capacity", () => {
  const random = seeded(3);
  for (let i = 0; i < 500; i++) {
    const name = new ByteSlice(randomName(random));
    const all = (encoder: Encoder) => {
      encoder.csv(name);
      encoder.csvVisible(name);
      encoder.json(name);
    };
    const roomy = encoded(all, 1 << 16);
    expect(encoded(all, 1 + Math.floor(random() * 64))).toBe(roomy);
  }
});

test("draining discards the bytes, also if the output throws", () => {
  const encoder = new Encoder(16);
  const full = {
    write() {
      throw new Error("ENOSPC");
    },
  };
  encoder.integer(1);
  expect(() => encoder.drainTo(full)).toThrow("ENOSPC");
  expect(encoder.length).toBe(0);
  encoder.drainTo(full);
});
