/** Decodes calls on the fds of another process: pidfd_getfd(2). */
import { integer } from "../value.ts";
import { fd, fdValue } from "./arguments.ts";
import { type ArgumentDecoder, onEntry } from "./call.ts";

/** An fd of the process that the first argument refers to. */
const targetFd = onEntry((call, index) => {
  const number = call.int(index);
  const process = call.pidfdTarget?.(call.int(0));
  return process === undefined ? { kind: "fd", fd: number } : fdValue(call, number, process);
});

const flags = onEntry((call, index) => integer(call.uint(index), "hex"));

export const PIDFD_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  pidfd_getfd: [fd, targetFd, flags],
};
