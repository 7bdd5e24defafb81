import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { freePort } from "./mariadb.ts";

const { Server, utils } = ssh2;
const PROGRAM = [process.env["RELANCE_SSHD"], "/usr/sbin/sshd"].find((one) => one !== undefined && existsSync(one));

/** Whether this machine has OpenSSH's server (Debian: openssh-server). */
export const hasSshd = PROGRAM !== undefined;

export interface SftpServer {
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  /** The folder where its files are. */
  readonly folder: string;
  /** Shows another key from now on. */
  changeKey(): void;
  stop(): Promise<void>;
}

const newKey = () => utils.generateKeyPairSync("ed25519");

/** A real sshd with a configuration of its own: one user, who signs in with a key. */
export async function startSshd(): Promise<SftpServer> {
  const folder = mkdtempSync(join(tmpdir(), "relance-sshd-"));
  const port = await freePort();
  const key = newKey();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write("host", `${newKey().private}\n`);
  write("authorized", `${key.public}\n`);
  write(
    "config",
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${folder}/host`,
      `AuthorizedKeysFile ${folder}/authorized`,
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin yes",
      "StrictModes no",
      "UsePAM no",
      "PidFile none",
      "Subsystem sftp internal-sftp",
    ].join("\n"),
  );
  const server = spawn(PROGRAM!, ["-D", "-e", "-f", join(folder, "config")], { stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    server.stderr.on("data", (piece: Buffer) => {
      if ((said += piece).includes("Server listening")) resolve();
    });
    server.once("exit", () => reject(new Error(said)));
  });
  return {
    port,
    folder,
    user: userInfo().username,
    privateKey: key.private,
    changeKey: () => {
      throw new Error("sshd keeps its key");
    },
    async stop() {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An SFTP server that any machine has: the other side of the same library. Users sign in with the password `a secret` or the key. */
export async function startSftp(): Promise<SftpServer> {
  const folder = mkdtempSync(join(tmpdir(), "relance-sftp-"));
  const key = newKey();
  const parsed = utils.parseKey(key.public) as ssh2.ParsedKey;
  let server = listen(newKey().private);
  const port = await started(server, 0);

  function listen(hostKey: string): ssh2.Server {
    return new Server({ hostKeys: [hostKey] }, (client) => {
      client.on("error", () => undefined);
      client.on("authentication", (given) => {
        if (given.method === "password" && given.password === "a secret") return given.accept();
        if (given.method === "publickey" && given.key.data.equals(parsed.getPublicSSH())) return given.accept();
        given.reject(["password", "publickey"]);
      });
      client.on("session", (accept) => accept().on("sftp", (open) => serve(open())));
    });
  }

  function serve(sftp: ssh2.SFTPWrapper): void {
    const { OK, EOF, NO_SUCH_FILE } = utils.sftp.STATUS_CODE;
    const files = new Map<string, Buffer>();
    const stat = (id: number, path: string): void => {
      const place = join(folder, path);
      if (!existsSync(place)) {
        sftp.status(id, NO_SUCH_FILE);
        return;
      }
      const { mode, size, mtimeMs } = statSync(place);
      sftp.attrs(id, { mode, uid: 0, gid: 0, size, atime: 0, mtime: Math.floor(mtimeMs / 1000) });
    };
    sftp.on("STAT", stat).on("LSTAT", stat);
    sftp.on("OPEN", (id, path) => {
      files.set(String(files.size), readFileSync(join(folder, path)));
      sftp.handle(id, Buffer.from(String(files.size - 1)));
    });
    sftp.on("FSTAT", (id, handle) =>
      sftp.attrs(id, { mode: 0o100_644, uid: 0, gid: 0, size: files.get(handle.toString())!.length, atime: 0, mtime: 0 }),
    );
    sftp.on("READ", (id, handle, at, length) => {
      const piece = files.get(handle.toString())!.subarray(at, at + length);
      if (piece.length === 0) sftp.status(id, EOF);
      else sftp.data(id, piece);
    });
    sftp.on("CLOSE", (id) => sftp.status(id, OK));
  }

  return {
    port,
    folder,
    user: "shop",
    privateKey: key.private,
    changeKey() {
      server.close();
      server = listen(newKey().private);
      void started(server, port);
    },
    async stop() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function started(server: ssh2.Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}
