// <q-upload url="…" order-url="…" max-bytes="20971520"> around <input type="file" multiple> and [data-q="list"].
// Each file goes by itself, with its progress. The answer is the list as HTML (ui/upload_list.html) for the whole group.
// 202: the file was not taken, the list says what can be done.
// Order: by the plain up buttons (they are forms), or by dragging the grip. Without script: one form post.
import { announce, csrf, el, size } from "../kit.js";

class Upload extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    this.list = this.querySelector('[data-q="list"]');
    if (!this.input || !this.list) return;
    this.queue = [];
    const pick = this.querySelector('[data-q="pick"]');
    if (pick) {
      pick.hidden = false;
      pick.addEventListener("click", () => this.input.click());
      this.input.classList.add("q-sr");
      this.input.tabIndex = -1;
      this.querySelectorAll(".q-nojs").forEach((node) => { node.hidden = true; });
    }
    this.input.addEventListener("change", () => this.add(Array.prototype.slice.call(this.input.files)));
    this.list.addEventListener("pointerdown", (event) => this.grab(event));
    this.addEventListener("q-done", (event) => { this.finished = event.target; this.settle(); });
  }

  // The server has finished with the files: the page shows the result, unless more files are still on their way, or
  // what was refused has still to be read.
  settle() {
    if (this.busy || !this.finished) return;
    if (!this.refused()) { location.replace(location.pathname); return; }
    this.finished.textContent = "";
    this.finished.appendChild(el("a", { class: "q-link", href: location.pathname }, "合好了，看合成的一份"));
  }

  refused() { return this.querySelector('[data-q="waiting"] .t-block'); }

  add(files) {
    this.input.value = "";
    const most = Number(this.getAttribute("max-bytes")) || 20971520;
    files.forEach((file) => {
      const line = this.line(file);
      if (file.size > most) this.bad(line, "有 " + size(file.size) + "，最大 " + size(most) + "。请压缩或分开后再传。");
      else if (file.size === 0) this.bad(line, "是空文件，请重新选。");
      else this.queue.push({ file: file, line: line });
    });
    if (!this.busy) this.next();
  }

  line(file) {
    const meter = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    meter.setAttribute("class", "q-meter");
    meter.setAttribute("aria-hidden", "true");
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    bar.setAttribute("height", "8");
    bar.setAttribute("width", "0%");
    meter.appendChild(bar);
    const say = el("span", { class: "q-mini", role: "status" }, "等着上传");
    const line = el("li", { class: "q-up" }, el("span", { class: "q-up__m" }, el("b", {}, file.name), say, meter));
    this.querySelector('[data-q="waiting"]').appendChild(line);
    return { node: line, bar: bar, say: say, meter: meter };
  }

  bad(line, sentence) {
    line.say.textContent = sentence;
    line.say.className = "q-mini t-block";
    line.meter.remove();
    const close = el("button", { type: "button", class: "q-link" }, "知道了");
    close.addEventListener("click", () => {
      line.node.remove();
      this.settle();
    });
    line.node.appendChild(close);
    announce(line.node.querySelector("b").textContent + sentence);
  }

  next() {
    const item = this.queue.shift();
    this.busy = Boolean(item);
    if (!item) { this.settle(); return; }
    const body = new FormData();
    body.append(this.input.name, item.file, item.file.name);
    body.append("csrfmiddlewaretoken", csrf());
    const call = new XMLHttpRequest();
    call.open("POST", this.getAttribute("url"));
    call.setRequestHeader("X-CSRFToken", csrf());
    call.setRequestHeader("X-Requested-With", "fetch");
    call.upload.onprogress = (event) => {
      const percent = event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0;
      item.line.bar.setAttribute("width", percent + "%");
      item.line.say.textContent = percent < 100 ? "已上传 " + percent + "%" : "正在检查清晰度和页数…";
    };
    call.onerror = () => { this.bad(item.line, "没有网络，没有传上。请再选一次。"); this.next(); };
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) { item.line.node.remove(); this.show(call.responseText); announce(item.file.name + (call.status === 202 ? " 没有收，可以整理后用" : " 已经传好")); }
      else this.bad(item.line, call.status === 413 ? "太大了，没有传上。" : call.status === 422 ? call.responseText : "没有传上，请再选一次。");
      this.next();
    };
    call.send(body);
  }

  show(html) {
    // our own server's list, from the same origin, escaped by its template
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const fresh = parsed.querySelector('[data-q="list"]') || parsed.body;
    this.list.textContent = "";
    this.finished = null;
    Array.prototype.slice.call(fresh.childNodes).forEach((node) => this.list.appendChild(document.importNode(node, true)));
    this.list.dispatchEvent(new CustomEvent("q-inserted", { bubbles: true }));
  }

  grab(event) {
    const grip = event.target.closest(".q-grip");
    const row = grip && grip.closest("li");
    if (!row) return;
    event.preventDefault();
    row.classList.add("is-moving");
    const move = (step) => {
      const other = Array.prototype.find.call(this.list.children, (node) => node !== row && step.clientY > node.getBoundingClientRect().top && step.clientY < node.getBoundingClientRect().bottom);
      if (other) this.list.insertBefore(row, row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? other.nextSibling : other);
    };
    const drop = () => {
      row.classList.remove("is-moving");
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
      this.order();
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  }

  order() {
    const body = new URLSearchParams();
    Array.prototype.forEach.call(this.list.children, (node) => body.append("order", node.dataset.id));
    body.append("csrfmiddlewaretoken", csrf());
    fetch(this.getAttribute("order-url"), { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch" }, body: body })
      .then((reply) => (reply.ok ? reply.text().then((html) => this.show(html)) : Promise.reject(new Error(String(reply.status)))))
      .then(() => announce("顺序已经存好"), () => announce("顺序没有存上，请用上移按钮"));
  }
}
customElements.define("q-upload", Upload);
