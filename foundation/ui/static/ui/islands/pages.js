// <q-pages must="1,3"> .q-pages__v > figure.q-sheetpage[data-page] … [data-q="prev|next|zoom|where|read"], input[name="read_pages"]
// One page at a time, larger on demand, and a note of which pages were really on the screen.
// Without script all pages stand under each other.
import { announce } from "../kit.js";

const LOOKED = 800;

class Pages extends HTMLElement {
  connectedCallback() {
    this.view = this.querySelector(".q-pages__v");
    this.sheets = Array.prototype.slice.call(this.querySelectorAll(".q-sheetpage"));
    if (!this.view || !this.sheets.length) return;
    this.seen = {};
    this.must = (this.getAttribute("must") || "").split(",").filter(Boolean);
    this.part("prev", () => this.turn(-1));
    this.part("next", () => this.turn(1));
    this.part("zoom", () => this.zoom());
    this.querySelectorAll(".q-js").forEach((node) => { node.hidden = false; });
    this.view.addEventListener("touchstart", (event) => { this.touch = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
    this.view.addEventListener("touchend", (event) => this.swiped(event), { passive: true });
    this.addEventListener("keydown", (event) => {
      if (event.target !== this.view) return;
      if (event.key === "ArrowRight" || event.key === "PageDown") this.turn(1);
      if (event.key === "ArrowLeft" || event.key === "PageUp") this.turn(-1);
    });
    this.show(0);
  }

  part(name, work) {
    const node = this.querySelector('[data-q="' + name + '"]');
    if (node) node.addEventListener("click", work);
    return node;
  }

  swiped(event) {
    if (!this.touch || this.view.classList.contains("is-big")) return;
    const end = event.changedTouches[0];
    const across = end.clientX - this.touch.clientX;
    if (Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(end.clientY - this.touch.clientY)) this.turn(across < 0 ? 1 : -1);
  }

  turn(step) {
    const to = this.now + step;
    if (to < 0 || to >= this.sheets.length) return;
    this.show(to);
    announce("第 " + (to + 1) + " 页，共 " + this.sheets.length + " 页");
  }

  show(place) {
    this.now = place;
    this.sheets.forEach((sheet, i) => { sheet.hidden = i !== place; });
    this.view.scrollTop = 0;
    const where = this.querySelector('[data-q="where"]');
    if (where) where.textContent = String(place + 1);
    const prev = this.querySelector('[data-q="prev"]');
    const next = this.querySelector('[data-q="next"]');
    if (prev) prev.disabled = place === 0;
    if (next) next.disabled = place === this.sheets.length - 1;
    const picture = this.sheets[place].querySelector("img");
    clearTimeout(this.looking);
    const look = () => { this.looking = setTimeout(() => this.read(place), LOOKED); };
    if (picture && !picture.complete) picture.addEventListener("load", look, { once: true });
    else look();
  }

  zoom() {
    const big = this.view.classList.toggle("is-big");
    const button = this.querySelector('[data-q="zoom"]');
    button.setAttribute("aria-pressed", String(big));
    announce(big ? "已放大，可以左右移动" : "已缩回");
  }

  read(place) {
    if (this.now !== place) return;
    this.seen[this.sheets[place].dataset.page || String(place + 1)] = true;
    const pages = Object.keys(this.seen);
    const input = this.querySelector('input[name="read_pages"]');
    if (input) input.value = pages.join(",");
    const wanted = this.must.length ? this.must : this.sheets.map((sheet, i) => sheet.dataset.page || String(i + 1));
    const left = wanted.filter((page) => !this.seen[page]).length;
    const note = this.querySelector('[data-q="read"]');
    if (note) {
      note.classList.toggle("ok", left === 0);
      note.lastElementChild.textContent = left ? "还有 " + left + " 页没有看" : wanted.length + " 页都看过了";
    }
    this.dispatchEvent(new CustomEvent("q-read", { bubbles: true, detail: { pages: pages, left: left } }));
  }
}
customElements.define("q-pages", Pages);
