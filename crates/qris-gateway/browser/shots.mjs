// Pictures of the pages, for looking at them: `node shots.mjs FOLDER < line of examples/pages`.
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const seeded = JSON.parse(readFileSync(0, "utf8"));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

const at = (path) => (path.startsWith("/operator") ? seeded.admin_url : seeded.url) + path;

async function shoot(name, address, { width = 1100, height = 760, dark = false, lang = "en", act, full = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, reducedMotion: "reduce", colorScheme: dark ? "dark" : "light", locale: lang === "id" ? "id-ID" : "en-GB",
  });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && console.error(name, message.text()));
  await page.goto(address.startsWith("http") ? address : at(address));
  if (act) await act(page);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) console.error(name, `is ${over} px too wide`);
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: full });
  await context.close();
}

const logIn = (path, secret, then) => async (page) => {
  await page.fill("#secret", secret);
  await page.click("main button");
  await page.waitForURL((url) => !url.pathname.endsWith("login"));
  if (then) await page.goto(at(then));
};
const operator = (then) => logIn("/operator/login", seeded.password, then);
const inspect = (payload) => async (page) => {
  await page.fill("#payload", payload);
  await page.click("main form button");
  await page.waitForSelector(".result, [role=alert]");
};

await shoot("pay", seeded.pages.waiting, { width: 900 });
await shoot("pay-dark-id", seeded.pages.waiting, { dark: true, lang: "id", width: 390, height: 844 });
await shoot("pay-360", seeded.pages.open, { width: 360, height: 740 });
await shoot("pay-390", seeded.pages.waiting, { width: 390, height: 844 });
await shoot("paid", seeded.pages.paid, { width: 390, height: 700 });
await shoot("expired-dark", seeded.pages.expired, { width: 390, height: 700, dark: true });
await shoot("hostile", seeded.pages.hostile, { width: 360, height: 700 });
await shoot("home", "/", {});
await shoot("inspect", "/inspect", { act: inspect(seeded.payload) });
await shoot("inspect-bad-360", "/inspect", { width: 360, act: inspect(seeded.payload.replace("Melati", "Melatu")), dark: true, lang: "id" });
await shoot("inspect-wrong", "/inspect", { act: inspect(seeded.payload.replace("47500.00", "97500.00")), width: 1000 });
await shoot("login", "/operator/login", { height: 600 });
await shoot("transactions", "/operator/login", { act: operator(), full: false });
await shoot("transactions-360", "/operator/login", { act: operator(), width: 360, full: false });
await shoot("transaction", "/operator/login", { act: operator("/operator/transactions/2026080700000004") });
await shoot("transaction-dead-dark", "/operator/login", { act: operator("/operator/transactions/2026080700000003"), dark: true });
await shoot("partner", "/operator/login", { act: operator(`/operator/partners/${seeded.client_id}`) });
await shoot("exceptions", "/operator/login", { act: operator("/operator/exceptions") });
await shoot("requests", "/requests/login", { act: logIn("", seeded.sandbox_key, `/requests/of/${seeded.client_id}`) });
await shoot("docs", "/docs", {});
await browser.close();
