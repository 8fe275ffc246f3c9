/* Finds words in the list of levers, indicators and contested effects. */
"use strict";
document.addEventListener("input", (event) => {
  if (event.target.id !== "find") return;
  const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of document.querySelectorAll(".names tbody tr")) {
    const there = wanted.every((word) => row.textContent.toLowerCase().includes(word));
    row.hidden = !there;
    count += there;
  }
  document.getElementById("found").textContent = wanted.length ? `${count} found` : "";
});
