/* The map of the report and the dashboard: the same edges in all worlds, or their difference; widths by passages a month. */
"use strict";
const UNNAMED = "#6b7280";
const PERMIT = "#0072b2", NEARBY = "#6b7280", MORE = "#d55e00", LESS = "#0072b2", WIDEST = 11;

class RouteMap {
  /* options: worlds as [key, title], the base first; legend and total as selectors of where they are written. */
  constructor(parent, data, options = {}) {
    this.worlds = options.worlds || [["base", "base"], ["with", "with the policies"]];
    this.legendBox = options.legend || "#map-legend";
    this.totalBox = options.total || "#map-total";
    this.data = data.map;
    this.months = data.months;
    this.routes = data.routes;
    this.colours = { ...(data.map.corridor_colours || {}), "": UNNAMED };
    this.parent = d3.select(parent);
    this.kind = "irregular"; this.view = "both"; this.month = -1;
    this.place();
    this.draw();
  }

  /* Country shapes and places, projected once: the world of the places that anybody passes. */
  place() {
    const { places, edges, outline } = this.data;
    const used = new Set(Object.values(edges).flatMap(([a, b]) => [a, b]));
    const points = [...used].map((k) => [places.lon[k], places.lat[k]]);
    const west = d3.min(points, (p) => p[0]), east = d3.max(points, (p) => p[0]);
    const south = d3.min(points, (p) => p[1]), north = d3.max(points, (p) => p[1]);
    const frame = { type: "MultiPoint", coordinates: [[west, south], [east, north], [west, north], [east, south], [(west + east) / 2, south], [(west + east) / 2, north]] };
    this.width = 560;
    const raw = d3.geoEqualEarth().rotate([-(west + east) / 2, 0]).fitWidth(this.width - 36, frame);
    const [[, top], [, bottom]] = d3.geoPath(raw).bounds(frame);
    this.height = Math.round(Math.min(Math.max(bottom - top + 36, 320), 620));
    this.projection = d3.geoEqualEarth().rotate([-(west + east) / 2, 0]).fitExtent([[18, 18], [this.width - 18, this.height - 18]], frame);
    this.xy = places.lon.map((lon, k) => this.projection([lon, places.lat[k]]));
    this.land = outline.map((ring) => this.ring(ring)).filter((d) => d !== "").join("");
    this.used = used;
  }

  /* A ring in the plane: rings come in either winding, so they are not drawn as shapes on a sphere. */
  ring(points) {
    const flat = points.map((p) => this.projection(p));
    const inside = flat.some(([x, y]) => x > -60 && x < this.width + 60 && y > -60 && y < this.height + 60);
    return inside ? `M${flat.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z` : "";
  }

  value(arm, edge) {
    const series = this.data.crossed[this.kind]?.[arm]?.[edge];
    if (!series) return 0;
    return this.month < 0 ? d3.mean(series) : series[this.month];
  }

  peak() {
    const all = Object.values(this.data.crossed[this.kind] || {}).flatMap((arm) => Object.values(arm));
    if (this.view === "difference") {
      const most = ([arm]) => d3.max(Object.keys(this.data.edges), (e) => Math.abs(this.value(arm, e) - this.value("base", e)));
      return d3.max(this.worlds.slice(1), most) || 1;
    }
    return d3.quantile(all.flatMap((s) => s).filter((v) => v > 0), 0.995) || 1;
  }

  curve(from, to, bend = 0.13) {
    const [a, b] = this.xy[from], [c, d] = this.xy[to];
    const mx = (a + c) / 2 + bend * (d - b), my = (b + d) / 2 - bend * (c - a);
    return `M${a.toFixed(1)},${b.toFixed(1)}Q${mx.toFixed(1)},${my.toFixed(1)} ${c.toFixed(1)},${d.toFixed(1)}`;
  }

  draw() {
    this.parent.selectAll("*").remove();
    const less = this.view === "difference";
    const panels = less ? this.worlds.slice(1).map(([arm, title]) => [arm, `${title}, less the base`]) : this.worlds;
    this.parent.classed("one", panels.length === 1);
    this.panels = panels.map(([arm, title]) => {
      const figure = this.parent.append("figure");
      figure.append("figcaption").text(title);
      const svg = figure.append("svg").attr("viewBox", `0 0 ${this.width} ${this.height}`).attr("role", "img").attr("aria-label", `Map: ${title}`);
      if (panels.length === 1) svg.style("max-width", "900px").style("margin", "0 auto");
      svg.append("path").attr("d", this.land).attr("fill", "#e7e4dc").attr("stroke", "#fff").attr("stroke-width", 0.7);
      const lines = svg.append("g").attr("fill", "none").attr("stroke-linecap", "round").selectAll("path")
        .data(Object.entries(this.data.edges).sort((a, b) => d3.ascending(a[1][2], b[1][2]))).join("path").attr("d", ([, [from, to]]) => this.curve(from, to));
      lines.append("title");
      const dots = svg.append("g").selectAll("circle").data([...this.used]).join("circle")
        .attr("cx", (k) => this.xy[k][0]).attr("cy", (k) => this.xy[k][1]).attr("r", 1.6).attr("fill", "#3a3f45");
      dots.append("title").text((k) => this.data.places.name[k]);
      this.names(svg);
      return { arm, lines, less };
    });
    this.update();
  }

