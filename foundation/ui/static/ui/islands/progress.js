// <q-progress url="…/status" every="1500"> … [data-q="done"] [data-q="total"] [data-q="running"] [data-q="text"] svg.q-meter .q-ring … </q-progress>
// Asks the status and shows it. JSON: {done, total, running, text, state: running|done|failed, next}.
// Slower and slower while nothing moves; silent while the page is hidden; speaks at 25, 50, 75 and 100 per cent.
import { announce, getJson } from "../kit.js";

class Progress extends HTMLElement {
  connectedCallback() {
    this.every = Number(this.getAttribute("every")) || 1500;
    this.wait = this.every;
    this.spoken = 0;
    this.last = -1;
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
    this.wait = status.done === this.last ? Math.min(this.wait * 1.5, 10000) : this.every;
    this.last = status.done;
    this.draw(status, percent, total);
    this.words(status.text || "");
    this.speak(percent, status.text);
    if (!status.state || status.state === "running") { this.plan(); return; }
    this.dispatchEvent(new CustomEvent("q-done", { bubbles: true, detail: status }));
    if (status.next) location.assign(status.next);
  }

  draw(status, percent, total) {
    this.querySelectorAll('[data-q="done"]').forEach((node) => { node.textContent = String(status.done); });
    this.querySelectorAll('[data-q="total"]').forEach((node) => { node.textContent = String(total); });
    this.querySelectorAll('[data-q="running"]').forEach((node) => { node.textContent = String(status.running || 0); });
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
    const arc = this.querySelector(".q-ring .v");
    if (arc) {
      const around = 2 * Math.PI * Number(arc.getAttribute("r"));
      arc.setAttribute("stroke-dasharray", (around * percent) / 100 + " " + around);
    }
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
