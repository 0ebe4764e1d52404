// <q-copy text="91310115MAXX00015T">…<button type="button" hidden>复制</button></q-copy>
// Without `text` it copies the box or the words inside; without a button it brings one.
import { announce, el, toast } from "../kit.js";

class Copy extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input, textarea");
    this.text = this.getAttribute("text") || (box ? box.value : this.textContent.trim());
    const button = this.querySelector("button") || this.appendChild(el("button", { type: "button", class: "weui-btn weui-btn_default q-btn-s q-mt" }, "复制"));
    button.hidden = false;
    button.addEventListener("click", () => this.copy(button));
  }

  copy(button) {
    const text = this.text;
    const written = navigator.clipboard ? navigator.clipboard.writeText(text).then(() => true, () => this.byHand(text)) : Promise.resolve(this.byHand(text));
    written.then((done) => {
      if (!done) { toast("这台手机不让复制，请长按号码选中。"); return; }
      const word = button.textContent;
      button.textContent = "已复制";
      announce("已复制");
      setTimeout(() => { button.textContent = word; }, 2000);
    });
  }

  byHand(text) {
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "q-sr";
    this.appendChild(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}
customElements.define("q-copy", Copy);
