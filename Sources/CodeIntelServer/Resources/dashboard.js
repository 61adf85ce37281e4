"use strict";

// Everything that comes from the service is put in as text, never as markup.

const byId = (id) => document.getElementById(id);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function told(response) {
  try {
    const problem = await response.json();
    return `${problem.title || "Error"}: ${problem.detail || response.status}`;
  } catch {
    return `The service answered ${response.status}.`;
  }
}

// ---- Search

/** The words of a question that are worth marking. */
function words(question) {
  const found = question.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) || [];
  return [...new Set(found)].sort((left, right) => right.length - left.length);
}

function appendMarked(parent, line, pattern) {
  if (!pattern) {
    parent.append(line);
    return;
  }
  let last = 0;
  for (const match of line.matchAll(pattern)) {
    parent.append(line.slice(last, match.index), element("mark", "", match[0]));
    last = match.index + match[0].length;
  }
  parent.append(line.slice(last));
}

/** At most `height` lines, around the one that holds the most words of the question. */
function snippetWindow(lines, terms, height) {
  let best = 0;
  let bestScore = -1;
  lines.forEach((line, index) => {
    const lower = line.toLowerCase();
    const score = terms.filter((term) => lower.includes(term)).length;
    if (score > bestScore) [best, bestScore] = [index, score];
  });
  const start = Math.max(0, Math.min(best - Math.floor(height / 3), lines.length - height));
  return [start, Math.min(lines.length, start + height)];
}

function snippet(hit, terms) {
  const lines = hit.text.replace(/\n$/, "").split("\n");
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = escaped.length ? new RegExp(escaped.join("|"), "giu") : null;
  const [start, end] = snippetWindow(lines, terms, 12);
  const block = element("pre");
  for (let index = start; index < end; index += 1) {
    block.append(element("span", "number", `${String(hit.start_line + index).padStart(5)}  `));
    appendMarked(block, lines[index], pattern);
    block.append("\n");
  }
  return block;
}

function bars(hit, most) {
  const grid = element("div", "bars");
  for (const part of hit.contributions) {
    grid.append(element("span", "", part.channel));
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", part.channel);
    svg.setAttribute("viewBox", "0 0 100 6");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `${part.channel} gives ${part.contribution.toFixed(4)}`);
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    bar.setAttribute("height", "6");
    bar.setAttribute("width", most > 0 ? (100 * part.contribution / most).toFixed(2) : "0");
    svg.append(bar);
    grid.append(svg);
    const rank = part.rank === null || part.rank === undefined ? part.state : `#${part.rank}`;
    grid.append(element("span", "", `${part.contribution.toFixed(4)} (${rank})`));
  }
  return grid;
}

function show(answer) {
  const terms = words(answer.query);
  const total = answer.stages.map((stage) => `${stage.name} ${stage.duration_ms.toFixed(1)} ms`).join(", ");
  byId("summary").textContent =
    `${answer.hits.length} hits from generation ${answer.generation}${total ? ` (${total})` : ""}`;
  byId("limits").replaceChildren(...answer.limits.map((limit) => element("li", "", limit)));
  const most = Math.max(0, ...answer.hits.map((hit) => hit.score));
  byId("hits").replaceChildren(...answer.hits.map((hit) => {
    const item = element("li");
    const head = element("div");
    head.append(element("span", "place", `${hit.path}:${hit.start_line}-${hit.end_line}`));
    if (hit.symbol) head.append(element("span", "symbol", hit.symbol));
    item.append(head, snippet(hit, terms), bars(hit, most));
    return item;
  }));
}

let latest = 0;

async function search(event) {
  event.preventDefault();
  const turn = ++latest;
  const problem = byId("problem");
  problem.hidden = true;
  byId("summary").textContent = "searching…";
  const question = { query: byId("query").value, limit: Number(byId("limit").value) || 10 };
  const path = byId("path").value.trim();
  if (path) question.paths = [path];
  try {
    const response = await fetch("/search", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(question),
    });
    if (turn !== latest) return;
    if (!response.ok) throw new Error(await told(response));
    const answer = await response.json();
    show(answer);
    // The address can be shared: it asks the same question.
    history.replaceState(null, "", `/?q=${encodeURIComponent(answer.query)}`);
  } catch (error) {
    if (turn !== latest) return;
    byId("summary").textContent = "";
    byId("hits").replaceChildren();
    byId("limits").replaceChildren();
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

// ---- Cells

function row(cell) {
  const line = element("tr");
  line.append(
    element("td", "", cell.name),
    element("td", cell.check, cell.init_state),
    element("td", "", cell.detail.replaceAll("_", " ")),
    element("td", "", cell.generation === undefined ? "–" : String(cell.generation)),
    element("td", "", cell.last_init_ms === undefined ? "–" : `${cell.last_init_ms.toFixed(1)} ms`),
    element("td", "", String(cell.leases)),
    element("td", "", cell.limits.join("; ")));
  return line;
}

function watchCells() {
  const state = byId("state");
  const stream = new EventSource("/events");
  stream.addEventListener("cells", (event) => {
    byId("cells").replaceChildren(...JSON.parse(event.data).cells.map(row));
    state.textContent = "live";
    state.className = "badge good";
  });
  stream.addEventListener("error", () => {
    state.textContent = "no connection, trying again…";
    state.className = "badge bad";
    if (stream.readyState === EventSource.CLOSED) setTimeout(watchCells, 5000);
  });
}

// ---- Swap

async function swap(event) {
  event.preventDefault();
  const result = byId("swap-result");
  const button = event.target.querySelector("button");
  button.disabled = true;
  result.textContent = "swapping…";
  try {
    const response = await fetch("/admin/index/swap", {
      method: "POST",
      headers: { Authorization: `Bearer ${byId("token").value}` },
    });
    if (!response.ok) throw new Error(await told(response));
    const done = await response.json();
    result.textContent = `Generation ${done.from ?? "none"} → ${done.to} in ${done.duration_ms.toFixed(1)} ms`;
  } catch (error) {
    result.textContent = error.message;
  } finally {
    button.disabled = false;
  }
}

byId("search").addEventListener("submit", search);
byId("admin").addEventListener("submit", swap);
watchCells();

const asked = new URLSearchParams(location.search).get("q");
if (asked) {
  byId("query").value = asked;
  byId("search").requestSubmit();
}
