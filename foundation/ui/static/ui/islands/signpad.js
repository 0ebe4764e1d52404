// <q-signpad> around .q-pad (with guide signs), input[name] (hidden, takes the picture) and buttons undo, clear, wide.
// The picture goes into the hidden field as a PNG data URL when the form is sent; strokes survive turning the phone.
// Without script the plain way stands: a photo of the signature, or signing without handwriting.
import SignaturePad from "../../signature_pad/signature_pad.min.js";
import { announce } from "../kit.js";

class SignPad extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector(".q-pad");
    this.value = this.querySelector('input[type="hidden"]');
    if (!this.box || !this.value) return;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "手写签名区，还没有写");
    this.box.appendChild(this.canvas);
    this.pad = new SignaturePad(this.canvas, { penColor: getComputedStyle(this.box).color, minWidth: 1.4, maxWidth: 4.2 });
    this.pad.addEventListener("endStroke", () => this.wrote());
    this.on("undo", () => { this.draw(this.pad.toData().slice(0, -1)); this.wrote(); });
    this.on("clear", () => { this.pad.clear(); this.wrote(); });
    this.on("wide", () => this.wide(true));
    this.on("narrow", () => this.wide(false));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.wide(false); });
    window.addEventListener("resize", () => this.fit());
    const form = this.closest("form");
    if (form) form.addEventListener("submit", () => this.fill());
    this.querySelectorAll("[data-q-needs-pad]").forEach((node) => { node.hidden = false; });
    this.fit();
    this.wrote();
  }

  on(name, work) {
    this.querySelectorAll('[data-q="' + name + '"]').forEach((node) => node.addEventListener("click", work));
  }

  /** As many pixels as the screen has; the strokes keep their place in the new size. */
  fit() {
    const ratio = Math.min(Math.max(window.devicePixelRatio || 1, 1), 2);
    const width = this.canvas.offsetWidth;
    const height = this.canvas.offsetHeight;
    if (!width || (this.width === width && this.height === height)) return;
    const strokes = this.pad.toData();
    const before = { width: this.width || width, height: this.height || height };
    this.width = width;
    this.height = height;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.getContext("2d").scale(ratio, ratio);
    const factor = Math.min(width / before.width, height / before.height);
    const left = (width - before.width * factor) / 2;
    const top = (height - before.height * factor) / 2;
    strokes.forEach((stroke) => stroke.points.forEach((point) => { point.x = point.x * factor + left; point.y = point.y * factor + top; }));
    this.draw(strokes);
  }

  draw(strokes) {
    this.pad.clear();
    this.pad.fromData(strokes);
  }

  wide(on) {
    if (this.box.classList.contains("is-wide") === on) return;
    this.box.classList.toggle("is-wide", on);
    this.fit();
    const next = this.querySelector('[data-q="' + (on ? "narrow" : "wide") + '"]');
    if (next) next.focus();
  }

  wrote() {
    const strokes = this.pad.toData().length;
    const words = strokes ? "已经写了 " + strokes + " 笔" : "还没有写";
    this.canvas.setAttribute("aria-label", "手写签名区，" + words);
    this.querySelectorAll('[data-q="undo"], [data-q="clear"]').forEach((node) => { node.disabled = !strokes; });
    if (!strokes) this.value.value = "";
    else if (strokes === 1) announce("开始写了");
    this.dispatchEvent(new CustomEvent("q-signed", { bubbles: true, detail: { strokes: strokes } }));
  }

  fill() {
    this.value.value = this.pad.isEmpty() ? "" : this.pad.toDataURL("image/png");
  }
}
customElements.define("q-signpad", SignPad);
