/* Results of Compare: asks the server for text and numbers, puts the text into the page, draws maps and charts, copies commands. */
"use strict";
const mf = globalThis.mf = globalThis.mf || {};
mf.results = (function () {
  const at = (id) => document.getElementById(id);
  let timer = null;

  function refused(text) {
    const box = document.createElement("p");
    box.className = "said bad"; box.setAttribute("role", "alert"); box.textContent = text;
    at("results").replaceChildren(box);
  }

  async function load(address) {
    clearInterval(timer); timer = null;
    try {
      const answer = await fetch(address), found = await answer.json();
      if (found.error) return refused(found.error);
      at("results").innerHTML = found.html; // made by a template that escapes
      draw(found.data);
      at("results").dataset.ready = "true";
    } catch (error) {
      refused(`The results cannot be shown: ${error.message}`);
    }
  }

  function draw(data) {
    if (data.map) maps(data); else at("maps").textContent = "There is no map of this comparison.";
    const choice = at("indicator"), titles = new Map();
    for (const effects of data.effects) for (const [name, rows] of Object.entries(effects)) titles.set(name, rows);
    for (const [group, names] of d3.group(titles.keys(), (n) => titles.get(n).group)) {
      const box = document.createElement("optgroup");
      box.label = group;
      for (const name of names) box.append(new Option(titles.get(name).title, name));
      choice.append(box);
    }
    choice.addEventListener("change", () => overTime(data, choice.value));
    choice.value = data.main.find((name) => titles.has(name)) || choice.value;
    overTime(data, choice.value);
  }

  function overTime(data, name) {
    const box = at("over-time");
    box.replaceChildren();
    data.effects.forEach((effects, k) => {
      const rows = effects[name];
      if (!rows) return;
      differenceChart(box, data.months, { ...rows, title: `${data.worlds[k + 1][1]}: ${rows.title}` });
    });
    const shown = [...document.querySelectorAll(".effects th[scope=row]")].find((th) => th.firstChild.textContent.trim() === data.effects.map((e) => e[name]?.title).find(Boolean));
    at("definition").textContent = shown ? shown.title : "";
  }

  function maps(data) {
    const map = new RouteMap("#maps", data, { worlds: data.worlds });
    const slider = at("month"), when = at("when"), play = at("play"), calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    slider.max = data.months.length - 1;
    const show = () => {
      map.month = +slider.value;
      when.textContent = map.month < 0 ? "whole period" : data.months[map.month];
      slider.setAttribute("aria-valuetext", when.textContent);
      map.update();
    };
    const stop = () => { clearInterval(timer); timer = null; play.textContent = "Play"; play.setAttribute("aria-pressed", "false"); };
    slider.addEventListener("input", () => { stop(); show(); });
    for (const input of at("results").querySelectorAll("input[name=kind], input[name=view]")) {
      input.addEventListener("change", () => { map[input.name] = input.value; map.draw(); });
    }
    play.addEventListener("click", () => {
      if (timer) return stop();
      play.textContent = "Pause"; play.setAttribute("aria-pressed", "true");
      timer = setInterval(() => { slider.value = +slider.value >= data.months.length - 1 ? 0 : +slider.value + 1; show(); }, calm ? 1000 : 250);
    });
    show();
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = at(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(at(button.dataset.copy));
      getSelection().removeAllRanges(); getSelection().addRange(range);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });

  document.addEventListener("toggle", async (event) => {
    const log = event.target.querySelector?.("[data-log]");
    if (log && event.target.open) log.textContent = await (await fetch(log.dataset.log)).text();
  }, true);

  return { load };
})();
