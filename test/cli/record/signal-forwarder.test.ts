/** The handling of signals to trace while a command runs under it. */
import { describe, expect, test } from "bun:test";
import { SignalForwarder } from "../../../src/cli/record/signal-forwarder.ts";
import * as sig from "../../../src/kernel/signal.ts";

const CHILD = 77;
const OTHER_PROCESS = 1000;
const SI_KERNEL = 0x80;
const SI_QUEUE = -1;

const FIRST_USABLE_RT = 34;

const FORWARDED = [
  ...[sig.SIGHUP, sig.SIGINT, sig.SIGQUIT, sig.SIGUSR1, sig.SIGUSR2, sig.SIGTERM, sig.SIGCONT],
  ...[sig.SIGALRM, sig.SIGABRT, sig.SIGTSTP, sig.SIGWINCH, sig.SIGIO, sig.SIGPROF, sig.SIGXCPU],
  ...[FIRST_USABLE_RT, sig.MAX_SIGNAL],
];

const from = (pid: number, number: number, code = sig.SI_USER) => ({ number, code, pid });
const fromTerminal = (number: number) => from(0, number, SI_KERNEL);

/** Returns a forwarder with the signals that it sent to the command and those that stopped trace. */
function createForwarder(child: { stoppedBy?: number } = {}) {
  const sent: number[] = [];
  const stops: number[] = [];
  const signals = new SignalForwarder(
    {
      pid: CHILD,
      kill: (signal) => void sent.push(signal),
      stopSignal: () => child.stoppedBy ?? 0,
    },
    (signal) => void stops.push(signal),
  );
  return { signals, sent, stops };
}

describe("a signal for the command", () => {
  test.each(FORWARDED.map((number) => [sig.signalName(number), number] as const))(
    "is forwarded if another process sent it: %s",
    (_, number) => {
      const { signals, sent } = createForwarder();
      signals.forward([from(OTHER_PROCESS, number)]);
      signals.forward([from(OTHER_PROCESS, number, SI_QUEUE)]);
      expect(sent).toEqual([number, number]);
    },
  );

  test.each(FORWARDED.map((number) => [sig.signalName(number), number] as const))(
    "is not sent back if the command sent it: %s",
    (_, number) => {
      const { signals, sent } = createForwarder();
      signals.forward([from(CHILD, number), from(OTHER_PROCESS, sig.SIGTERM), from(CHILD, number)]);
      expect(sent).toEqual([sig.SIGTERM]);
    },
  );

  test.each(FORWARDED.map((number) => [sig.signalName(number), number] as const))(
    "is not sent twice if the terminal sent it: %s",
    (_, number) => {
      const { signals, sent } = createForwarder();
      signals.forward([fromTerminal(number)]);
      expect(sent).toEqual([]);
    },
  );

  test("is caught by trace", () => {
    expect(SignalForwarder.caughtSignals).toEqual(expect.arrayContaining(FORWARDED));
  });
});

test("SIGCHLD is not forwarded", () => {
  const { signals, sent } = createForwarder();
  signals.forward([from(OTHER_PROCESS, sig.SIGCHLD)]);
  expect(sent).toEqual([]);
});

test("signals of faults, and those that the C library reserves, are not caught", () => {
  const [ILL, TRAP, BUS, FPE, SEGV, RESERVED] = [4, 5, 7, 8, 11, 33];
  for (const number of [ILL, TRAP, BUS, FPE, SEGV, RESERVED, sig.SIGSYS])
    expect(SignalForwarder.caughtSignals).not.toContain(number);
});

test("an attached trace ends by a signal only if a program does", () => {
  const { endingSignals } = SignalForwarder;
  expect(endingSignals).toEqual(expect.arrayContaining([sig.SIGTERM, sig.SIGIO, FIRST_USABLE_RT]));
  for (const number of [sig.SIGTSTP, sig.SIGWINCH, sig.SIGURG, sig.SIGCONT])
    expect(endingSignals).not.toContain(number);
});

describe("the recording ends before the command", () => {
  test("at the second SIGINT, from any sender", () => {
    const { signals } = createForwarder();
    expect(signals.interruptedTwice).toBe(false);
    signals.forward([from(OTHER_PROCESS, sig.SIGINT)]);
    expect(signals.interruptedTwice).toBe(false);
    signals.forward([fromTerminal(sig.SIGINT)]);
    expect(signals.interruptedTwice).toBe(true);
  });

  test("at no other signal", () => {
    const { signals } = createForwarder();
    for (let round = 0; round < 3; round++)
      signals.forward([from(OTHER_PROCESS, sig.SIGTERM), from(OTHER_PROCESS, sig.SIGQUIT)]);
    expect(signals.interruptedTwice).toBe(false);
  });
});

describe("trace stops", () => {
  test("with the command", () => {
    const { signals, stops } = createForwarder({ stoppedBy: sig.SIGSTOP });
    signals.forward([from(CHILD, sig.SIGCHLD)]);
    expect(stops).toEqual([sig.SIGSTOP]);
  });

  test("once by SIGTSTP from the terminal", () => {
    const { signals, stops } = createForwarder({ stoppedBy: sig.SIGSTOP });
    signals.forward([fromTerminal(sig.SIGTSTP), from(CHILD, sig.SIGCHLD)]);
    expect(stops).toEqual([sig.SIGTSTP]);
  });

  test("not by SIGTSTP from a process, which is the command's", () => {
    const { signals, stops } = createForwarder();
    signals.forward([from(OTHER_PROCESS, sig.SIGTSTP)]);
    expect(stops).toEqual([]);
  });

  test("but not if the command receives SIGCONT at the same time", () => {
    const { signals, sent, stops } = createForwarder({ stoppedBy: sig.SIGSTOP });
    signals.forward([from(CHILD, sig.SIGCHLD), from(OTHER_PROCESS, sig.SIGCONT)]);
    expect([sent, stops]).toEqual([[sig.SIGCONT], []]);
  });

  test("but not while the command runs", () => {
    const { signals, stops } = createForwarder();
    signals.forward([from(CHILD, sig.SIGCHLD)]);
    expect(stops).toEqual([]);
  });
});
