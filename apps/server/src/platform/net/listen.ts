import { createServer } from "node:net";

/**
 * Opens the port for an instant and closes it: said before the database starts and the demo is loaded, not a minute after.
 * @throws what `listen` throws (EADDRINUSE, EACCES, EADDRNOTAVAIL)
 */
export function mayListen(at: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen({ host: at.host, port: at.port, exclusive: true }, () => probe.close(() => resolve()));
  });
}
