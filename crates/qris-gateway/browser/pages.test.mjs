import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { accessible, watched } from "./checks.mjs";
import { start } from "./gateway.mjs";

const STATIC = readFileSync(new URL("../../../testdata/mpm/valid/qris-plain-static.qr", import.meta.url), "utf8").trim();

let gateway, browser;
before(async () => {
  gateway = await start();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

/** Runs with a page of its own; nothing may be complained about. */
async function visit(options, run) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1000, height: 800 }, ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints = watched(page, gateway.own);
  try {
    await run(page, context);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

async function logIn(page) {
  await page.goto(gateway.at("/operator/login"));
  await page.getByLabel("Password").fill(gateway.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL("**/operator/transactions");
}

/** Each module of the code is a whole number of CSS pixels wide, and the code at least so wide. */
async function wholePixels(page, least) {
  const [width, modules] = await page.evaluate(() => {
    const svg = document.querySelector("figure.qr svg");
    return [svg.getBoundingClientRect().width, svg.viewBox.baseVal.width];
  });
  assert.ok(width >= least, `${width} px wide`);
  assert.equal(width % modules, 0, `${width} px for ${modules} modules`);
}

test("a payment page changes to paid without being loaded again", () =>
  visit({}, async (page) => {
    const one = await gateway.make();
    await page.goto(one.page);
    await page.evaluate(() => { globalThis.sameDocument = true; });
    const status = page.getByRole("status");
    assert.equal(await status.textContent(), "Waiting for payment");
    const first = await page.locator("#countdown").textContent();
    assert.match(first, /^(\d+ days )?[\d:]{5,8}$/);
    await page.waitForFunction((first) => document.getElementById("countdown").textContent !== first, first);
    await accessible(page);
    await wholePixels(page, 390);
    assert.equal(await page.locator(".amount").textContent(), "Amount: Rp 47.500");
    await gateway.pay(one.reference);
    await page.waitForFunction(() => document.getElementById("status").textContent === "Payment received");
    assert.equal(await page.evaluate(() => globalThis.sameDocument), true, "not reloaded");
    assert.equal(await page.locator("figure.qr").count(), 0);
    assert.equal(await page.locator("#payment").getAttribute("data-state"), "paid");
    assert.match(await page.title(), /Payment received/);
    await accessible(page);
  }));

test("without scripts the payment page loads itself again", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    const one = await gateway.make();
    await page.goto(one.page);
    assert.equal(await page.locator("figure.qr svg").count(), 1);
    await gateway.pay(one.reference);
    await page.getByText("Payment received").waitFor();
  }));

test("a refused stream is replaced by looking now and then", () =>
  visit({}, async (page, context) => {
    const one = await gateway.make();
    await context.route("**/events", (route) => route.fulfill({ status: 204 }));
    await page.goto(one.page);
    await gateway.pay(one.reference);
    await page.getByText("Payment received").waitFor();
  }));

test("a stream that gave up its place is replaced by looking now and then", () =>
  visit({}, async (page, context) => {
    const one = await gateway.make();
    const body = "event: poll\ndata: 5\n\n";
    await context.route("**/events", (route) => route.fulfill({ status: 200, contentType: "text/event-stream", body }));
    await page.goto(one.page);
    await gateway.pay(one.reference);
    await page.getByText("Payment received").waitFor();
  }));

test("the code stays black on white with a quiet zone in the dark", () =>
  visit({ colorScheme: "dark", viewport: { width: 360, height: 740 }, locale: "id-ID" }, async (page) => {
    await page.goto((await gateway.make()).page);
    assert.equal(await page.locator("html").getAttribute("lang"), "id");
    await page.getByText("Menunggu pembayaran").waitFor();
    const colors = await page.evaluate(() => {
      const svg = document.querySelector("figure.qr svg");
      return [svg.querySelector("rect").getAttribute("fill"), svg.querySelector("path").getAttribute("stroke"),
        getComputedStyle(document.querySelector("figure.qr")).backgroundColor, getComputedStyle(document.body).backgroundColor];
    });
    assert.deepEqual(colors.slice(0, 3).map((color) => color.toLowerCase()), ["#ffffff", "#000000", "rgb(255, 255, 255)"]);
    assert.notEqual(colors[3], "rgb(255, 255, 255)");
    await wholePixels(page, 300);
    await accessible(page);
  }));

test("the ready file says what standard output said", () => {
  assert.equal(gateway.readyFile.url, gateway.url);
  assert.equal(gateway.readyFile.sandbox_key, gateway.sandbox_key);
});

test("the API page shows every service of the document", () =>
  visit({}, async (page) => {
    const document = await (await page.request.get(`${gateway.url}/openapi.json`)).json();
    await page.goto(`${gateway.url}/docs`);
    const shown = await page.locator(".operation h3 code").allTextContents();
    assert.deepEqual([...new Set(shown)].sort(), Object.keys(document.paths).sort());
    await page.getByRole("link", { name: /Generate a dynamic QR code/ }).first().click();
    const first = page.locator(".operation:target");
    await first.getByText("Request", { exact: true }).click();
    await first.locator("code.name", { hasText: /^partnerReferenceNo$/ }).first().waitFor();
  }));

test("the API page's curl is signed and answered", () =>
  visit({}, async (page) => {
    await page.goto(`${gateway.url}/docs`);
    const sample = (id) => page.locator(`#${id} pre.sample`).first().textContent();
    const options = gateway.shell();
    const run = (text) => JSON.parse(execFileSync("sh", ["-c", text.replace("curl ", "curl -s ")], options));
    const token = run(await sample("post-v1-0-access-token-b2b"));
    assert.equal(token.responseCode, "2007300");
    options.env.TOKEN = token.accessToken;
    const made = run(await sample("post-v1-0-qr-qr-mpm-generate"));
    assert.equal(made.responseCode, "2004700");
    const query = (await sample("post-v1-0-qr-qr-mpm-query")).replace("REFERENCE-NO", made.referenceNo);
    assert.equal(run(query).responseCode, "2005100");
  }));

test("the language is chosen by link and remembered", () =>
  visit({}, async (page) => {
    await page.goto(`${gateway.url}/inspect`);
    await page.getByRole("link", { name: "Bahasa Indonesia" }).click();
    await page.getByRole("heading", { level: 1, name: "Pemeriksa" }).waitFor();
    await page.goto(`${gateway.url}/docs`);
    assert.equal(await page.locator("html").getAttribute("lang"), "id");
    await page.getByRole("link", { name: "English" }).click();
    await page.waitForFunction(() => document.documentElement.lang === "en");
  }));

test("the inspector reads a text and a picture", () =>
  visit({}, async (page) => {
    const one = await gateway.make();
    await page.goto(`${gateway.url}/inspect`);
    await accessible(page);
    await page.getByLabel("Payload").fill(one.payload);
    await page.getByRole("button", { name: "Inspect" }).click();
    await page.getByText(/^Conforms/).waitFor();
    assert.ok(await page.getByText("Merchant Category Code").isVisible());
    await accessible(page);

    const picture = await (await page.request.get(`${one.page}/qr.png`)).body();
    await page.goto(`${gateway.url}/inspect`);
    // It is sent as soon as it is chosen.
    await page.getByLabel("or a picture").setInputFiles({ name: "qr.png", mimeType: "image/png", buffer: picture });
    await page.getByText(/^Conforms/).waitFor();
    assert.ok((await page.locator("pre.payload").textContent()).startsWith("000201"));
  }));

test("the inspector takes a dropped picture", () =>
  visit({}, async (page) => {
    const picture = await (await page.request.get(`${(await gateway.make()).page}/qr.png`)).body();
    await page.goto(`${gateway.url}/inspect`);
    const transfer = await page.evaluateHandle((bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], "qr.png", { type: "image/png" }));
      return transfer;
    }, [...picture]);
    await page.dispatchEvent("form.inspect", "drop", { dataTransfer: transfer });
    await page.getByText(/^Conforms/).waitFor();
  }));

