// Pictures of every page in both languages, on a small phone and on a desk, for looking at them:
// `cargo run --example pages FOLDER | node shots.mjs FOLDER [NAME…]`, with names only those pages.
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [folder, ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
// The example prints one line and goes on.
const line = await new Promise((done) => createInterface({ input: process.stdin }).once("line", done));
const seeded = JSON.parse(line);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

const at = (path) => (path.startsWith("http") ? path : (path.startsWith("/operator") ? seeded.admin_url : seeded.url) + path);
const inspect = (payload) => async (page) => {
  await page.fill("#payload", payload);
  await page.click("main form.inspect button");
  await page.waitForSelector(".result, [role=alert]");
};
const makeDynamic = async (page) => {
  await inspect(seeded.static)(page);
  await page.click("details.becomes summary");
  await page.fill("details.becomes [name=amount]", "15000");
  await page.click("details.becomes button");
  await page.waitForSelector("form.keep");
};

/** Name, address, and what is done there. */
const pages = [
  ["home", "/"],
  ["pay", seeded.pages.waiting],
  ["pay-open", seeded.pages.open],
  ["pay-paid", seeded.pages.paid],
  ["pay-expired", seeded.pages.expired],
  ["pay-hostile", seeded.pages.hostile],
  ["inspect", "/inspect"],
  ["inspect-good", "/inspect", inspect(seeded.payload)],
  ["inspect-static", "/inspect", inspect(seeded.static)],
  ["inspect-dynamic", "/inspect", makeDynamic],
  ["inspect-crc", "/inspect", inspect(seeded.payload.replace("47500.00", "97500.00"))],
  ["inspect-damaged", "/inspect", inspect(seeded.payload.replaceAll(" ", ""))],
  ["inspect-wifi", "/inspect", inspect("WIFI:S:warung;T:WPA;P:rahasia;;")],
  ["inspect-findings", "/inspect", inspect(seeded.findings)],
  ["docs", "/docs"],
  ["login", "/operator/login"],
  ["transactions", "/operator/transactions"],
  ["transaction", "/operator/transactions/2026080700000004"],
  ["transaction-dead", "/operator/transactions/2026080700000003"],
  ["partners", "/operator/partners"],
  ["partner", `/operator/partners/${seeded.client_id}`],
  ["exceptions", "/operator/exceptions"],
  ["requests", "/requests"],
  ["requests-of", `/requests/of/${seeded.client_id}`],
];

for (const lang of ["id", "en"]) {
  for (const width of [360, 1280]) {
    const context = await browser.newContext({
      viewport: { width, height: 800 }, reducedMotion: "reduce", locale: lang === "id" ? "id-ID" : "en-GB",
      colorScheme: lang === "id" && width === 360 ? "dark" : "light",
    });
    const page = await context.newPage();
    let name = "login";
    page.on("console", (message) => message.type() === "error" && console.error(name, message.text()));
    await page.goto(at("/operator/login"));
    await page.screenshot({ path: `${folder}/login-${lang}-${width}.png`, fullPage: true });
    await page.fill("#secret", seeded.password);
    await page.click("main button");
    await page.waitForURL("**/operator/transactions");
    for (const [shown, address, act] of pages) {
      if (shown === "login" || (only.length && !only.includes(shown))) continue;
      name = `${shown}-${lang}-${width}`;
      await page.goto(at(address));
      if (act) await act(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) console.error(name, `is ${over} px too wide`);
      await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
    }
    await context.close();
  }
}
await browser.close();
process.exit(0);
