// Keeps the payment page true: counts down, listens for the end of the transaction, and then takes the page anew from
// the server, which is the only one to say what it looks like. Without this script the page reloads itself.
"use strict";
(() => {
  const payment = document.getElementById("payment");
  const status = document.getElementById("status");
  const address = location.pathname;
  let ends = 0;

  const two = (number) => String(number).padStart(2, "0");

  function countdown(left) {
    const [days, hours, minutes] = [Math.floor(left / 86400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60];
    const tail = `${two(minutes)}:${two(left % 60)}`;
    if (days > 0) return `${days} ${payment.dataset.days} ${two(hours)}:${tail}`;
    return hours > 0 ? `${hours}:${tail}` : tail;
  }

  // The device's clock may be wrong, so only the time since the server spoke counts.
  function setEnd(seconds) {
    ends = performance.now() + seconds * 1000;
  }

  function tick() {
    const shown = document.getElementById("countdown");
    if (!shown) return;
    const left = Math.max(0, Math.round((ends - performance.now()) / 1000));
    shown.textContent = countdown(left);
    shown.classList.toggle("soon", left <= 60);
  }

  async function renew() {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [nextPayment, nextView] = [next.getElementById("payment"), next.getElementById("view")];
    if (!nextPayment || !nextView || nextPayment.dataset.state === payment.dataset.state) return;
    const view = document.getElementById("view");
    const focused = view.contains(document.activeElement);
    view.replaceWith(document.importNode(nextView, true));
    payment.dataset.state = nextPayment.dataset.state;
    // The element stays and its text changes: that is what screen readers announce.
    status.textContent = next.getElementById("status").textContent;
    document.title = next.title;
    if (focused) document.getElementById("main").focus();
  }

  function look() {
    renew().catch(() => undefined);
    if (payment.dataset.state === "initiated") setTimeout(look, 5000);
  }

  function listen() {
    const events = new EventSource(`${address}/events`);
    events.addEventListener("state", async (event) => {
      if (event.data !== payment.dataset.state) await renew().catch(() => undefined);
      if (event.data !== "initiated") {
        events.close();
        if (payment.dataset.state === "initiated") look();
      }
    });
    // Others need the place: this page asks now and then.
    events.addEventListener("poll", () => {
      events.close();
      look();
    });
    events.addEventListener("beat", (event) => setEnd(Number(event.data)));
    // The browser comes back by itself after a lost connection, but not after a refusal.
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) setTimeout(look, 2000);
    });
  }

  const shown = document.getElementById("countdown");
  if (!shown) return;
  setEnd(Number(shown.dataset.seconds));
  tick();
  setInterval(tick, 1000);
  listen();
})();
