/** Calls by the file that they concern: what was done with it, how often, and how many bytes. */
import type { SyscallEvent, SyscallSink } from "../../../events/syscall-event.ts";
import { errnoName } from "../../../kernel/errno.ts";
import { toEndpoint } from "../../../syscalls/address.ts";
import { byteTransfer, callGroup } from "./call-groups.ts";

/** How often something was done, and what went wrong. */
interface ActionStats {
  calls: number;
  readonly errors: Map<string, number>;
}

export interface FileActivity {
  /** One character a byte. */
  readonly path: string;
  /** Of a socket: whom it talks to, or where it listens. */
  address: string | null;
  calls: number;
  failed: number;
  read: number;
  written: number;
  readonly actions: Map<string, ActionStats>;
}

export type FileOrder = "bytes" | "calls" | "path";
export const FILE_ORDERS: readonly FileOrder[] = ["bytes", "calls", "path"];

const COMPARATORS: Readonly<Record<FileOrder, (a: FileActivity, b: FileActivity) => number>> = {
  bytes: (a, b) => b.read + b.written - a.read - a.written || b.calls - a.calls,
  calls: (a, b) => b.calls - a.calls,
  path: () => 0,
};

/** Calls that say an address of a socket, and where it stands among their arguments. */
const ADDRESS_CALLS = new Set(["connect", "bind", "sendto"]);
const ADDRESS_INDEX: Readonly<Record<string, number>> = { sendto: 4 };

function byPath(a: FileActivity, b: FileActivity): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

export class FileActivitySink implements SyscallSink {
  private readonly files = new Map<string, FileActivity>();
  private readonly order: FileOrder;
  private readonly onClose: (files: readonly FileActivity[]) => void;

  /** @param finish what is done with them at the end, in the order that was asked for */
  constructor(order: FileOrder, finish: (files: readonly FileActivity[]) => void) {
    this.order = order;
    this.onClose = finish;
  }

  private file(path: string): FileActivity {
    let file = this.files.get(path);
    if (!file) {
      file = { path, address: null, calls: 0, failed: 0, read: 0, written: 0, actions: new Map() };
      this.files.set(path, file);
    }
    return file;
  }

  private count(path: string, event: SyscallEvent): void {
    const file = this.file(path);
    const what = callGroup(event.name);
    let done = file.actions.get(what);
    if (!done) {
      done = { calls: 0, errors: new Map() };
      file.actions.set(what, done);
    }
    file.calls++;
    done.calls++;
    if (!event.failed) return;
    file.failed++;
    const error = errnoName(-Number(event.result));
    done.errors.set(error, (done.errors.get(error) ?? 0) + 1);
  }

  syscallExited(event: SyscallEvent): void {
    const paths = new Set(event.files.filter(({ via }) => via !== "directory").map((f) => f.path));
    // The name that was opened may be a link: what the fd leads to is the file.
    if (event.resultPath !== undefined) {
      for (const { path, via: as } of event.files) if (as === "name") paths.delete(path);
      paths.add(event.resultPath);
    }
    for (const path of paths) this.count(path, event);
    this.countBytes(event);
    this.recordAddress(event);
  }

  private countBytes({ name, args, failed, result }: SyscallEvent): void {
    const moved = failed || result === null ? null : byteTransfer(name);
    if (!moved) return;
    const at = (index: number | undefined) => {
      const value = index === undefined ? null : args[index];
      return value?.kind === "fd" && value.path !== undefined ? this.file(value.path) : null;
    };
    const [from, to] = [at(moved.from), at(moved.to)];
    if (from) from.read += Number(result);
    if (to) to.written += Number(result);
  }

  /** Sockets have no names: they are told by whom they talk to. */
  private recordAddress({ name, args, failed, resultPath }: SyscallEvent): void {
    if (failed && name !== "connect") return;
    const [fd] = args;
    const accepted = /^accept4?$/.test(name);
    const path = accepted ? resultPath : fd?.kind === "fd" ? fd.path : undefined;
    const address =
      accepted || ADDRESS_CALLS.has(name) ? toEndpoint(args[ADDRESS_INDEX[name] ?? 1]) : null;
    if (path === undefined || address === null) return;
    const file = this.file(path);
    if (name !== "bind" || file.address === null) file.address = address.text;
  }

  close(): void {
    const compare = COMPARATORS[this.order];
    this.onClose([...this.files.values()].sort((a, b) => compare(a, b) || byPath(a, b)));
  }
}
