// A picture may be dropped anywhere on the form, pasted from the clipboard, chosen, or taken with the camera; it is sent at once, and
// a large one is made smaller first. Without this script the fields and the button do.
"use strict";
(() => {
  const form = document.querySelector("form.inspect");
  const input = document.getElementById("picture");
  const drop = document.getElementById("drop");
  /** Bytes and pixels a side above which a picture is made smaller: a code is read in less. */
  const LARGE = 1500000;
  const SIDE = 2400;

  /** The picture, or a smaller one of it; what the browser cannot draw is sent as it is. */
  async function smaller(file) {
    if (file.size <= LARGE) return file;
    try {
      const drawn = await createImageBitmap(file);
      const scale = Math.min(1, SIDE / Math.max(drawn.width, drawn.height));
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [Math.round(drawn.width * scale), Math.round(drawn.height * scale)];
      canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
      return blob ? new File([blob], "picture.jpg", { type: "image/jpeg" }) : file;
    } catch {
      return file;
    }
  }

  async function send(files) {
    const picture = [...files].find((file) => file.type.startsWith("image/"));
    if (!picture) return;
    const list = new DataTransfer();
    list.items.add(await smaller(picture));
    input.files = list.files;
    document.getElementById("photo").value = "";
    document.getElementById("payload").value = "";
    form.requestSubmit();
  }

  const over = (on) => (event) => {
    if (!event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", on);
  };
  form.addEventListener("dragover", over(true));
  form.addEventListener("dragleave", over(false));
  form.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer) send(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData || event.clipboardData.files.length === 0) return;
    event.preventDefault();
    send(event.clipboardData.files);
  });
  for (const id of ["picture", "photo"]) {
    document.getElementById(id).addEventListener("change", (event) => send(event.target.files));
  }
})();
