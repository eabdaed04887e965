/** Passes on events with the login session of their process and the name of the machine. */
import { hostName, LoginSessions } from "../../attribution/login-sessions.ts";
import type { Sink } from "../../core/sink.ts";
import type { LoginSession } from "../../events/login-session.ts";
import type { ProcessInfo } from "../../events/process-info.ts";
import type { WatchEvent } from "../../events/watch-event.ts";

export class LoginSink implements Sink<WatchEvent> {
  private readonly sink: Sink<WatchEvent>;
  private readonly sessions = new LoginSessions();
  private readonly host = hostName();
  /** Most events are of the process of the event before. */
  private lastProcess: ProcessInfo | null = null;
  private lastLogin: LoginSession | null = null;

  constructor(sink: Sink<WatchEvent>) {
    this.sink = sink;
  }

  get delivered(): number {
    return this.sink.delivered;
  }

  write(event: WatchEvent): void {
    const { processInfo } = event;
    if (processInfo !== this.lastProcess) {
      this.lastProcess = processInfo;
      this.lastLogin = this.sessions.of(processInfo);
    }
    event.login = this.lastLogin;
    event.host = this.host;
    this.sink.write(event);
  }

  flush(): void {
    this.sink.flush();
  }

  close(): void {
    this.sink.close();
  }
}
