/** Sends an entry with a value of SIZE bytes to the journal: bun send-to-journal.ts SIZE. */
import { DatagramQueue } from "../../../src/daemon/datagram-queue.ts";
import { JOURNAL_SOCKET } from "../../../src/sinks/watch/system-log/journal.ts";

const queue = new DatagramQueue(JOURNAL_SOCKET, true);
const value = "x".repeat(Number(process.argv[2]));
queue.send(Buffer.from(`SYSLOG_IDENTIFIER=trace\nMESSAGE=large\nTRACE_VALUE=${value}\n`));
queue.flush();
process.exit(queue.sent === 1 ? 0 : 1);
