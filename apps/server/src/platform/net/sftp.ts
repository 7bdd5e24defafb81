import { createHash } from "node:crypto";
import { Client, type ConnectConfig, type SFTPWrapper, type Stats } from "ssh2";
import { coded } from "../errors.ts";
import type { Net } from "../ports.ts";

export interface SftpFile {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  /** A private key in OpenSSH's or PEM form, with its passphrase. */
  readonly key: { readonly text: string; readonly passphrase: string | null } | null;
  readonly path: string;
  /** The fingerprint of the server's key, as `SHA256:…`; null: whichever it is, which is told. */
  readonly hostKey: string | null;
}

export interface SftpDownload {
  /** As OpenSSH shows it: `SHA256:` and 43 letters. */
  readonly hostKey: string;
  /** Changes when the file does: its time and size. */
  readonly mark: string;
  /** The bytes; asked for only when they are wanted. */
  readonly body: () => AsyncIterable<Uint8Array>;
}

const CONNECT_MS = 15_000;

const hostKeyChanged = coded(
  "sftp.host_key_changed",
  502,
  (input: { host: string; was: string; now: string }) =>
    `${input.host} shows another key than before: ${input.now}, and before it was ${input.was}. Somebody may be in between. If its operator changed it, write the new fingerprint into the source.`,
);
const sftpSignIn = coded(
  "sftp.sign_in",
  502,
  (input: { host: string }) => `${input.host} refused the sign-in: the user, password or key is not right.`,
);
const sftpNoFile = coded("sftp.no_file", 502, (input: { path: string }) => `There is no file ${input.path} that this user may read.`);

/**
 * Looks at a file by SFTP through the net port and hands it to `use`. The server must show the key it is known by: nothing is said to
 * another, not even who signs in.
 * @throws sftp.host_key_changed, sftp.sign_in, sftp.no_file, and what `use` throws
 */
export async function readSftp<T>(net: Net, file: SftpFile, use: (found: SftpDownload) => Promise<T>): Promise<T> {
  const socket = await net.connect({ host: file.host, port: file.port, tls: false, timeoutMs: CONNECT_MS, publicOnly: true });
  const client = new Client();
  try {
    const { sftp, hostKey } = await open(client, file, { sock: socket as NonNullable<ConnectConfig["sock"]> });
    const stats = await statOf(sftp, file.path);
    return await use({ hostKey, mark: `${stats.mtime} ${stats.size}`, body: () => heard(sftp.createReadStream(file.path)) });
  } finally {
    client.destroy();
    socket.destroy();
  }
}

function open(client: Client, file: SftpFile, over: Pick<ConnectConfig, "sock">): Promise<{ sftp: SFTPWrapper; hostKey: string }> {
  let hostKey = "";
  return new Promise((resolve, reject) => {
    client.on("error", (error: Error & { level?: string }) => {
      if (hostKey !== "" && file.hostKey !== null && hostKey !== file.hostKey)
        reject(hostKeyChanged({ host: file.host, was: file.hostKey, now: hostKey }));
      else reject(error.level === "client-authentication" ? sftpSignIn({ host: file.host }, { cause: error }) : error);
    });
    client.on("close", () => reject(Object.assign(new Error("The server closed the connection"), { code: "ECONNRESET" })));
    client.on("ready", () => client.sftp((error, sftp) => (error ? reject(error) : resolve({ sftp: heard(sftp), hostKey }))));
    client.connect({
      ...over,
      username: file.user,
      readyTimeout: CONNECT_MS,
      ...(file.password !== null && { password: file.password }),
      ...(file.key && { privateKey: file.key.text, ...(file.key.passphrase !== null && { passphrase: file.key.passphrase }) }),
      hostVerifier: (key: Buffer) => {
        hostKey = `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
        return file.hostKey === null || file.hostKey === hostKey;
      },
    });
  });
}

/** What is still asked when the connection is let go of fails, and nobody waits for it: unheard, it would end the process. */
function heard<T extends { on(event: "error", hear: () => void): unknown }>(emitter: T): T {
  emitter.on("error", () => undefined);
  return emitter;
}

const statOf = (sftp: SFTPWrapper, path: string): Promise<Stats> =>
  new Promise((resolve, reject) => {
    sftp.stat(path, (error, stats) => (error || !stats.isFile() ? reject(sftpNoFile({ path }, { cause: error })) : resolve(stats)));
  });
