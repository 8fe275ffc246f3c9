/* Camps of a case: people in each by day, simulated and registered. */
"use strict";
const mf = globalThis.mf = globalThis.mf || {};
mf.camps = async function (address) {
  const box = document.getElementById("camps");
  const found = await (await fetch(address)).json();
  box.replaceChildren();
  const say = (text, kind) => { const p = document.createElement("p"); p.className = kind; p.textContent = text; box.append(p); };
  if (found.error) return say(found.error, "said bad");
  const s = found.summary;
  say(`${s.people.toLocaleString("en")} people, ${s.days} days. Error against registrations (averaged relative difference): ${s.ard === null ? "no registrations" : s.ard}. Rules without a model: ${Object.entries(s.naive).map(([k, v]) => `${k} ${v}`).join(", ") || "none"}.`, "");
  for (const note of s.notes) say(note, "quiet");
  const many = document.createElement("div");
  many.className = "multiples";
  box.append(many);
  for (const [camp, rows] of Object.entries(found.camps)) {
    const width = 420, height = 180, m = { top: 8, right: 12, bottom: 22, left: 56 }, dates = found.days.map((d) => d3.utcParse("%Y-%m-%d")(d));
    const last = rows.simulated.length - 1;
    const svg = figure(many, camp, "people: line simulated, dots registered", width, height, `${camp}: at the end ${rows.simulated[last]} simulated, ${rows.registered[last] ?? "none"} registered`);
    const known = [...rows.simulated, ...rows.registered].filter((v) => v !== null);
    const x = timeScale(dates, [m.left, width - m.right]), y = d3.scaleLinear(around(known), [height - m.bottom, m.top]).nice();
    axes(svg, x, y, width, height, m, "persons");
    const step = Math.max(1, Math.round(dates.length / 40));
    svg.append("g").selectAll("circle").data(rows.registered.map((v, i) => [i, v]).filter(([i, v]) => v !== null && i % step === 0)).join("circle")
      .attr("cx", ([i]) => x(dates[i])).attr("cy", ([, v]) => y(v)).attr("r", 2.4).attr("fill", "none").attr("stroke", ORANGE);
    svg.append("path").datum(rows.simulated).attr("fill", "none").attr("stroke", BLUE).attr("stroke-width", 1.8).attr("d", d3.line().x((_, i) => x(dates[i])).y((v) => y(v)));
  }
  box.dataset.ready = "true";
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent).then(() => { button.textContent = "Copied"; });
});
document.addEventListener("toggle", async (event) => {
  const log = event.target.querySelector?.("[data-log]");
  if (log && event.target.open) log.textContent = await (await fetch(log.dataset.log)).text();
}, true);
