// The chat page: builds what the server's stream tells, and says what the person does. No HTML is ever read.

const words = JSON.parse(document.body.dataset.words);
const at = (id) => document.getElementById(id);
const log = at("log"), scroll = at("scroll"), line = at("line");
const COMMAND = /(^|[\s（(：:])(\/[a-z0-9_]{1,32})(?![\w/])/g;
const HEADINGS = { h1: "h2", h2: "h3", h3: "h4", h4: "h5", h5: "h6", h6: "h6" };  // the page itself has the h1
const shown = new Map();
const said = [];
let run = "", recall = 0, anchor = null, awaited = false, next = null;

function payload(address) {  // of a link into this chat: what is sent to the bot where it is tapped
  const start = `https://t.me/${document.body.dataset.bot}?start=`;
  return address?.startsWith(start) ? address.slice(start.length) : "";
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// ── what a message says ──

function build(nodes, into, plain = false) {
  for (const node of nodes) {
    if (typeof node === "string") into.append(...(plain ? [node] : withCommands(node)));
    else into.append(one(node, plain));
  }
  return into;
}

function withCommands(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(COMMAND)) {
    const start = found.index + found[1].length;
    parts.push(text.slice(from, start));
    parts.push(element("button", { type: "button", class: "typed", onclick: () => say(found[2]) }, found[2]));
    from = start + found[2].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function one([tag, attributes, children], plain) {
  switch (tag) {
    case "a":
      if (attributes.name) return build(children, element("span", { "data-name": attributes.name }), plain);
      if (attributes.jump) {
        return build(children, element("a", { href: "#", onclick: (event) => jump(event, attributes.jump) }), true);
      }
      if (payload(attributes.href)) {
        const start = (event) => { event.preventDefault(); say(`/start ${payload(attributes.href)}`); };
        return build(children, element("a", { href: "#", onclick: start }), true);
      }
      return build(children, attributes.href
        ? element("a", { href: attributes.href, target: "_blank", rel: "noopener noreferrer" })
        : element("span"), true);
    case "blockquote":
      return attributes.folded ? folded(children, plain) : build(children, element("blockquote"), plain);
    case "details":
      return build(children, element("details", { open: Boolean(attributes.open) }), plain);
    case "spoiler": {
      const spoiler = build(children, element("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": words.spoiler }), true);
      const open = () => { spoiler.classList.add("seen"); spoiler.removeAttribute("role"); spoiler.removeAttribute("aria-label"); };
      spoiler.addEventListener("click", open);
      spoiler.addEventListener("keydown", (event) => { if (event.key === "Enter") open(); });
      return spoiler;
    }
    case "time": {
      const moment = attributes.unix ? new Date(Number(attributes.unix) * 1000) : null;
      return build(children, element("time", moment ? { datetime: moment.toISOString(), title: moment.toLocaleString() } : {}), plain);
    }
    case "footer": return build(children, element("small"), plain);
    case "code": case "pre": return build(children, element(tag), true);
    default: return build(children, element(HEADINGS[tag] ?? tag, { colspan: attributes.colspan, rowspan: attributes.rowspan }), plain);
  }
}

function folded(children, plain) {
  const inside = build(children, element("div", { class: "fold shut" }), plain);
  const button = element("button", { type: "button", class: "unfold", "aria-expanded": "false", hidden: true }, words.unfold);
  button.addEventListener("click", () => {
    const shut = inside.classList.toggle("shut");
    button.setAttribute("aria-expanded", String(!shut));
    button.textContent = shut ? words.unfold : words.fold;
  });
  requestAnimationFrame(() => { button.hidden = inside.scrollHeight <= inside.clientHeight + 2; });
  return element("blockquote", {}, inside, button);
}

function jump(event, name) {
  event.preventDefault();
  const target = event.target.closest("article").querySelector(`[data-name="${CSS.escape(name)}"]`);
  target?.closest("details")?.setAttribute("open", "");
  target?.scrollIntoView({ block: "start" });
}

// ── messages ──

function message(item) {
  const bubble = element("div", { class: "bubble" });
  if (item.photo) {
    bubble.append(element("img", { class: "photo", src: `/files/${item.message}`, alt: item.file.name || words.photo }));
  } else if (item.file) {
    bubble.append(element("a", { class: "file", href: `/files/${item.message}`, download: item.file.name },
      element("span", { "aria-hidden": "true" }, "📎"),
      element("span", {}, element("b", {}, item.file.name), element("small", {}, `${words.download} · ${size(item.file.size)}`))));
  }
  bubble.append(build(item.nodes, element("div", { class: "body" }), item.kind === "person"));
  const meta = item.edited ? `${item.time} · ${words.edited}` : item.time;
  bubble.append(element("p", { class: "meta" }, meta));
  const article = element("article", {
    class: `${item.kind}${item.rich ? " rich" : ""}`, "aria-label": `${item.kind === "person" ? words.you : words.bot} ${item.time}`,
  }, bubble);
  if (item.buttons.length) article.append(keyboard(item));
  return article;
}

function keyboard(item) {
  let number = 0;
  return element("div", { class: "rows" }, ...item.buttons.map((row) =>
    element("div", { class: "row" }, ...row.map((button) => {
      const place = number++;
      if (button.url && !payload(button.url)) return element("a", { href: button.url, target: "_blank", rel: "noopener noreferrer", "data-place": place }, `${button.text} ↗`);
      return element("button", { type: "button", class: button.style || null, "data-place": place,
        onclick: (event) => press(event.currentTarget, item.message, place) }, button.text);
    }))));
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function note(text, loud = false) {
  const made = element("p", { class: loud ? "note loud" : "note" }, text);
  log.append(made);
  return made;
}

function show(item) {
  if (item.kind === "notice") { toast(item.text); return; }
  const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const made = item.kind === "note" ? element("p", { class: "note" }, item.text) : message(item);
  const old = shown.get(item.id);
  if (old) {
    const focus = old.contains(document.activeElement) ? document.activeElement.dataset.place : undefined;
    old.replaceWith(made);
    if (focus !== undefined) made.querySelector(`[data-place="${focus}"]`)?.focus({ preventScroll: true });
  } else {
    log.append(made);
    if (awaited) { anchor = made; awaited = false; }
    requestAnimationFrame(() => follow(near));
  }
  shown.set(item.id, made);
}

function follow(near) {
  // What came after the person's last act is read from its beginning; what comes unasked only while at the end.
  const end = scroll.scrollHeight - scroll.clientHeight;
  if (anchor?.isConnected) scroll.scrollTop = Math.min(end, anchor.offsetTop - scroll.offsetTop - 8);
  else if (near) scroll.scrollTop = end;
  newest();
}

function newest() {
  at("newest").hidden = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 200;
}

let waning;
function toast(text) {
  const box = at("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(waning);
  waning = setTimeout(() => { box.hidden = true; }, 5000);
}

// ── what the person does ──

async function ask(path, body) {
  awaited = true;
  try {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) toast(told.problem ?? words.failed);
    return answer.ok;
  } catch {
    toast(words.failed);
    return false;
  }
}

async function say(text) {
  if (text.trim()) {
    said.push(text);
    recall = said.length;
    return ask("/say", { line: text });
  }
  return true;
}

async function press(button, message, place) {
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  await ask("/press", { message, button: place });
  button.removeAttribute("aria-busy");
  button.disabled = false;
}

async function move(to) {
  const form = at("clock");
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  await ask("/clock", { to });
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("button")) button.disabled = button.dataset.to === "next" && !next;
}

at("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = line.value;
  line.value = "";
  if (!await say(text)) line.value ||= text;  // what could not be sent is not lost
});
line.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;  // Enter ends the input of Chinese first
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); at("composer").requestSubmit(); }
  if (event.key === "ArrowUp" && !line.value && recall > 0) { event.preventDefault(); line.value = said[--recall]; }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !["INPUT", "TEXTAREA"].includes(document.activeElement.tagName)) line.focus();
});
at("clock").addEventListener("submit", (event) => { event.preventDefault(); move(at("when").value); });
for (const button of document.querySelectorAll("[data-to]")) button.addEventListener("click", () => move(button.dataset.to));
for (const button of document.querySelectorAll("[data-line]")) button.addEventListener("click", () => say(button.dataset.line));
at("newest").addEventListener("click", () => { anchor = null; scroll.scrollTop = scroll.scrollHeight; });
scroll.addEventListener("scroll", newest, { passive: true });

// ── what the server tells ──

function moment(told) {
  at("now").textContent = told.clock.shown;
  at("now").dateTime = told.clock.local;
  at("when").min = told.clock.local;
  if (document.activeElement !== at("when")) at("when").value = told.clock.local;
  next = told.next;
  const button = document.querySelector('[data-to="next"]');
  button.disabled = !next;
  button.title = next ?? "";
  const keys = at("keys");
  keys.hidden = !told.keyboard.length;
  keys.replaceChildren(...told.keyboard.map((row) => element("div", { class: "row" },
    ...row.map((text) => element("button", { type: "button", onclick: () => say(text) }, text)))));
}

function status(text, lost) {
  const box = at("status");
  if (box.textContent !== text) box.textContent = text;
  box.classList.toggle("lost", lost);
}

const stream = new EventSource("/events");
stream.addEventListener("hello", (event) => {
  const told = JSON.parse(event.data);
  if (told.run !== run) {
    log.replaceChildren();
    shown.clear();
    anchor = null;
    if (run) note(words.restarted, true);
    run = told.run;
  }
  status("@chenbao_demo_bot", false);
  moment(told);
});
stream.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  moment(told);
  show(told);
});
stream.addEventListener("error", () => status(words.lost, true));
