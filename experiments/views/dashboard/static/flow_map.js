/* The map of Explore: the report's map, with one line for each kind of people, marks at places, names on pointing, and zoom. */
"use strict";
const MARK_SHAPES = { camp: ["square", "#009e73"], waiting: ["circle", "#e69f00"], detained: ["triangle", "#000000"] };
const DASHES = ["", "7 4", "2 4", "10 3 2 3"];

class FlowMap extends RouteMap {
  /* words: names of kinds, marks and colours, from the server. */
  constructor(parent, geography, words) {
    super(parent, { map: { places: geography.places, edges: geography.edges, outline: geography.outline, crossed: {} }, months: [], routes: geography.routes }, { worlds: [["base", ""]] });
    this.words = words;
    this.by = "channel";
    this.frame = { edges: {}, places: {} };
    this.most = 1; this.mostHere = 1;
    this.build();
  }

  draw() { /* the first drawing waits for words: see build */ }

  build() {
    this.parent.selectAll("*").remove();
    const svg = this.svg = this.parent.append("svg").attr("class", "flow").attr("viewBox", `0 0 ${this.width} ${this.height}`).attr("role", "group").attr("aria-label", "Map of people who move. Tab goes from place to place.");
    const all = svg.append("g");
    all.append("path").attr("d", this.land).attr("fill", "#e7e4dc").attr("stroke", "#fff").attr("stroke-width", 0.7).attr("vector-effect", "non-scaling-stroke");
    this.lines = all.append("g").attr("fill", "none").attr("stroke-linecap", "butt");
    this.marks = all.append("g");
    const places = this.data.places;
    this.spots = all.append("g").selectAll("g").data([...this.used].sort((a, b) => places.lon[a] - places.lon[b])).join("g").attr("class", "place").attr("tabindex", 0).attr("role", "img")
      .attr("aria-label", (k) => places.name[k]);
    this.spots.append("circle").attr("class", "spot").attr("cx", (k) => this.xy[k][0]).attr("cy", (k) => this.xy[k][1]).attr("r", 2.2).attr("fill", "#3a3f45").attr("stroke", "#fff").attr("stroke-width", 0.6);
    this.spots.append("circle").attr("cx", (k) => this.xy[k][0]).attr("cy", (k) => this.xy[k][1]).attr("r", 9).attr("fill", "transparent");
    this.spots.on("pointerenter focus", (event, k) => this.tell(k)).on("pointerleave blur", () => this.tell(null));
    this.written = all.append("g").attr("pointer-events", "none");
    this.tip = this.parent.append("div").attr("id", "tip").attr("hidden", true);
    this.zooming(svg, all);
  }

  zooming(svg, all) {
    const zoom = d3.zoom().scaleExtent([1, 12]).translateExtent([[0, 0], [this.width, this.height]]).on("zoom", (event) => {
      const k = event.transform.k;
      all.attr("transform", event.transform);
      all.selectAll("circle.spot").attr("r", 2.2 / Math.sqrt(k));
      this.written.selectAll("text").attr("font-size", 11 / k).attr("stroke-width", 2.6 / k);
      this.size = k; this.show(this.frame, this.most, this.mostHere);
    });
    svg.call(zoom).on("dblclick.zoom", null);
    const box = this.parent.append("div").attr("class", "zoom");
    for (const [text, label, what] of [["+", "Closer", () => svg.call(zoom.scaleBy, 1.6)], ["\u2212", "Farther", () => svg.call(zoom.scaleBy, 1 / 1.6)], ["\u25a1", "Whole map", () => svg.call(zoom.transform, d3.zoomIdentity)]]) {
      box.append("button").attr("type", "button").attr("class", "plain").attr("aria-label", label).attr("title", label).text(text).on("click", what);
    }
    this.size = 1;
  }

  kinds() { return Object.keys(this.words.colours[this.by]); }

  /* Draw a frame; most and mostHere are what the widest line and the largest mark stand for. */
  show(frame, most, mostHere) {
    this.frame = frame; this.most = most; this.mostHere = mostHere;
    const width = d3.scaleSqrt([0, most], [0, 12]).clamp(true), kinds = this.kinds(), zoomed = Math.sqrt(this.size);
    const rows = [];
    for (const [edge, values] of Object.entries(frame.edges)) values.forEach((v, k) => { if (v > 0) rows.push([edge, k, v]); });
    this.lines.selectAll("path").data(rows, (d) => `${d[0]}-${d[1]}`).join((enter) => {
      const path = enter.append("path").attr("d", ([edge, k]) => this.curve(this.data.edges[edge][0], this.data.edges[edge][1], 0.09 + 0.055 * k));
      path.append("title");
      return path;
    }).attr("stroke", (d) => this.words.colours[this.by][kinds[d[1]]]).attr("stroke-opacity", 0.75)
      .attr("stroke-dasharray", (d) => DASHES[d[1]] || null)
      .attr("stroke-width", (d) => Math.max(width(d[2]), 0.5) / zoomed)
      .select("title").text((d) => `${this.data.edges[d[0]][3]}: ${short(d[2])} ${this.words.groups[kinds[d[1]]]}`);
    this.mark(frame, d3.scaleSqrt([0, mostHere], [0, 14]).clamp(true), zoomed);
    this.names(frame);
    if (this.told !== undefined && this.told !== null) this.tell(this.told);
  }

