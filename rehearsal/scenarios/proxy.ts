import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy in front of a host: adds round-trip time, counts connections, and
 * cuts or freezes them. What was sent arrives in order, half the round-trip time
 * later.
 */
export class Proxy {
  /** Connections accepted so far. */
  connections = 0;
  /** Bytes that went to the host so far. */
  bytesToHost = 0;
  private frozen = false;
  private cutAfter = Infinity;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(
    private readonly target: { readonly host: string; readonly port: number },
    /** Round-trip time that is added, in milliseconds. */
    private readonly roundTrip: number,
  ) {
    this.server = createServer((client) => {
      this.accept(client);
    });
  }

  /** Listen on a free port of 127.0.0.1. */
  static async to(host: string, port: number, roundTrip = 0): Promise<Proxy> {
    const proxy = new Proxy({ host, port }, roundTrip);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  /** Close every connection as soon as that many bytes in all have gone to the host; once. */
  cutAfterBytes(bytes: number): void {
    this.cutAfter = this.bytesToHost + bytes;
  }

  /** Close every connection now. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** From now on nothing passes, and nothing is closed: a network that is gone without a word. */
  freeze(): void {
    this.frozen = true;
  }

  close(): void {
    this.server.close();
    this.cut();
  }

  private accept(client: Socket): void {
    this.connections += 1;
    const host = connect(this.target);
    this.join(client, host, (bytes) => {
      this.bytesToHost += bytes;
      if (this.bytesToHost < this.cutAfter) return;
      this.cutAfter = Infinity;
      this.cut();
    });
    this.join(host, client, () => undefined);
  }

  private join(from: Socket, to: Socket, count: (bytes: number) => void): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    const later = (act: () => void) => {
      if (this.roundTrip === 0) act();
      else setTimeout(act, this.roundTrip / 2);
    };
    from.on('data', (chunk: Buffer) => {
      count(chunk.length);
      if (this.frozen) return;
      later(() => {
        if (to.destroyed || to.write(chunk) || from.isPaused()) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    });
    from.on('end', () => {
      if (!this.frozen) later(() => to.end());
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      if (!this.frozen) later(() => to.destroy());
    });
  }
}
