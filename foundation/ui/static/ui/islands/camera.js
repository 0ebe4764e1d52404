// <q-camera longest="2000"> around a plain <input type="file">: take a photo or choose one, made smaller here,
// shown with the frame it should fill. `submit` sends the form at once.
import { announce, downscale, size } from "../kit.js";

class Camera extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    this.view = this.querySelector(".q-shot");
    if (!this.input) return;
    // the buttons do what the plain box does, so it leaves the screen and the tab order; its label stays
    if (this.button("take", "environment") && this.button("pick", "")) {
      this.input.classList.add("q-sr");
      this.input.tabIndex = -1;
    }
    this.input.addEventListener("change", () => this.chosen());
  }

  button(name, capture) {
    const button = this.querySelector('[data-q="' + name + '"]');
    if (!button) return false;
    button.hidden = false;
    button.addEventListener("click", () => {
      if (capture) this.input.setAttribute("capture", capture);
      else this.input.removeAttribute("capture");
      this.input.click();
    });
    return true;
  }

  chosen() {
    const file = this.input.files[0];
    if (!file) return;
    const most = Number(this.getAttribute("max-bytes")) || 20971520;
    if (!/^image\//.test(file.type) && file.type !== "application/pdf") { this.refuse("这不是照片。请选 JPG、PNG 或 PDF 文件。"); return; }
    this.say("正在处理照片…");
    downscale(file, Number(this.getAttribute("longest")) || 2000).then((ready) => {
      if (ready.size > most) { this.refuse("照片有 " + size(ready.size) + "，最大 " + size(most) + "。请重新拍一张。"); return; }
      if (ready !== file) {
        const files = new DataTransfer();
        files.items.add(ready);
        this.input.files = files.files;
      }
      this.preview(ready);
    });
  }

  preview(file) {
    const picture = this.view && this.view.querySelector("img");
    if (picture && /^image\//.test(file.type)) {
      if (this.url) URL.revokeObjectURL(this.url);
      this.url = URL.createObjectURL(file);
      picture.src = this.url;
      picture.hidden = false;
      this.view.classList.add("is-taken");
      const drawing = this.view.querySelector(".q-shot__g");
      if (drawing) drawing.setAttribute("hidden", "");
    }
    const take = this.querySelector('[data-q="take"] [data-q="word"]');
    if (take) take.textContent = "重拍";
    this.say(file.name + "，" + size(file.size) + "。请看看四边是不是都在、字是不是清楚。");
    announce("照片已经放好");
    this.dispatchEvent(new CustomEvent("q-taken", { bubbles: true }));
    const form = this.closest("form");
    if (this.hasAttribute("submit") && form) {
      if (form.requestSubmit) form.requestSubmit();
      else form.submit();
    }
  }

  refuse(sentence) {
    this.input.value = "";
    this.say(sentence, true);
    announce(sentence);
  }

  say(words, bad) {
    const place = this.querySelector('[data-q="say"]');
    if (!place) return;
    place.textContent = words;
    place.classList.toggle("t-block", Boolean(bad));
  }
}
customElements.define("q-camera", Camera);
