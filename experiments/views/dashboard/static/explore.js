/* Explore: builds a living world or opens a finished run, steps, runs, pauses, goes back in time, and asks for some people alone. */
"use strict";
const mf = globalThis.mf = globalThis.mf || {};
mf.explore = (function () {
  const at = (id) => document.getElementById(id);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let words, map, key = null, run = null, frames = [], here = 0, running = false, done = false, busy = false, days = 0;

  async function ask(address, body) {
    const answer = await fetch(address, body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const found = await answer.json().catch(() => ({ error: `The server answered ${answer.status}.` }));
    if (found.error) throw new Error(found.error);
    return found;
  }

  function say(text, bad) {
    const box = at("said");
    box.textContent = text;
    box.className = text ? `said ${bad ? "bad" : "note"}` : "";
  }

  async function trying(work) {
    try { await work(); } catch (error) { pause(); say(error.message === "Failed to fetch" ? "The server does not answer. Is the dashboard still running?" : error.message, true); }
  }

  function asked() { return { by: at("by").value, origin: at("origin").value, corridor: at("corridor").value, channel: at("kind").value }; }

  async function build(given) {
    await trying(async () => {
      pause();
      close();
      say("Building the world …");
      at("explore").dataset.ready = "false";
      const slow = setTimeout(() => say("Building the world … The first time on a machine the model is compiled: about three minutes."), 10000);
      const found = await ask("/api/live", given).finally(() => clearTimeout(slow));
      key = found.key; run = null;
      opened(found, `${given.scenario}, a living world`);
    });
  }

  async function open(scenario, name) {
    await trying(async () => {
      pause();
      close();
      say("Reading the run …");
      at("explore").dataset.ready = "false";
      run = `/api/run/${scenario}/${name}`;
      opened(await ask(`${run}?fresh=1`), `${scenario}, finished run ${name}`);
    });
  }

  function opened(found, title) {
    frames = found.frames; here = 0; done = found.done; days = found.days || 0;
    at("by").value = "channel"; at("kind").value = "";
    fill("origin", found.geography.origins, "everybody");
    fill("corridor", Object.entries(found.geography.routes), "all");
    map = new FlowMap("#map", found.geography, words);
    at("what").textContent = `${title}, ${found.start} to ${found.end}; one simulated person stands for ${short(1 / found.scale)}.`;
    at("speed-box").hidden = run !== null;
    say("");
    at("explore").dataset.ready = "true";
    show();
  }

  function fill(id, rows, all) {
    at(id).replaceChildren(new Option(all, ""), ...rows.filter(([k]) => k !== "").map(([k, name]) => new Option(name, k)));
  }

  async function step() {
    if (busy || !map) return;
    busy = true;
    at("explore").dataset.busy = "true"; // a step that is under way still comes after a pause
    const began = performance.now();
    await trying(async () => {
      if (here < frames.length - 1) here += 1;
      else if (!done && key) {
        await ahead(+at("speed").value);
      }
      show();
      at("explore").dataset.frame = (performance.now() - began).toFixed(1);
    });
    busy = false;
    at("explore").dataset.busy = "false";
  }

  /* Ask for days. A world that is slow does fewer at a time: a single step asks again, running takes what there is. */
  async function ahead(left) {
    do {
      const found = await ask(`/api/live/${key}/step`, { days: left });
      frames.push(...found.frames);
      done = found.done;
      left -= found.did;
      if (frames.length > found.kept) frames.splice(0, frames.length - found.kept);
      here = frames.length - 1;
    } while (left > 0 && !done && !running);
  }

  async function go() {
    if (running) return pause();
    if (here >= frames.length - 1 && done) here = 0;
    running = true;
    at("run").textContent = "Pause";
    at("run").setAttribute("aria-pressed", "true");
    say("");
    while (running) {
      const began = performance.now();
      await step();
      if (here >= frames.length - 1 && done) pause();
      await new Promise((next) => setTimeout(next, Math.max(calm ? 1000 : 110 - (performance.now() - began), 15)));
    }
  }

  function pause() {
    running = false;
    at("run").textContent = "Run";
    at("run").setAttribute("aria-pressed", "false");
    if (map) told();
  }

  async function filter() {
    await trying(async () => {
      if (!map) return;
      map.by = at("by").value;
      const found = key ? await ask(`/api/live/${key}/look`, { asked: asked() }) : await ask(`${run}?${new URLSearchParams(asked())}`);
      frames = found.frames;
      here = Math.min(here, frames.length - 1);
      show(); told();
    });
  }

  function show() {
    const frame = frames[here];
    if (!frame) return;
    let most = 1, mostHere = 1;
    for (const f of frames) {
      if (f.most === undefined) {
        f.most = Math.max(0, ...Object.values(f.edges).map((v) => Math.max(...v)));
        f.mostHere = Math.max(0, ...Object.values(f.places).map((v) => Math.max(v[0], v[1], v[2])));
      }
      most = Math.max(most, f.most); mostHere = Math.max(mostHere, f.mostHere);
    }
    map.show(frame, most, mostHere);
    at("time").max = frames.length - 1;
    at("time").value = here;
    at("time").setAttribute("aria-valuetext", frame.t);
    at("when").textContent = frame.t;
    legend(most, mostHere);
    charts();
  }

  function legend(most, mostHere) {
    const sign = [map.by, Math.round(Math.log2(most) * 2), Math.round(Math.log2(mostHere) * 2)].join();
    if (at("legend").dataset.sign === sign) return;
    at("legend").dataset.sign = sign;
    const box = d3.select("#legend");
    box.selectAll("*").remove();
    const colours = words.colours[map.by];
    Object.entries(colours).forEach(([kind, colour], k) => {
      const item = box.append("span");
      const line = item.append("svg").attr("width", 30).attr("height", 8).append("line").attr("x1", 0).attr("x2", 30).attr("y1", 4).attr("y2", 4).attr("stroke", colour).attr("stroke-width", 4);
      if (DASHES[k]) line.attr("stroke-dasharray", DASHES[k]);
      item.append("span").text(words.groups[kind]);
    });
    for (const [key, [shape, colour]] of Object.entries(MARK_SHAPES)) {
      const item = box.append("span"), symbol = { square: d3.symbolSquare, circle: d3.symbolCircle, triangle: d3.symbolTriangle }[shape];
      item.append("svg").attr("width", 14).attr("height", 14).append("path").attr("transform", "translate(7,7)").attr("d", d3.symbol(symbol, 80)()).attr("fill", colour).attr("fill-opacity", 0.45).attr("stroke", colour);
      item.append("span").text(words.marks[key]);
    }
    if (most > 1) box.append("span").text(`Widest line ${short(most)} people ${run ? "in the month" : "in 30 days"}; largest mark ${short(mostHere)}.`);
  }

  function charts() {
    const width = 250, height = 66, x = d3.scaleLinear([0, Math.max(frames.length - 1, 1)], [2, width - 2]);
    d3.select("#series").selectAll("figure").data(Object.entries(words.series)).join((enter) => {
      const box = enter.append("figure"), title = box.append("figcaption");
      title.append("span").attr("class", "now"); title.append("span").text(([, [name]]) => name);
      const svg = box.append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "img");
      svg.append("line").attr("class", "base").attr("x1", 0).attr("x2", width).attr("y1", height - 2).attr("y2", height - 2).attr("stroke", "#afb8c1");
      svg.append("path").attr("fill", "none").attr("stroke", "#0072b2").attr("stroke-width", 1.6);
      svg.append("line").attr("class", "at").attr("y1", 2).attr("y2", height).attr("stroke", "#d55e00").attr("stroke-width", 1.2);
      svg.append("text").attr("x", 2).attr("y", 10).attr("font-size", 10).attr("fill", "#57606a");
      return box;
    }).each(function ([, [name, unit]], k) {
      const values = frames.map((f) => f.series[k]), known = values.filter((v) => v !== null), most = d3.max(known) || 0, now = values[here];
      const y = d3.scaleLinear([0, most || 1], [height - 2, 12]), box = d3.select(this);
      box.select(".now").text(now === null ? "not by corridor" : short(now));
      box.select("path").attr("d", d3.line().defined((v) => v !== null).x((_, i) => x(i)).y((v) => y(v))(values));
      box.select(".at").attr("x1", x(here)).attr("x2", x(here));
      box.select("text").text(most ? `${short(most)} at most` : "");
      box.select("svg").attr("aria-label", `${name}: ${now === null ? "not counted by route" : `${short(now)} ${unitOf(unit)}`}, at most ${short(most)}`);
    });
  }

  /* A finished run is read by months, a living world by its last 30 days. */
  const unitOf = (unit) => run ? unit.replace("in the last 30 days", "in the month") : unit;

  /* The same in words and a table, for those who do not see the map. */
  function told() {
    const frame = frames[here], kinds = map.kinds();
    at("seen").textContent = `${frame.t}. ${Object.values(words.series).map(([name, unit], k) => frame.series[k] === null ? "" : `${name}: ${short(frame.series[k])} ${unitOf(unit)}.`).join(" ")}`;
    const rows = Object.entries(frame.edges).map(([edge, values]) => [map.data.edges[edge][3], values, d3.sum(values)]).sort((a, b) => b[2] - a[2]).slice(0, 10);
    const table = d3.select("#busiest");
    table.select("thead").html("").append("tr").selectAll("th").data(["Passage", "all", ...kinds.map((k) => words.groups[k])]).join("th").attr("scope", "col").text((d) => d);
    table.select("tbody").html("").selectAll("tr").data(rows).join("tr").each(function ([name, values, all]) {
      const row = d3.select(this);
      row.append("th").attr("scope", "row").text(name);
      for (const v of [all, ...values]) row.append("td").attr("class", "n").text(short(v));
    });
  }

  function close() {
    if (key) navigator.sendBeacon(`/api/live/${key}/close`, new Blob(["{}"], { type: "application/json" }));
    key = null;
  }

  function start(given) {
    words = given;
    at("step").addEventListener("click", async () => { pause(); await step(); if (map) told(); });
    at("run").addEventListener("click", go);
    at("time").addEventListener("input", () => { pause(); here = +at("time").value; show(); told(); });
    for (const id of ["by", "origin", "corridor", "kind"]) at(id).addEventListener("change", filter);
    addEventListener("pagehide", close);
  }

  return { start, build, open };
})();