test("the inspector takes a pasted screenshot, and makes a large one smaller first", () =>
  visit({}, async (page) => {
    const picture = await (await page.request.get(`${(await gateway.make()).page}/qr.png`)).body();
    await page.goto(`${gateway.url}/inspect`);
    const sent = page.waitForRequest((request) => request.method() === "POST");
    // The code in the middle of a screen of noise, which compresses badly.
    await page.evaluate(async (bytes) => {
      const code = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [3000, 1500];
      const brush = canvas.getContext("2d");
      const noise = brush.createImageData(3000, 1500);
      for (let at = 0; at < noise.data.length; at++) noise.data[at] = at % 4 === 3 ? 255 : 230 + Math.random() * 25;
      brush.putImageData(noise, 0, 0);
      brush.drawImage(code, 1100, 350, 800, 800);
      const blob = await new Promise((done) => canvas.toBlob(done));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([blob], "screenshot.png", { type: "image/png" }));
      globalThis.pasted = blob.size;
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, [...picture]);
    assert.ok(await page.evaluate(() => globalThis.pasted) > 1_500_000, "larger than what is sent as it is");
    assert.ok(Number((await (await sent).allHeaders())["content-length"] ?? 0) < 3_000_000);
    await page.getByText(/^Conforms/).waitFor();
  }));

