/** The thread that sends events to a receiver of OTLP: an entry of its own in the executable. */
import type { User } from "../../../process/user.ts";
import { SpoolDirectory } from "../../../storage/spool/directory.ts";
import type { Receiver } from "./post.ts";
import type { Origin } from "./request.ts";
import { Sender } from "./sender.ts";
import { SenderState } from "./shared.ts";

/** What the thread begins with. */
export interface SenderStart {
  readonly memory: SharedArrayBuffer;
  /** The open directory: threads share file descriptors. */
  readonly spool: { readonly fd: number; readonly path: string; readonly user: User | null };
  readonly receiver: Receiver;
  readonly origin: Origin;
}

declare const self: { onmessage: (event: MessageEvent<SenderStart>) => void };

self.onmessage = ({ data: { memory, spool, receiver, origin } }) => {
  const directory = new SpoolDirectory(spool.fd, spool.path, spool.user);
  const state = new SenderState(memory);
  new Sender(directory, receiver, origin, state).run().catch((error: unknown) => {
    state.setProblem(String(error), true);
    state.finish();
  });
};
