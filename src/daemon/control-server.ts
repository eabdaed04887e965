/**
 * The control socket of a daemon: unix(7). A client sends one line of JSON and
 * gets one. Nothing here blocks: a client that stalls is dropped after a while.
 */

import { rmSync } from "node:fs";
import { SystemError } from "../ffi/errno.ts";
import { close, Epoll } from "../ffi/fd.ts";
import { allocate } from "../ffi/memory.ts";
import { acceptConnection, listenAt, peerUid, receive, sendSome } from "../ffi/unix-socket.ts";

/** The longest request in bytes. */
export const MAX_REQUEST = 64 << 10;
const MAX_CONNECTIONS = 8;
/** How long a connection may take until its answer is sent. */
const CONNECTION_MS = 5_000;
const BACKLOG = 8;
const CHUNK = 64 << 10;
const NEWLINE = 0x0a;
const SOCKET_UMASK = 0o177;

interface Connection {
  readonly fd: number;
  /** By performance.now(). */
  readonly deadline: number;
  /** Null once the answer is known. */
  request: Buffer | null;
  /** What is still to be sent. */
  answer: Buffer;
}

/** Returns the answer to a request, which is parsed JSON of any shape. */
export type Answerer = (request: unknown) => object;

export class ControlServer {
  /** Readable if a client has to be served. */
  readonly fd: number;
  private readonly path: string;
  private readonly epoll = new Epoll();
  private readonly listener: number;
  private readonly answerer: Answerer;
  private readonly chunk = allocate(CHUNK);
  private readonly uid = process.geteuid?.() ?? 0;
  private connections: Connection[] = [];

  /**
   * Replaces a socket that a daemon with the same pid has left.
   * @throws SystemError that names the path
   */
  constructor(path: string, answerer: Answerer) {
    this.path = path;
    this.answerer = answerer;
    this.fd = this.epoll.fd;
    rmSync(path, { force: true });
    const umask = process.umask(SOCKET_UMASK);
    try {
      this.listener = listenAt(path, BACKLOG);
    } finally {
      process.umask(umask);
    }
    this.epoll.add(this.listener);
  }

  /** Serves the clients without waiting for them. Call it often. */
  poll(): void {
    if (this.connections.length === 0 && !this.epoll.wait(0)) return;
    for (;;) {
      const fd = acceptConnection(this.listener);
      if (fd < 0) break;
      this.add(fd);
    }
    this.connections = this.connections.filter((connection) => this.serve(connection));
  }

  private add(fd: number): void {
    const uid = peerUid(fd);
    if (this.connections.length >= MAX_CONNECTIONS || (uid !== this.uid && uid !== 0)) {
      close(fd);
      return;
    }
    const deadline = performance.now() + CONNECTION_MS;
    this.connections.push({ fd, deadline, request: Buffer.alloc(0), answer: Buffer.alloc(0) });
    this.epoll.add(fd);
  }

  /** @returns false if the connection has ended; it is closed then */
  private serve(connection: Connection): boolean {
    let isOpen = false;
    try {
      isOpen = performance.now() < connection.deadline && this.proceed(connection);
    } catch (error) {
      // The client has gone.
      if (!(error instanceof SystemError)) throw error;
    }
    if (!isOpen) close(connection.fd);
    return isOpen;
  }

  private proceed(connection: Connection): boolean {
    if (connection.request && !this.receive(connection)) return false;
    return connection.request !== null || this.send(connection);
  }

  /** @returns false if no request can come any more */
  private receive(connection: Connection): boolean {
    const length = receive(connection.fd, this.chunk);
    if (length < 0) return true;
    if (length === 0) return false;
    const received = this.chunk.bytes.subarray(0, length);
    const request = Buffer.concat([connection.request!, received]);
    const end = request.indexOf(NEWLINE);
    connection.request = request;
    if (end >= 0) this.accept(connection, this.answerTo(request.toString("utf8", 0, end)));
    else if (request.length > MAX_REQUEST)
      this.accept(connection, { error: `the request has more than ${MAX_REQUEST} bytes` });
    return true;
  }

  private answerTo(text: string): object {
    let request: unknown;
    try {
      request = JSON.parse(text);
    } catch {
      return { error: "the request is not JSON" };
    }
    return this.answerer(request);
  }

  private accept(connection: Connection, answer: object): void {
    connection.request = null;
    connection.answer = Buffer.from(`${JSON.stringify(answer)}\n`);
  }

  /** Sends what fits. @returns false if everything is sent */
  private send(connection: Connection): boolean {
    const { answer } = connection;
    const length = Math.min(answer.length, CHUNK);
    this.chunk.bytes.set(answer.subarray(0, length));
    const sent = sendSome(connection.fd, this.chunk, length);
    if (sent > 0) connection.answer = answer.subarray(sent);
    return connection.answer.length > 0;
  }

  /** Removes the socket. */
  close(): void {
    for (const { fd } of this.connections) close(fd);
    close(this.listener);
    close(this.epoll.fd);
    rmSync(this.path, { force: true });
  }
}
