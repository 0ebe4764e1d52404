// <q-countdown until="2026-11-23T14:36:00+08:00" now="2026-11-23T14:31:00+08:00" after="已失效"><b>14:36</b> 后失效</q-countdown>
// `now` is the server's time, so a wrong clock on the phone does not matter. Without script the absolute time stands.
import { announce } from "../kit.js";

class Countdown extends HTMLElement {
  connectedCallback() {
    const server = Date.parse(this.getAttribute("now"));
    this.ahead = isNaN(server) ? 0 : server - Date.now();
    this.end = Date.parse(this.getAttribute("until"));
    if (isNaN(this.end)) return;
    this.figure = document.createElement("span");
    this.figure.className = "num nw";
    this.figure.setAttribute("aria-hidden", "true");
    this.appendChild(this.figure);
    this.timer = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  tick() {
    const left = Math.round((this.end - Date.now() - this.ahead) / 1000);
    if (left > 0) {
      const minutes = Math.floor(left / 60);
      if (minutes < 60) this.figure.textContent = "（还剩 " + String(minutes).padStart(2, "0") + ":" + String(left % 60).padStart(2, "0") + "）";
      return;
    }
    clearInterval(this.timer);
    this.textContent = this.getAttribute("after") || "已经过时";
    announce(this.textContent);
    this.dispatchEvent(new CustomEvent("q-over", { bubbles: true }));
  }
}
customElements.define("q-countdown", Countdown);
