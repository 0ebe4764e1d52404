// <q-progress url="…/status" every="1500" list="ID"> … [data-q="done"] [data-q="text"] svg.q-meter .q-ring … </q-progress>
// Asks the status and shows it. JSON: {done, total, running, queued, failed, text, state: running|done|failed, next, marks}.
// Every number of it that the page has a [data-q] for is kept up. `marks` has one letter for each row of the list with that ID;
// a row whose letter changes gets the state that lies ready in <template data-q-mark="…">.
// Slower and slower while nothing moves; silent while the page is hidden; speaks at 25, 50, 75 and 100 per cent.
import { announce, getJson } from "../kit.js";

const NUMBERS = ["done", "running", "queued", "failed"];

class Progress extends HTMLElement {
  connectedCallback() {
    this.every = Number(this.getAttribute("every")) || 1500;
    this.wait = this.every;
    this.spoken = 0;
    this.last = "";
    document.addEventListener("visibilitychange", () => { if (!document.hidden && this.paused) { this.paused = false; this.ask(); } });
    this.plan();
  }

  disconnectedCallback() { clearTimeout(this.timer); }

  plan() { this.timer = setTimeout(() => this.ask(), this.wait); }

  ask() {
    if (document.hidden) { this.paused = true; return; }
    getJson(this.getAttribute("url")).then((status) => this.show(status), () => {
      this.wait = Math.min(this.wait * 2, 30000);
      this.words("网络不好，还在等结果");
      this.plan();
    });
  }

  show(status) {
    const total = status.total || 1;
    const percent = Math.min(100, (status.done / total) * 100);
    const now = status.done + (status.marks || "");
    this.wait = now === this.last ? Math.min(this.wait * 1.5, 10000) : this.every;
    this.last = now;
    this.draw(status, percent, total);
    this.mark(status.marks || "");
    this.words(status.text || "");
    this.speak(percent, status.text);
    if (!status.state || status.state === "running") { this.plan(); return; }
    this.dispatchEvent(new CustomEvent("q-done", { bubbles: true, detail: status }));
    if (status.next) location.assign(status.next);
  }

  draw(status, percent, total) {
    this.put("total", total);
    NUMBERS.forEach((name) => { if (name in status) this.put(name, status[name]); });
    const meter = this.querySelector(".q-meter");
    if (meter) {
      const bars = meter.querySelectorAll("rect");
      bars[0].setAttribute("width", percent + "%");
      if (bars[1]) {
        bars[1].setAttribute("x", percent + "%");
        bars[1].setAttribute("width", ((status.running || 0) / total) * 100 + "%");
      }
      meter.setAttribute("aria-label", "已完成 " + status.done + "，共 " + total);
    }
    const arc = this.arc(percent);
    if (arc) {
      const around = 2 * Math.PI * Number(arc.getAttribute("r"));
      arc.setAttribute("stroke-dasharray", (around * percent) / 100 + " " + around);
    }
  }

  put(name, number) {
    this.querySelectorAll('[data-q="' + name + '"]').forEach((node) => { node.textContent = String(number); });
  }

  /** The moving part of the ring; there is none yet on a page that began with nothing. */
  arc(percent) {
    const found = this.querySelector(".q-ring .v");
    const track = this.querySelector(".q-ring circle");
    if (found || !track || !percent) return found;
    const arc = track.cloneNode();
    arc.setAttribute("class", "v");
    return track.parentNode.appendChild(arc);
  }

  mark(marks) {
    const list = document.getElementById(this.getAttribute("list") || "");
    if (!list || list.children.length !== marks.length) return;
    Array.prototype.forEach.call(list.children, (row, i) => {
      const ready = this.querySelector('template[data-q-mark="' + marks[i] + '"]');
      const state = row.querySelector(".q-st");
      if (!ready || !state || row.dataset.qMark === marks[i]) return;
      row.dataset.qMark = marks[i];
      state.replaceWith(ready.content.cloneNode(true));
    });
  }

  words(text) {
    const place = this.querySelector('[data-q="text"]');
    if (place && text) place.textContent = text;
  }

  speak(percent, text) {
    const step = Math.floor(percent / 25) * 25;
    if (step <= this.spoken) return;
    this.spoken = step;
    announce("已完成百分之 " + step + (text ? "，" + text : ""));
  }
}
customElements.define("q-progress", Progress);
