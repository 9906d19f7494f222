// The program under test: `examples/pages`, or with QRIS_GATEWAY=qris the whole gateway.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const target = process.env.CARGO_TARGET_DIR ?? new URL("../../../target", import.meta.url).pathname;

/** Starts the pages over a new database; gives what the ready line says, and how to make, pay and stop. */
export async function start() {
  const folder = mkdtempSync(join(tmpdir(), "qris-pages-"));
  const child = spawn(join(target, "debug/examples/pages"), [folder], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`it ended with ${code} before it was ready`)));
  });
  const ready = JSON.parse(line);
  let number = 0;
  const post = async (path) => {
    const answer = await fetch(ready.url + path, { method: "POST" });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.text();
  };
  return {
    ...ready,
    /** A transaction that waits: its reference number and the address of its page. */
    async make() {
      const reference = `2026080800000${100 + number++}`;
      return { reference, page: ready.url + (await post(`/test/new/${reference}`)) };
    },
    pay: (reference) => post(`/test/pay/${reference}`),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
