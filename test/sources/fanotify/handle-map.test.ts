/** The map from handles to values, beside one from strings. */
import { expect, test } from "bun:test";
import { HandleMap } from "../../../src/sources/fanotify/handle-map.ts";
import { Random } from "../../random.ts";

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

test("keys of any length find what was set last, wherever they stand", () => {
  const random = new Random(1);
  const table = new HandleMap<number>();
  const beside = new Map<string, number>();
  // Few different bytes and lengths, so that keys come again and begin alike.
  const keys = Array.from({ length: 3000 }, () =>
    random.bytes(random.below(20)).map((byte) => byte & 3),
  );
  for (let round = 0; round < 20_000; round++) {
    const key = random.pick(keys);
    const before = random.below(5);
    const bytes = new Uint8Array([...random.bytes(before), ...key, ...random.bytes(3)]);
    expect(table.get(view(bytes), before, key.length)).toBe(beside.get(key.join())!);
    if (random.below(2)) {
      table.set(view(bytes), before, key.length, round);
      beside.set(key.join(), round);
    }
  }
  expect(table.size).toBe(beside.size);
  expect([...table.values()].sort()).toEqual([...beside.values()].sort());
});

test("what is not kept is forgotten, the rest is found", () => {
  const table = new HandleMap<number>();
  const key = (number: number) => view(new Uint8Array(Uint32Array.of(number).buffer));
  for (let number = 0; number < 10_000; number++) table.set(key(number), 0, 4, number);
  table.retain((value) => value % 3 === 0);
  for (let number = 0; number < 10_000; number++)
    expect(table.get(key(number), 0, 4)).toBe(number % 3 === 0 ? number : undefined!);
  expect(table.size).toBe(3334);
});
