/**
 * Datagrams of the process connector, random or mutated from test/fixtures/procs. Each parses to
 * events or throws a documented error, never both, and to no more events than fit. `make fuzz` runs
 * more than a million; see rounds.ts.
 */
import { test } from "bun:test";
import { matchesEventMask } from "../../src/kernel/cn-proc.ts";
import { CN_MSG, CN_MSG_SIZE } from "../../src/kernel/connector.ts";
import { NLMSG_HDRLEN, NLMSGHDR, netlinkMessages } from "../../src/kernel/netlink.ts";
import { ProcEventView } from "../../src/kernel/proc-event.ts";
import { TruncatedError } from "../../src/kernel/truncated-error.ts";
import { type ProcEvent, toProcEvent } from "../../src/sources/proc-connector/event-object.ts";
import { DATAGRAMS, datagram } from "../fixtures/procs/procs.ts";
import { fuzzMessages } from "./messages.ts";
import { rounds } from "./rounds.ts";

/** The minimum size of a message. */
const MIN_MESSAGE_SIZE = NLMSG_HDRLEN;

/** Returns the events of a buffer and the number of errors; an error skips only its message. */
function read(bytes: Uint8Array): { events: ProcEvent[]; messages: number; errors: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const event = new ProcEventView();
  const result = { events: [] as ProcEvent[], messages: 0, errors: 0 };
  const countErrors = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof TruncatedError)) throw error;
      result.errors++;
    }
  };
  countErrors(() => {
    for (const message of netlinkMessages(view, 0, bytes.length)) {
      result.messages++;
      const before = result.events.length + result.errors;
      countErrors(() => {
        if (event.moveTo(view, message)) result.events.push(toProcEvent(event));
      });
      if (result.events.length + result.errors > before + 1) throw new Error("event and error");
      if (event.end > bytes.length) throw new RangeError(`an event to ${event.end}`);
    }
  });
  return result;
}

/** Throws unless each field of the event has a value of its type. */
function check(event: ProcEvent): void {
  if (typeof event.timestampNs !== "bigint") throw new TypeError("timestampNs");
  for (const [field, value] of Object.entries(event))
    if (value === undefined) throw new TypeError(`${event.name} without ${field}`);
  if (event.name === "exit" && (event.exitCode === null) === (event.signal === null))
    throw new TypeError(`a code and a signal, or neither: ${event.status}`);
  if (event.name === "comm" && (event.comm.length > 16 || event.comm.includes(0)))
    throw new TypeError("comm");
}

function readAndCheck(bytes: Uint8Array): number {
  const { events, messages, errors } = read(bytes);
  if (messages > bytes.length / MIN_MESSAGE_SIZE) throw new RangeError(`${messages} messages`);
  if (bytes.length > 0 && messages + errors === 0) throw new Error("neither message nor error");
  for (const event of events) check(event);
  return events.length;
}

fuzzMessages({
  message: "datagram",
  corpus: DATAGRAMS.map(datagram),
  check: readAndCheck,
  repair(bytes, random) {
    const view = new DataView(bytes.buffer);
    if (bytes.length < NLMSG_HDRLEN + CN_MSG_SIZE) return bytes;
    view.setUint32(NLMSGHDR.len, bytes.length, true);
    const length = bytes.length - NLMSG_HDRLEN - CN_MSG_SIZE;
    if (random.below(2)) view.setUint16(NLMSG_HDRLEN + CN_MSG.len, length, true);
    view.setBigUint64(NLMSG_HDRLEN, 0x1_0000_0001n, true);
    return bytes;
  },
  scatterLengths(bytes, random) {
    for (let at = 0; at + 4 <= bytes.length; at += 4 * (1 + random.below(20)))
      if (random.below(2)) bytes.set([random.pick([0, 1, 16, 20, 36, 76, 255]), 0, 0, 0], at);
  },
  repaired: { mutated: 2, random: 2 },
  minEvents: 2000,
});

test("a mask matches every event whose bit it has", () => {
  rounds(2000, (random) => {
    const mask = random.below(2 ** 32);
    const what = random.below(2) ? 2 ** random.below(32) : random.below(2 ** 32);
    const wanted = matchesEventMask(mask, what, null);
    if ((mask & what) !== 0 && !wanted) throw new Error(`${mask} ${what}`);
  });
});