  /* Names of the busiest places that do not overlap. */
  names(svg) {
    const weight = new Map();
    for (const [edge, [from, to]] of Object.entries(this.data.edges)) {
      const v = d3.mean(this.data.crossed[this.kind]?.base?.[edge] || [0]);
      for (const k of [from, to]) weight.set(k, (weight.get(k) || 0) + v);
    }
    const taken = [];
    for (const [k, v] of [...weight].sort((a, b) => b[1] - a[1]).slice(0, 40)) {
      const name = this.data.places.name[k], [x, y] = this.xy[k], w = 5.6 * name.length, left = x + w + 8 > this.width;
      const box = [left ? x - w - 5 : x + 5, y - 6, left ? x - 5 : x + 5 + w, y + 6];
      if (v <= 0 || taken.length > 15 || taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) continue;
      taken.push(box);
      svg.append("text").attr("x", left ? x - 4 : x + 4).attr("y", y + 3.5).attr("text-anchor", left ? "end" : "start").attr("font-size", 10.5).attr("fill", "#1f2328")
        .attr("stroke", "#fff").attr("stroke-width", 2.6).attr("stroke-opacity", 0.85).attr("paint-order", "stroke").text(name);
    }
  }

  update() {
    const width = d3.scaleSqrt([0, this.peak()], [0, WIDEST]).clamp(true);
    for (const { arm, lines, less } of this.panels) {
      const of = ([edge]) => this.value(arm, edge) - (less ? this.value("base", edge) : 0);
      lines.attr("stroke-width", (d) => { const v = Math.abs(of(d)); return v > 0 ? Math.max(width(v), 0.4) : 0; })
        .attr("stroke-opacity", (d) => !less && this.kind === "irregular" && d[1][2] === "" ? 0.4 : 0.8)
        .attr("stroke", (d) => less ? (of(d) > 0 ? MORE : LESS) : this.colour(d[1][2]))
        .attr("stroke-dasharray", (d) => less && of(d) < 0 ? "5 3" : null)
        .select("title").text((d) => `${d[1][3]}: ${short(of(d))} a month`);
    }
    this.legend(width);
    this.total();
  }

  colour(route) {
    return this.kind === "irregular" ? (this.colours[route] || UNNAMED) : this.kind === "regular" ? PERMIT : NEARBY;
  }

  legend(width) {
    const used = new Set(Object.values(this.data.edges).map((e) => e[2]));
    let items = [];
    if (this.view === "difference") items = [[MORE, "more with the policies", "solid"], [LESS, "fewer with the policies", "dashed"]];
    else if (this.kind === "irregular") items = Object.entries(this.colours).filter(([r]) => used.has(r)).map(([r, c]) => [c, this.routes[r] || "no named route", "solid"]);
    else items = [[this.colour(""), this.kind === "regular" ? "with a permit" : "to neighbouring countries", "solid"]];
    const box = d3.select(this.legendBox);
    box.selectAll("*").remove();
    for (const [colour, text, style] of items) {
      const item = box.append("span");
      item.append("i").style("border-top-color", colour).style("border-top-style", style);
      item.append("span").text(text);
    }
    for (const share of [0.05, 0.3, 1]) {
      const v = +(share * this.peak()).toPrecision(1), item = box.append("span");
      item.append("i").style("border-top-color", "#9aa3ad").style("border-top-width", `${Math.max(1, width(v)).toFixed(1)}px`);
      item.append("span").text(`${short(v)} a month`);
    }
  }

  total() {
    const sum = (arm) => d3.sum(Object.keys(this.data.edges), (e) => this.value(arm, e));
    const when = this.month < 0 ? "a month over the whole period" : `in ${this.months[this.month]}`;
    const base = sum("base");
    const others = this.worlds.slice(1).map(([arm, title]) => {
      const v = sum(arm) - base;
      return `${short(base + v)} ${title} (${v >= 0 ? "+" : "\u2212"}${short(Math.abs(v))})`;
    });
    d3.select(this.totalBox).text(`Passages ${when}: ${short(base)} in the base, ${others.join(", ")}.`);
  }
}
