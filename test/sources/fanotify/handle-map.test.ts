/** The map from handles to values, compared with a Map from strings. */
import { expect, test } from "bun:test";
import { HandleMap } from "../../../src/sources/fanotify/handle-map.ts";
import { Random } from "../../random.ts";

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

test("a key of any length finds the last value set, at any offset", () => {
  const random = new Random(1);
  const map = new HandleMap<number>();
  const expected = new Map<string, number>();
  // Few different bytes and lengths, so that keys repeat and share prefixes.
  const keys = Array.from({ length: 3000 }, () =>
    random.bytes(random.below(20)).map((byte) => byte & 3),
  );
  for (let round = 0; round < 20_000; round++) {
    const key = random.pick(keys);
    const before = random.below(5);
    const bytes = new Uint8Array([...random.bytes(before), ...key, ...random.bytes(3)]);
    expect(map.get(view(bytes), before, key.length)).toBe(expected.get(key.join())!);
    if (random.below(2)) {
      map.set(view(bytes), before, key.length, round);
      expected.set(key.join(), round);
    }
  }
  expect(map.size).toBe(expected.size);
  expect([...map.values()].sort()).toEqual([...expected.values()].sort());
});

test("entries that are not retained are removed, the others are found", () => {
  const map = new HandleMap<number>();
  const key = (number: number) => view(new Uint8Array(Uint32Array.of(number).buffer));
  for (let number = 0; number < 10_000; number++) map.set(key(number), 0, 4, number);
  map.retain((value) => value % 3 === 0);
  for (let number = 0; number < 10_000; number++)
    expect(map.get(key(number), 0, 4)).toBe(number % 3 === 0 ? number : undefined!);
  expect(map.size).toBe(3334);
});
