import { createServer } from "node:net";

/**
 * An SMTP server that takes everything and keeps nothing, as cheap as one can be: it answers commands, finds the end of each message
 * and counts. A process of its own, so that its work is not counted as the sender's. Says its port on the IPC channel; answers
 * "count" with how many messages it took.
 */
let taken = 0;
let bytes = 0;
const END = Buffer.from("\r\n.\r\n");
const server = createServer((socket) => {
  socket.setNoDelay(true).on("error", () => undefined);
  socket.write("220 sink ESMTP\r\n");
  let rest = Buffer.alloc(0);
  let inBody = false;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let answer = "";
    for (;;) {
      const end = inBody ? data.indexOf(END) : data.indexOf(10);
      if (end < 0) break;
      if (inBody) {
        inBody = false;
        taken++;
        answer += "250 2.0.0 Ok: queued as 4XyZ12\r\n";
        data = data.subarray(end + 5);
        continue;
      }
      const word = data.toString("latin1", 0, 4).toUpperCase();
      data = data.subarray(end + 1);
      if (word === "EHLO") answer += "250-sink\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250 8BITMIME\r\n";
      else if (word === "DATA") {
        inBody = true;
        answer += "354 Go on\r\n";
      } else if (word === "QUIT") {
        socket.end(`${answer}221 Bye\r\n`);
        return;
      } else answer += "250 Ok\r\n";
    }
    // While in a body only the last bytes matter for finding its end; the rest is dropped.
    rest = Buffer.from(inBody && data.length > 4 ? data.subarray(data.length - 4) : data);
    if (answer) socket.write(answer);
  });
});
server.listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as { port: number }).port }));
process.on("message", () => process.send!({ taken, bytes }));
process.on("disconnect", () => process.exit(0));
