/** Renders events in a format into memory. */

import type { Output } from "../../src/core/sink.ts";
import type { Column } from "../../src/events/column.ts";
import type { Format } from "../../src/sinks/formats/format.ts";

/** An output that stores what is written. */
export class Collected implements Output {
  private readonly parts: Uint8Array[] = [];

  write(bytes: Uint8Array, length: number): void {
    this.parts.push(bytes.slice(0, length));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  get text(): string {
    return this.bytes.toString();
  }
}

/** A disk of limited size that rejects a write if it does not fit. */
export class LimitedOutput implements Output {
  bytes = Buffer.alloc(0);
  limit: number;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.limit = limit;
  }

  write(bytes: Uint8Array, length: number): void {
    if (this.bytes.length + length > this.limit) throw new Error("ENOSPC");
    this.bytes = Buffer.concat([this.bytes, bytes.subarray(0, length)]);
  }

  retract(length: number): boolean {
    this.bytes = this.bytes.subarray(0, this.bytes.length - length);
    return true;
  }

  get text(): string {
    return this.bytes.toString();
  }
}

/** Returns a whole document with these events; on a terminal with colours. */
export function render<E>(
  format: Format,
  columns: readonly Column<E>[],
  events: readonly E[],
  terminal = false,
  named = false,
): Buffer {
  const output = new Collected();
  const sink = format({ columns, output, terminal, colours: terminal, named });
  for (const event of events) sink.write(event);
  sink.close();
  return output.bytes;
}
