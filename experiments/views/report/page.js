/* Puts charts and map into the page and listens to its controls. Reads only the data that the page carries. */
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const shownFirst = ["irregular_flow", "legal_flow", "deaths", "protection_gap", "debt", "spending"].filter((n) => data.effects[n]);
  if (data.question) for (const rows of data.question.series) differenceChart("#multiples", data.question.months, rows, [540, 170]);
  else for (const name of shownFirst) differenceChart("#multiples", data.months, data.effects[name]);

  const choice = document.getElementById("indicator");
  for (const [group, names] of d3.group(Object.keys(data.effects), (n) => data.effects[n].group)) {
    const box = document.createElement("optgroup");
    box.label = group;
    for (const name of names) box.append(new Option(data.effects[name].title, name));
    choice.append(box);
  }
  if (data.effects[data.main[0]]) choice.value = data.main[0];
  function closer() {
    d3.select("#closer").selectAll("*").remove();
    const rows = data.effects[choice.value];
    if (!rows) return;
    levelChart("#closer", data.months, rows);
    differenceChart("#closer", data.months, rows);
  }
  choice.addEventListener("change", closer);
  closer();

  if (data.map) {
    const map = new RouteMap("#maps", data);
    const slider = document.getElementById("month"), when = document.getElementById("when"), play = document.getElementById("play");
    slider.max = data.months.length - 1;
    function show() {
      map.month = +slider.value;
      when.textContent = map.month < 0 ? "whole period" : data.months[map.month];
      slider.setAttribute("aria-valuetext", when.textContent);
      map.update();
    }
    slider.addEventListener("input", () => { stop(); show(); });
    for (const input of document.querySelectorAll("input[name=kind], input[name=view]")) {
      input.addEventListener("change", () => { map[input.name] = input.value; map.draw(); });
    }
    let timer = null;
    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
      play.setAttribute("aria-pressed", "false");
    }
    play.addEventListener("click", () => {
      if (timer) return stop();
      play.textContent = "Pause";
      play.setAttribute("aria-pressed", "true");
      timer = setInterval(() => {
        slider.value = +slider.value >= data.months.length - 1 ? 0 : +slider.value + 1;
        show();
      }, calm ? 1000 : 220);
    });
    show();
    addEventListener("beforeprint", () => { stop(); slider.value = -1; show(); });
  }

  const items = (rows) => d3.group(rows, (r) => r.indicator);
  const wanted = ["irregular_flow", "legal_flow", "deaths", "deaths_per_attempt", "protection_gap", "spending"];
  const doses = items(data.doses);
  for (const name of wanted) if (doses.has(name)) doseChart("#dose-charts", data.effects[name], doses.get(name));
  if (data.surface) {
    const cells = items(data.surface.cells);
    for (const name of wanted.slice(0, 4)) if (cells.has(name)) surfaceChart("#surface-charts", data.effects[name], cells.get(name), data.surface.policies);
  }
  addEventListener("beforeprint", () => { for (const d of document.querySelectorAll("details")) d.open = true; });
  document.documentElement.dataset.ready = "true";
})();
