/** Fuzz tests that parsers of length-prefixed messages share: fanotify and the process connector. */
import { expect, test } from "bun:test";
import type { Random } from "../random.ts";
import { ROUNDS, rounds } from "./rounds.ts";

export interface MessageParser {
  /** The name of a message: "event", "datagram". */
  readonly message: string;
  /** Messages from a real kernel. */
  readonly corpus: readonly Uint8Array[];
  /** Parses a buffer, throws if something is wrong with an event, and returns the events' number. */
  check(bytes: Uint8Array): number;
  /** Repairs the lengths, so that mutations inside are reached. */
  repair(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer>;
  /** Writes plausible lengths to random bytes; otherwise parsing would end at the first. */
  scatterLengths(bytes: Uint8Array, random: Random): void;
  /** One in this many messages is not repaired. */
  readonly repaired: { readonly mutated: number; readonly random: number };
  /** The minimum number of events in a round of mutated messages. */
  readonly minEvents: number;
}

export function fuzzMessages(parser: MessageParser): void {
  const { message, corpus, repaired } = parser;

  test(`a mutated ${message} is an event or an error`, () => {
    let events = 0;
    rounds(20_000, (random) => {
      const mutated = random.changed(random.pick(corpus));
      events += parser.check(
        random.below(repaired.mutated) ? parser.repair(mutated, random) : mutated,
      );
    });
    expect(events).toBeGreaterThan(parser.minEvents * ROUNDS);
  });

  test(`concatenated, truncated and mutated ${message}s are read to an end`, () => {
    rounds(2000, (random) => {
      const parts = Array.from({ length: random.below(6) }, () =>
        random.below(3) ? random.pick(corpus) : random.changed(random.pick(corpus)),
      );
      parser.check(new Uint8Array(Buffer.concat(parts)));
    });
  });

  test("random bytes are read to an end", () => {
    rounds(5000, (random) => {
      const bytes = random.bytes(random.below(300));
      parser.scatterLengths(bytes, random);
      parser.check(random.below(repaired.random) ? parser.repair(bytes, random) : bytes);
    });
  });
}