test("on a phone the inspector offers the camera, and works without scripts", () =>
  visit({ hasTouch: true, isMobile: true, viewport: { width: 412, height: 900 }, javaScriptEnabled: false }, async (page) => {
    const picture = await (await page.request.get(`${(await gateway.make()).page}/qr.png`)).body();
    await page.goto(`${gateway.url}/inspect`);
    const camera = page.getByLabel("take a photo");
    assert.equal(await camera.getAttribute("capture"), "environment");
    await camera.setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: picture });
    await page.getByRole("button", { name: "Inspect" }).click();
    await page.getByText(/^Conforms/).waitFor();
  }));

test("a static code is made dynamic and saved", () =>
  visit({ viewport: { width: 360, height: 740 } }, async (page) => {
    await page.goto(`${gateway.url}/inspect`);
    await page.getByLabel("Payload").fill(STATIC);
    await page.getByRole("button", { name: "Inspect" }).click();
    await page.getByText("Make it dynamic").click();
    await page.getByLabel("Amount (rupiah)").fill("15000");
    await page.getByLabel("Reference (may be empty)").fill("INV-7");
    await page.getByRole("button", { name: "Make the code" }).click();
    await page.getByText("Rp 15.000").waitFor();
    await wholePixels(page, 200);
    await accessible(page);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save PNG" }).click();
    assert.equal((await saved).suggestedFilename(), "qris.png");
  }));

for (const [locale, width] of [["en-GB", 360], ["id-ID", 360], ["en-GB", 412], ["id-ID", 412]]) {
  test(`what the inspector says is accessible, ${locale}, ${width} px`, () =>
    visit({ locale, viewport: { width, height: 800 } }, async (page) => {
      const { payload } = await gateway.make();
      const texts = [payload, STATIC, payload.replace("47500", "97500"), payload.replaceAll(" ", ""),
        "WIFI:S:warung;T:WPA;P:rahasia;;", "0002015999WARUNG"];
      for (const text of texts) {
        await page.goto(`${gateway.url}/inspect`);
        await page.locator("#payload").fill(text);
        await page.locator("form.inspect button").click();
        await page.locator(".result .notice").waitFor();
        await accessible(page);
      }
    }));
}

test("a hostile payload is text", () =>
  visit({ viewport: { width: 360, height: 700 } }, async (page) => {
    await page.goto(`${gateway.url}/inspect`);
    await page.getByLabel("Payload").fill("<script>alert(1)</script><img src=x onerror=alert(1)>\u202e");
    await page.getByRole("button", { name: "Inspect" }).click();
    await page.getByText("This is no QRIS payload").waitFor();
    assert.equal(await page.locator("main img").count(), 0);
    assert.ok(!(await page.locator(".result").textContent()).includes("\u202e"));
    await accessible(page);
  }));

