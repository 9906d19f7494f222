// What any page must have: simple checks of accessibility and of what the content policy refuses.
import assert from "node:assert/strict";

/** Fails when the page lacks names, landmarks, headings in order, contrast, or is wider than the window. */
export async function accessible(page) {
  const problems = await page.evaluate(() => {
    const found = [];
    const say = (what, element) => found.push(`${what}: ${element ? element.outerHTML.slice(0, 120) : ""}`);
    const all = (selector) => [...document.querySelectorAll(selector)];
    const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

    if (!["id", "en"].includes(document.documentElement.lang)) say("no language");
    if (!document.title.trim()) say("no title");
    for (const one of ["main", "header.bar", "footer", "h1"]) {
      if (all(one).length !== 1) say(`${all(one).length} of ${one}`);
    }
    let level = 0;
    for (const heading of all("h1, h2, h3, h4")) {
      const own = Number(heading.tagName[1]);
      if (own > level + 1) say("a heading skips a level", heading);
      level = own;
    }
    const ids = all("[id]").map((element) => element.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) say(`id ${id} twice`);
    for (const element of all("[aria-labelledby], [aria-describedby]")) {
      const named = [element.getAttribute("aria-labelledby"), element.getAttribute("aria-describedby")];
      for (const id of named.join(" ").split(/\s+/).filter(Boolean)) {
        if (id !== "null" && !document.getElementById(id)) say(`nothing has the id ${id}`, element);
      }
    }
    for (const field of all("input:not([type=hidden]), select, textarea").filter(shown)) {
      if (field.getAttribute("aria-hidden") !== "true" && field.labels.length === 0) say("a field without a label", field);
    }
    for (const element of all("a[href], button, summary").filter(shown)) {
      if (!element.textContent.trim() && !element.getAttribute("aria-label")) say("no name", element);
    }
    for (const svg of all("svg")) {
      if (svg.getAttribute("aria-hidden") !== "true" && !svg.querySelector("title")) say("a picture without a name", svg);
    }
    for (const table of all("table")) {
      if (all("th:not([scope])").some((th) => table.contains(th))) say("a heading cell without scope", table);
    }
    if (all("[style], [onclick], style, script:not([src])").length) say("inline style or script", all("[style], [onclick], style, script:not([src])")[0]);
    if (document.documentElement.scrollWidth > innerWidth) say(`${document.documentElement.scrollWidth - innerWidth} px too wide`);

    // Contrast by WCAG 2.2 1.4.3: 4.5 to 1, 3 to 1 for large text.
    const parse = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const linear = (part) => (part <= 0.04045 * 255 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = parse(getComputedStyle(at).backgroundColor);
        if (color.length === 3 || color[3] > 0) return color;
      }
      return [255, 255, 255];
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("svg, noscript, .away, script") || !shown(element)) continue;
      const style = getComputedStyle(element);
      const [one, two] = [light(parse(style.color)), light(ground(element))];
      const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) say(`contrast ${ratio.toFixed(2)}`, element);
    }
    return [...new Set(found)];
  });
  assert.deepEqual(problems, [], page.url());
}

/** Collects what the browser complains about: refused scripts and styles, errors, requests to elsewhere. */
export function watched(page, own) {
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(`a dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => {
    if (!own.some((url) => request.url().startsWith(url)) && !request.url().startsWith("data:")) complaints.push(`a request to ${request.url()}`);
  });
  return complaints;
}
