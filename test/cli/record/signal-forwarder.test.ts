/** What signals to trace mean for the command that runs under it. */
import { describe, expect, test } from "bun:test";
import { SignalForwarder } from "../../../src/cli/record/signal-forwarder.ts";
import * as sig from "../../../src/kernel/signal.ts";

const CHILD = 77;
const SOMEBODY = 1000;
const SI_KERNEL = 0x80;
const SI_QUEUE = -1;

const PASSED = [
  ...[sig.SIGHUP, sig.SIGINT, sig.SIGQUIT, sig.SIGUSR1, sig.SIGUSR2, sig.SIGTERM, sig.SIGCONT],
];

const from = (pid: number, number: number, code = sig.SI_USER) => ({ number, code, pid });
const fromTerminal = (number: number) => from(0, number, SI_KERNEL);

/** A policy for a command, with what the command was sent and trace was stopped by. */
function policy(child: { stopped?: boolean } = {}) {
  const sent: number[] = [];
  const stops: number[] = [];
  const signals = new SignalForwarder(
    {
      pid: CHILD,
      kill: (signal) => void sent.push(signal),
      wasStopped: () => child.stopped ?? false,
    },
    (signal) => void stops.push(signal),
  );
  return { signals, sent, stops };
}

describe("a signal that is for the command", () => {
  test.each(PASSED.map((number) => [sig.signalName(number), number] as const))(
    "is passed on where somebody sent it: %s",
    (_, number) => {
      const { signals, sent } = policy();
      signals.forward([from(SOMEBODY, number)]);
      signals.forward([from(SOMEBODY, number, SI_QUEUE)]);
      expect(sent).toEqual([number, number]);
    },
  );

  test.each(PASSED.map((number) => [sig.signalName(number), number] as const))(
    "is not sent back where the command sent it: %s",
    (_, number) => {
      const { signals, sent } = policy();
      signals.forward([from(CHILD, number), from(SOMEBODY, sig.SIGTERM), from(CHILD, number)]);
      expect(sent).toEqual([sig.SIGTERM]);
    },
  );

  test.each(PASSED.map((number) => [sig.signalName(number), number] as const))(
    "is not sent twice where the terminal sent it: %s",
    (_, number) => {
      const { signals, sent } = policy();
      signals.forward([fromTerminal(number)]);
      expect(sent).toEqual([]);
    },
  );

  test("is one that trace catches", () => {
    expect(SignalForwarder.caughtSignals).toEqual(expect.arrayContaining(PASSED));
  });
});

test("a signal about the command, or to stop trace, is not passed on", () => {
  const { signals, sent } = policy();
  signals.forward([from(SOMEBODY, sig.SIGCHLD), from(SOMEBODY, sig.SIGTSTP)]);
  expect(sent).toEqual([]);
});

describe("the recording ends before the command", () => {
  test("at the second SIGINT, wherever that comes from", () => {
    const { signals } = policy();
    expect(signals.interruptedTwice).toBe(false);
    signals.forward([from(SOMEBODY, sig.SIGINT)]);
    expect(signals.interruptedTwice).toBe(false);
    signals.forward([fromTerminal(sig.SIGINT)]);
    expect(signals.interruptedTwice).toBe(true);
  });

  test("at no other signal", () => {
    const { signals } = policy();
    for (let round = 0; round < 3; round++)
      signals.forward([from(SOMEBODY, sig.SIGTERM), from(SOMEBODY, sig.SIGQUIT)]);
    expect(signals.interruptedTwice).toBe(false);
  });
});

describe("trace stops", () => {
  test("with the command", () => {
    const { signals, stops } = policy({ stopped: true });
    signals.forward([from(CHILD, sig.SIGCHLD)]);
    expect(stops).toEqual([sig.SIGSTOP]);
  });

  test("by the terminal's SIGTSTP, once", () => {
    const { signals, stops } = policy({ stopped: true });
    signals.forward([fromTerminal(sig.SIGTSTP), from(CHILD, sig.SIGCHLD)]);
    expect(stops).toEqual([sig.SIGTSTP]);
  });

  test("not where the command is told to go on at the same time", () => {
    const { signals, sent, stops } = policy({ stopped: true });
    signals.forward([from(CHILD, sig.SIGCHLD), from(SOMEBODY, sig.SIGCONT)]);
    expect([sent, stops]).toEqual([[sig.SIGCONT], []]);
  });

  test("not while the command runs", () => {
    const { signals, stops } = policy();
    signals.forward([from(CHILD, sig.SIGCHLD)]);
    expect(stops).toEqual([]);
  });
});