test("the operator logs in, looks around and logs out, with the keyboard alone", () =>
  visit({}, async (page) => {
    await page.goto(gateway.at("/operator"));
    assert.match(page.url(), /\/operator\/login$/);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "secret");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid", "the focus can be seen");
    await page.keyboard.type(gateway.password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/operator/transactions");

    const reach = async (test) => {
      for (let n = 0; n < 80; n++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate(test)) return;
      }
      assert.fail(`not reached with the keyboard: ${test}`);
    };
    await reach(() => document.activeElement.matches("tbody a"));
    await page.keyboard.press("Enter");
    await page.waitForURL("**/operator/transactions/*");
    await page.keyboard.press("Home");
    await reach(() => document.activeElement.matches(".logout button"));
    await page.keyboard.press("Enter");
    await page.waitForURL("**/operator/login");
    await page.goto(gateway.at("/operator/transactions"));
    assert.match(page.url(), /\/operator\/login$/);
  }));

for (const [name, options] of Object.entries({
  "light on a desk": {},
  "dark on a phone": { colorScheme: "dark", viewport: { width: 360, height: 740 } },
  "in Indonesian": { locale: "id-ID" },
  "in Indonesian on a small phone": { locale: "id-ID", viewport: { width: 360, height: 740 } },
  "in Indonesian on a phone": { locale: "id-ID", viewport: { width: 412, height: 900 } },
  "on a phone": { viewport: { width: 412, height: 900 } },
})) {
  test(`every page is accessible, ${name}`, () =>
    visit(options, async (page) => {
      const one = await gateway.make();
      await page.goto(gateway.at("/operator/login?lang=en"));
      await accessible(page);
      await logIn(page);
      if (options.locale === "id-ID") await page.goto(`${gateway.url}/?lang=id`);
      const client = encodeURIComponent(gateway.client_id);
      const paths = ["/", "/inspect", "/docs", "/requests", `/requests/of/${client}`, "/operator/transactions",
        `/operator/transactions/${one.reference}`, "/operator/partners", `/operator/partners/${client}`, "/operator/exceptions"];
      for (const path of paths) {
        const answer = await page.goto(gateway.at(path));
        assert.equal(answer.status(), 200, path);
        await accessible(page);
      }
    }));
}

test("another site cannot send the operator's forms", () =>
  visit({}, async (page, context) => {
    await logIn(page);
    const cookies = await context.cookies();
    const session = cookies.find((cookie) => cookie.name === "qris_session");
    assert.deepEqual([session.httpOnly, session.sameSite], [true, "Strict"]);
    const refused = await page.request.post(new URL("/logout", page.url()).href, { form: { csrf: "0".repeat(64) } });
    assert.equal(refused.status(), 403);
    await page.reload();
    assert.match(page.url(), /\/operator\/transactions$/, "still logged in");
  }));

test("the request log says why a request was refused", () =>
  visit({}, async (page) => {
    const refused = await gateway.spoiled();
    assert.equal(refused.status, 401, JSON.stringify(refused.body));
    await page.goto(`${gateway.url}/requests`);
    await page.getByLabel("Sandbox key").fill(gateway.sandbox_key);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Recent requests" }).waitFor();
    await page.goto(`${gateway.url}/requests/of/${encodeURIComponent(gateway.client_id)}`);
    const request = page.locator("li.event").first();
    assert.equal(await request.locator(".badge").textContent(), "401");
    assert.match(await request.textContent(), /qr-mpm-generate/);
    assert.match(await request.locator(".told").textContent(), /What to do/);
    assert.match(await request.locator(".debug").textContent(), /stringToSign/);
    assert.ok(await request.locator(".debug").isVisible(), "the newest is open");
    await accessible(page);
  }));

test("the checks notice what they are there for", () =>
  visit({}, async (page) => {
    const spoil = {
      "a field without a label": () => document.querySelector("label").remove(),
      "contrast": () => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("h1 { color: #ccc; }");
        document.adoptedStyleSheets = [sheet];
      },
      "a heading skips a level": () => document.querySelector("main").append(document.createElement("h4")),
      "px too wide": () => {
        document.querySelector("h1").className = "money";
        document.querySelector("h1").append("x".repeat(4000));
      },
      "0 of main": () => document.querySelector("main").replaceWith(document.createElement("div")),
    };
    for (const [problem, act] of Object.entries(spoil)) {
      await page.goto(`${gateway.url}/inspect`);
      await page.evaluate(act);
      await assert.rejects(accessible(page), (error) => error.message.includes(problem), problem);
    }
  }));
