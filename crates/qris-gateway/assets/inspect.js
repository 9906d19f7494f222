// A picture may be dropped anywhere on the form or pasted from the clipboard. Without this script the file button does.
"use strict";
(() => {
  const form = document.querySelector("form.inspect");
  const input = document.getElementById("picture");
  const drop = document.getElementById("drop");

  function take(files) {
    const picture = [...files].find((file) => file.type.startsWith("image/"));
    if (!picture) return false;
    const list = new DataTransfer();
    list.items.add(picture);
    input.files = list.files;
    return true;
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
    if (event.dataTransfer && take(event.dataTransfer.files)) form.requestSubmit();
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData && take(event.clipboardData.files)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
})();
