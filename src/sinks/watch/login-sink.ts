/** Passes on events with the login session of their process and the name of the machine. */
import { hostName, LoginSessions } from "../../attribution/login-sessions.ts";
import type { Sink } from "../../core/sink.ts";
import type { WatchEvent } from "../../events/watch-event.ts";

export class LoginSink implements Sink<WatchEvent> {
  private readonly sink: Sink<WatchEvent>;
  private readonly sessions = new LoginSessions();
  private readonly host = hostName();

  constructor(sink: Sink<WatchEvent>) {
    this.sink = sink;
  }

  get delivered(): number {
    return this.sink.delivered;
  }

  write(event: WatchEvent): void {
    event.login = this.sessions.of(event.processInfo);
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
