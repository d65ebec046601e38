"use strict";
const graph = JSON.parse(document.getElementById("data").textContent);
const svg = document.getElementById("graph");
const panel = document.getElementById("told");
const search = document.getElementById("search");
const everything = document.getElementById("everything");
const whole = svg.viewBox.baseVal;
const start = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };

function element(name, parent, attributes = {}, text = "") {
  const namespace = svg.contains(parent) ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  parent.appendChild(made);
  return made;
}

// ── what is drawn
for (const kind of graph.kinds) {
  element("li", document.getElementById("kinds"), {}, kind.type).style.color = kind.colour;
}
for (const edge of graph.edges) {
  edge.group = element("g", document.getElementById("edges"), { class: "edge" });
  edge.lines = ["thin", "wide"].map((kind) => element("line", edge.group, { class: kind }));
  edge.group.addEventListener("click", () => tell(edge, edgeTitle(edge)));
}
for (const node of graph.nodes) {
  node.group = element("g", document.getElementById("nodes"), { class: "node", tabindex: 0 });
  element("circle", node.group, { r: node.r, fill: node.colour });
  element("text", node.group, { y: node.r + 13 }, node.label);
  node.group.addEventListener("keydown", (event) => event.key === "Enter" && tell(node, nodeTitle(node)));
  node.group.addEventListener("pointerdown", (event) => drag(event, node));
}

function place() {
  for (const node of graph.nodes) node.group.setAttribute("transform", `translate(${node.x} ${node.y})`);
  for (const edge of graph.edges) {
    const [one, two] = [graph.nodes[edge.from], graph.nodes[edge.to]];
    for (const line of edge.lines) {
      for (const [key, value] of Object.entries({ x1: one.x, y1: one.y, x2: two.x, y2: two.y })) line.setAttribute(key, value);
    }
  }
}

function show() {
  const shown = (node) => everything.checked || node.isName;
  for (const node of graph.nodes) node.group.classList.toggle("hidden", !shown(node));
  for (const edge of graph.edges) {
    edge.group.classList.toggle("hidden", !(shown(graph.nodes[edge.from]) && shown(graph.nodes[edge.to])));
  }
}

// ── what is said
const nodeTitle = (node) => [node.name, `${node.type}, joined to ${node.degree}`];
const edgeTitle = (edge) => [`${graph.nodes[edge.from].name} → ${graph.nodes[edge.to].name}`, edge.phrases];

function tell(one, [title, more]) {
  document.querySelectorAll(".chosen").forEach((other) => other.classList.remove("chosen"));
  one.group.classList.add("chosen");
  panel.replaceChildren();
  element("h2", panel, {}, title);
  element("p", panel, {}, more);
  const list = element("ul", panel);
  for (const said of one.told) {
    element("small", element("li", list, {}, said.text), {}, said.place);
  }
}

// ── moving about
function point(event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
}

function drag(event, node) {
  event.stopPropagation();
  const from = point(event);
  let moved = false;
  const move = (next) => {
    const at = point(next);
    moved = moved || Math.hypot(at.x - from.x, at.y - from.y) > 3;
    if (moved) [node.x, node.y] = [at.x, at.y];
    place();
  };
  const end = () => {
    window.removeEventListener("pointermove", move);
    if (!moved) tell(node, nodeTitle(node));
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", end, { once: true });
}

svg.addEventListener("pointerdown", (event) => {
  const from = point(event);
  const move = (next) => {
    const at = point(next);
    whole.x += from.x - at.x;
    whole.y += from.y - at.y;
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", () => window.removeEventListener("pointermove", move), { once: true });
});

svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const at = point(event);
  const factor = Math.min(4 * start.width, Math.max(start.width / 20, whole.width * (event.deltaY > 0 ? 1.15 : 1 / 1.15))) / whole.width;
  whole.x = at.x - (at.x - whole.x) * factor;
  whole.y = at.y - (at.y - whole.y) * factor;
  whole.width *= factor;
  whole.height *= factor;
}, { passive: false });

document.getElementById("whole").addEventListener("click", () => Object.assign(whole, start));
everything.addEventListener("change", show);

// ── finding
function found() {
  const wanted = search.value.trim().toLowerCase();
  return wanted ? graph.nodes.filter((node) => node.name.toLowerCase().includes(wanted)) : [];
}

search.addEventListener("input", () => {
  const hits = new Set(found());
  for (const node of graph.nodes) {
    node.group.classList.toggle("found", hits.has(node));
    node.group.classList.toggle("faint", Boolean(search.value.trim()) && !hits.has(node));
  }
});

search.addEventListener("keydown", (event) => {
  const [first] = found();
  if (event.key !== "Enter" || !first) return;
  if (!first.isName) everything.checked = true;
  show();
  whole.x = first.x - whole.width / 2;
  whole.y = first.y - whole.height / 2;
  tell(first, nodeTitle(first));
});

everything.checked = graph.everything;
place();
show();