  mark(frame, radius, zoomed) {
    const keys = Object.keys(this.words.marks), rows = [];
    for (const [place, values] of Object.entries(frame.places)) {
      keys.forEach((key, k) => { if (MARK_SHAPES[key] && values[k] > 0) rows.push([place, key, values[k]]); });
    }
    const symbol = { square: d3.symbolSquare, circle: d3.symbolCircle, triangle: d3.symbolTriangle };
    this.marks.selectAll("path").data(rows, (d) => `${d[0]}-${d[1]}`).join("path")
      .attr("transform", (d) => `translate(${this.xy[d[0]]})`)
      .attr("d", (d) => { const r = Math.max(radius(d[2]), 1.5) / zoomed; return d3.symbol(symbol[MARK_SHAPES[d[1]][0]], 3.2 * r * r)(); })
      .attr("fill", (d) => MARK_SHAPES[d[1]][1]).attr("fill-opacity", 0.45).attr("stroke", (d) => MARK_SHAPES[d[1]][1]).attr("stroke-width", 1).attr("vector-effect", "non-scaling-stroke");
  }

  /* Names of places with most people on their lines; kept until others pass them clearly, so that they do not flicker. */
  names(frame) {
    const few = this.used.size <= 40 ? [...this.used].map((k) => [k, 0.5]) : [];
    const weight = new Map([...few, ...[...(this.kept || [])].map((k) => [k, 1])]);
    for (const [edge, values] of Object.entries(frame.edges)) {
      const v = d3.sum(values);
      for (const k of [this.data.edges[edge][0], this.data.edges[edge][1]]) weight.set(k, (weight.get(k) || 0) + v);
    }
    const order = [...weight].sort((a, b) => b[1] * (this.kept?.has(b[0]) ? 2 : 1) - a[1] * (this.kept?.has(a[0]) ? 2 : 1)).slice(0, 50), taken = [], chosen = [];
    for (const [k] of order) {
      const name = this.data.places.name[k], [x, y] = this.xy[k], w = 5.9 * name.length / this.size, h = 6.5 / this.size, gap = 5 / this.size, left = x + w + gap > this.width;
      const box = [left ? x - w - gap : x + gap, y - h, left ? x - gap : x + gap + w, y + h];
      if (taken.length > 16 || taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) continue;
      taken.push(box); chosen.push([k, left]);
    }
    this.kept = new Set(chosen.map(([k]) => k));
    this.written.selectAll("text").data(chosen, (d) => d[0]).join("text")
      .attr("x", ([k, left]) => this.xy[k][0] + (left ? -4 : 4) / this.size).attr("y", ([k]) => this.xy[k][1] + 3.5 / this.size).attr("text-anchor", ([, left]) => left ? "end" : "start")
      .attr("font-size", 11 / this.size).attr("fill", "#1f2328").attr("stroke", "#fff").attr("stroke-width", 2.6 / this.size).attr("stroke-opacity", 0.85).attr("paint-order", "stroke").text(([k]) => this.data.places.name[k]);
  }

  /* What is known of a place: for those who point at it and for those who come by keys. */
  tell(k) {
    this.told = k;
    this.tip.attr("hidden", k === null ? true : null);
    if (k === null) return;
    const places = this.data.places, values = this.frame.places[k] || [];
    const rows = Object.entries(this.words.marks).map(([, text], i) => [text, values[i] || 0]).filter((r) => r[1] > 0);
    let passed = 0;
    for (const [edge, v] of Object.entries(this.frame.edges)) if (this.data.edges[edge][1] === k) passed += d3.sum(v);
    rows.push(["came here, in the span", passed]);
    this.tip.selectAll("*").remove();
    this.tip.append("b").text(`${places.name[k]}, ${places.land[k]}`);
    this.tip.append("div").style("color", "#57606a").text(places.kind[k].replace("_", " "));
    for (const [text, v] of rows) this.tip.append("div").text(`${short(v)} ${text}`);
    this.spots.filter((d) => d === k).attr("aria-label", `${places.name[k]}, ${places.land[k]}: ${rows.map(([text, v]) => `${short(v)} ${text}`).join("; ")}`);
    const spot = this.spots.filter((d) => d === k).node().getBoundingClientRect(), box = this.parent.node().getBoundingClientRect();
    const x = spot.left - box.left + spot.width / 2, y = spot.top - box.top;
    this.tip.style("left", `${Math.min(Math.max(x + 12, 4), box.width - 200)}px`).style("top", `${Math.max(Math.min(y + 12, box.height - 110), 4)}px`);
  }
}
