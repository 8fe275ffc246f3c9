/* Charts of the report. Each function draws one figure into a parent; all sizes are of the view box. */
"use strict";
const INK = "#1f2328", QUIET = "#57606a", BLUE = "#0072b2", ORANGE = "#d55e00", BAND = "#9ecae1";

function short(v) {
  const a = Math.abs(v);
  const [size, name] = a >= 1e9 ? [1e9, " bn"] : a >= 1e6 ? [1e6, " mn"] : a >= 1e3 ? [1e3, " k"] : [1, ""];
  const text = d3.format(a >= 1000 || a === 0 || a >= 1 ? "~g" : ".2~g")(+(v / size).toPrecision(3)) + name;
  return text.replace("-", "\u2212");
}

function inUnit(v, unit) {
  return unit === "share" ? `${short(100 * v)} %` : short(v);
}

function figure(parent, title, note, width, height, label) {
  const box = d3.select(parent).append("figure");
  box.append("figcaption").text(title).append("span").style("font-weight", 400).style("color", QUIET).text(note ? ` ${note}` : "");
  return box.append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "img").attr("aria-label", label || title);
}

function axes(svg, x, y, width, height, m, unit) {
  svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - m.bottom})`)
    .call(d3.axisBottom(x).ticks(Math.min(8, width / 70)).tickSizeOuter(0).tickFormat(x.tick || null));
  const left = svg.append("g").attr("class", "axis").attr("transform", `translate(${m.left},0)`)
    .call(d3.axisLeft(y).ticks(5).tickSizeOuter(0).tickFormat((v) => inUnit(v, unit)));
  left.select(".domain").remove();
  left.selectAll(".tick line").clone().attr("x2", width - m.left - m.right).attr("class", "grid");
}

/* A scale of time whose ticks are short where they stand for months. */
function timeScale(dates, range) {
  const x = d3.scaleUtc(d3.extent(dates), range);
  if (d3.utcMonth.count(...x.domain()) < 30) x.tick = d3.utcFormat("%b %y");
  return x;
}

/* A span that holds zero and all values. */
function around(values) {
  const low = Math.min(0, d3.min(values) ?? 0), high = Math.max(0, d3.max(values) ?? 0);
  return low === high ? [0, 1] : [low, high];
}

function said(months, rows, unit) {
  const i = rows.difference.findLastIndex((v) => v !== null);
  return i < 0 ? "no values" : `in ${months[i]} the difference is ${inUnit(rows.difference[i], unit)}`;
}

/* The difference by month with its band, around a line of zero. */
function differenceChart(parent, months, rows, size) {
  const [width, height] = size || [540, 210], m = { top: 8, right: 12, bottom: 22, left: 56 };
  const dates = months.map((s) => d3.utcParse("%Y-%m")(s));
  const title = `${rows.title}`;
  const svg = figure(parent, title, `difference, ${rows.unit}`, width, height, `${title}: ${said(months, rows, rows.unit)}`);
  const known = [...rows.low, ...rows.high, ...rows.difference].filter((v) => v !== null);
  const x = timeScale(dates, [m.left, width - m.right]);
  const y = d3.scaleLinear(around(known), [height - m.bottom, m.top]).nice();
  axes(svg, x, y, width, height, m, rows.unit);
  const has = (k) => (_, i) => rows[k][i] !== null;
  svg.append("path").datum(dates).attr("fill", BAND).attr("opacity", 0.75).attr("d", d3.area().defined(has("low"))
    .x((d) => x(d)).y0((_, i) => y(rows.low[i])).y1((_, i) => y(rows.high[i])));
  svg.append("line").attr("x1", m.left).attr("x2", width - m.right).attr("y1", y(0)).attr("y2", y(0)).attr("stroke", INK).attr("stroke-width", 1);
  svg.append("path").datum(dates).attr("fill", "none").attr("stroke", BLUE).attr("stroke-width", 1.8)
    .attr("d", d3.line().defined(has("difference")).x((d) => x(d)).y((_, i) => y(rows.difference[i])));
}

/* Both worlds by month; the base is dashed, so that print and colour-blind readers can tell them apart. */
function levelChart(parent, months, rows, size) {
  const [width, height] = size || [540, 210], m = { top: 8, right: 60, bottom: 22, left: 56 };
  const dates = months.map((s) => d3.utcParse("%Y-%m")(s));
  const svg = figure(parent, rows.title, `in both worlds, ${rows.unit}`, width, height, `${rows.title} in both worlds`);
  const known = [...rows.base, ...rows.with].filter((v) => v !== null);
  const x = timeScale(dates, [m.left, width - m.right]);
  const y = d3.scaleLinear(around(known), [height - m.bottom, m.top]).nice();
  axes(svg, x, y, width, height, m, rows.unit);
  const ends = [];
  for (const [key, colour, dash] of [["base", INK, "5 3"], ["with", ORANGE, null]]) {
    svg.append("path").datum(dates).attr("fill", "none").attr("stroke", colour).attr("stroke-width", 1.8).attr("stroke-dasharray", dash)
      .attr("d", d3.line().defined((_, i) => rows[key][i] !== null).x((d) => x(d)).y((_, i) => y(rows[key][i])));
    const last = rows[key].findLastIndex((v) => v !== null);
    if (last >= 0) ends.push([key, colour, y(rows[key][last])]);
  }
  if (ends.length === 2 && Math.abs(ends[0][2] - ends[1][2]) < 13) {
    const middle = (ends[0][2] + ends[1][2]) / 2, up = ends[0][2] <= ends[1][2] ? 0 : 1;
    ends[up][2] = middle - 6.5; ends[1 - up][2] = middle + 6.5;
  }
  for (const [key, colour, at] of ends) {
    svg.append("text").attr("x", width - m.right + 6).attr("y", at + 4).attr("font-size", 12).attr("font-weight", 600).attr("fill", colour).text(key);
  }
}

/* Effects by dose, with ranges as bars. */
function doseChart(parent, item, rows) {
  const width = 540, height = 220, m = { top: 10, right: 16, bottom: 38, left: 60 };
  const points = [...rows].sort((a, b) => a.dose - b.dose);
  const svg = figure(parent, item.title, `difference, ${item.unit}`, width, height, `${item.title} by dose: ` +
    points.map((p) => `${p.dose}: ${inUnit(p.difference, item.unit)}`).join("; "));
  const known = points.flatMap((p) => [p.low, p.high, p.difference]).filter((v) => v !== null);
  const x = d3.scaleLinear([0, 1], [m.left, width - m.right]);
  const y = d3.scaleLinear(around(known), [height - m.bottom, m.top]).nice();
  axes(svg, x, y, width, height, m, item.unit);
  svg.append("line").attr("x1", m.left).attr("x2", width - m.right).attr("y1", y(0)).attr("y2", y(0)).attr("stroke", INK);
  svg.append("path").datum(points).attr("fill", "none").attr("stroke", BLUE).attr("stroke-width", 1.5)
    .attr("d", d3.line().x((p) => x(p.dose)).y((p) => y(p.difference)));
  const dots = svg.selectAll(".dose").data(points).join("g");
  dots.filter((p) => p.low !== null).append("line").attr("x1", (p) => x(p.dose)).attr("x2", (p) => x(p.dose))
    .attr("y1", (p) => y(p.low)).attr("y2", (p) => y(p.high)).attr("stroke", BLUE).attr("stroke-width", 2);
  dots.append("circle").attr("cx", (p) => x(p.dose)).attr("cy", (p) => y(p.difference)).attr("r", 4).attr("fill", "#fff").attr("stroke", BLUE).attr("stroke-width", 2);
  svg.append("text").attr("x", (m.left + width - m.right) / 2).attr("y", height - 4).attr("text-anchor", "middle").attr("font-size", 12).attr("fill", QUIET).text("dose");
}

/* Effects by two doses: a cell each, orange above zero, blue below, the number in it. */
function surfaceChart(parent, item, rows, names) {
  const width = 540, height = 330, m = { top: 10, right: 12, bottom: 44, left: 76 };
  const svg = figure(parent, item.title, `difference, ${item.unit}`, width, height, `${item.title} by the doses of ${names.join(" and ")}`);
  const doses = (k) => [...new Set(rows.map((r) => r[k]))].sort(d3.ascending);
  const x = d3.scaleBand(doses("dose_a"), [m.left, width - m.right]).padding(0.04);
  const y = d3.scaleBand(doses("dose_b"), [height - m.bottom, m.top]).padding(0.04);
  const most = d3.max(rows, (r) => Math.abs(r.difference ?? 0)) || 1;
  const colour = (v) => v === 0 ? "#f1f3f5" : (v > 0 ? d3.interpolateRgb("#fff3e9", "#e88c4a") : d3.interpolateRgb("#eaf4fb", "#62a8d3"))(Math.abs(v) / most);
  const cell = svg.selectAll(".cell").data(rows).join("g");
  cell.append("rect").attr("x", (r) => x(r.dose_a)).attr("y", (r) => y(r.dose_b)).attr("width", x.bandwidth()).attr("height", y.bandwidth()).attr("fill", (r) => colour(r.difference ?? 0));
  cell.append("text").attr("x", (r) => x(r.dose_a) + x.bandwidth() / 2).attr("y", (r) => y(r.dose_b) + y.bandwidth() / 2 + 4).attr("text-anchor", "middle").attr("font-size", 13)
    .text((r) => r.difference === null ? "" : (r.difference > 0 ? "+" : "") + inUnit(r.difference, item.unit));
  svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - m.bottom})`).call(d3.axisBottom(x).tickSize(0));
  svg.append("g").attr("class", "axis").attr("transform", `translate(${m.left},0)`).call(d3.axisLeft(y).tickSize(0));
  svg.append("text").attr("x", (m.left + width - m.right) / 2).attr("y", height - 8).attr("text-anchor", "middle").attr("font-size", 12).attr("fill", QUIET).text(`dose of ${names[0].replaceAll("_", " ")}`);
  svg.append("text").attr("transform", `translate(16,${(m.top + height - m.bottom) / 2}) rotate(-90)`).attr("text-anchor", "middle").attr("font-size", 12).attr("fill", QUIET).text(`dose of ${names[1].replaceAll("_", " ")}`);
}
