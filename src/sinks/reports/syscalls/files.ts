/** Aggregates calls by file: which actions, how often, and how many bytes. */
import type { SyscallEvent, SyscallSink } from "../../../events/syscall-event.ts";
import { errnoName } from "../../../kernel/errno.ts";
import { toEndpoint } from "../../../syscalls/address.ts";
import { byteTransfer, callGroup } from "./call-groups.ts";

/** How often an action was done, and its errors. */
interface ActionStats {
  calls: number;
  readonly errors: Map<string, number>;
}

export interface FileActivity {
  /** One character per byte. */
  readonly path: string;
  /** Peer or listening address of a socket. */
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

/** Calls with a socket address, and the index of that argument if it is not 1. */
const ADDRESS_CALLS = new Set(["connect", "bind", "sendto"]);
const ADDRESS_INDEX: Readonly<Record<string, number>> = { sendto: 4 };

function byPath(a: FileActivity, b: FileActivity): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

export class FileActivitySink implements SyscallSink {
  private readonly files = new Map<string, FileActivity>();
  private readonly order: FileOrder;
  private readonly onClose: (files: readonly FileActivity[]) => void;

  /** @param onClose called at the end with the files in the requested order */
  constructor(order: FileOrder, onClose: (files: readonly FileActivity[]) => void) {
    this.order = order;
    this.onClose = onClose;
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
    const action = callGroup(event.name);
    let stats = file.actions.get(action);
    if (!stats) {
      stats = { calls: 0, errors: new Map() };
      file.actions.set(action, stats);
    }
    file.calls++;
    stats.calls++;
    if (!event.failed) return;
    file.failed++;
    const error = errnoName(-Number(event.result));
    stats.errors.set(error, (stats.errors.get(error) ?? 0) + 1);
  }

  syscallExited(event: SyscallEvent): void {
    const paths = new Set(event.files.filter(({ via }) => via !== "directory").map((f) => f.path));
    // The opened path may be a link; the fd refers to the actual file.
    if (event.resultPath !== undefined) {
      for (const { path, via } of event.files) if (via === "name") paths.delete(path);
      paths.add(event.resultPath);
    }
    for (const path of paths) this.count(path, event);
    this.countBytes(event);
    this.recordAddress(event);
  }

  private countBytes({ name, args, failed, result }: SyscallEvent): void {
    const transfer = failed || result === null ? null : byteTransfer(name);
    if (!transfer) return;
    const at = (index: number | undefined) => {
      const value = index === undefined ? null : args[index];
      return value?.kind === "fd" && value.path !== undefined ? this.file(value.path) : null;
    };
    const [from, to] = [at(transfer.from), at(transfer.to)];
    if (from) from.read += Number(result);
    if (to) to.written += Number(result);
  }

  /** Sockets have no path; their address identifies them. */
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
