// <q-address towns="…" roads="…"> around [data-q="district"] (select), [data-q="town"] (select), [data-q="road"] (text).
// A district brings its towns; a few letters of a road bring suggestions. JSON: {items: [{value, label}]}.
// Without script: all towns are in the list, grouped by district, and the road is typed whole.
import { announce, debounce, el, getJson } from "../kit.js";

class Address extends HTMLElement {
  connectedCallback() {
    this.district = this.querySelector('[data-q="district"]');
    this.town = this.querySelector('[data-q="town"]');
    this.road = this.querySelector('[data-q="road"]');
    if (this.district && this.town && this.getAttribute("towns")) this.district.addEventListener("change", () => this.towns());
    if (this.district && this.town) this.narrow();
    if (this.road && this.getAttribute("roads")) this.combo();
  }

  /** Only the towns of the chosen district stay in the list. */
  narrow() {
    const chosen = this.district.options[this.district.selectedIndex];
    if (!this.district.value || !this.getAttribute("towns")) return;
    this.town.querySelectorAll("optgroup").forEach((group) => { if (group.label !== chosen.text && !group.querySelector("[selected]")) group.remove(); });
  }

  ask(url, more) {
    const query = new URLSearchParams(more);
    if (this.district && this.district.value) query.set("district", this.district.value);
    return getJson(url + (url.indexOf("?") < 0 ? "?" : "&") + query.toString());
  }

  towns() {
    const before = this.town.value;
    this.ask(this.getAttribute("towns"), {}).then((answer) => {
      this.town.textContent = "";
      this.town.appendChild(el("option", { value: "" }, "请选择街道、镇"));
      answer.items.forEach((item) => { this.town.appendChild(el("option", { value: item.value }, item.label)); });
      this.town.value = before;
      if (this.town.selectedIndex < 0) this.town.selectedIndex = 0;
      announce("街道、镇的列表已经换好，共 " + answer.items.length + " 个");
    }, () => announce("街道、镇的列表没有取到，请过一会儿再选一次区"));
  }

  combo() {
    const id = (this.road.id || "road") + "_list";
    this.list = el("ul", { class: "q-combo__l", role: "listbox", id: id, "aria-label": "路名建议" });
    this.list.hidden = true;
    const box = el("div", { class: "q-combo" });
    this.road.removeAttribute("list");  // our own list takes the place of the browser's
    this.road.parentNode.insertBefore(box, this.road);
    box.appendChild(this.road);
    box.appendChild(this.list);
    Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id }).forEach((pair) => this.road.setAttribute(pair[0], pair[1]));
    this.road.addEventListener("input", debounce(() => this.suggest(), 250));
    this.road.addEventListener("keydown", (event) => this.key(event));
    this.road.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => { const item = event.target.closest("li"); if (item) this.take(item); });
  }

  suggest() {
    const typed = this.road.value.trim();
    if (!typed) { this.close(); return; }
    const asked = { q: typed };
    if (this.town && this.town.value) asked.town = this.town.value;
    this.ask(this.getAttribute("roads"), asked).then((answer) => {
      if (this.road.value.trim() !== typed || document.activeElement !== this.road) return;
      this.list.textContent = "";
      answer.items.slice(0, 8).forEach((item, i) => this.list.appendChild(el("li", { role: "option", id: this.list.id + "_" + i, "aria-selected": "false", "data-value": item.value }, item.label)));
      const some = answer.items.length > 0;
      this.list.hidden = !some;
      this.road.setAttribute("aria-expanded", String(some));
      this.at = -1;
      this.road.removeAttribute("aria-activedescendant");
      announce(some ? answer.items.length + " 条建议，用上下键选" : "没有建议，可以直接写完");
    }, () => this.close());
  }

  key(event) {
    if (this.list.hidden) return;
    const items = this.list.children;
    if (event.key === "Escape") { event.preventDefault(); this.close(); }
    else if (event.key === "Enter" && this.at >= 0) { event.preventDefault(); this.take(items[this.at]); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.at >= 0) items[this.at].setAttribute("aria-selected", "false");
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
      items[this.at].setAttribute("aria-selected", "true");
      items[this.at].scrollIntoView({ block: "nearest" });
      this.road.setAttribute("aria-activedescendant", items[this.at].id);
    }
  }

  take(item) {
    this.road.value = item.dataset.value;
    this.close();
    this.road.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    this.list.hidden = true;
    this.at = -1;
    this.road.setAttribute("aria-expanded", "false");
    this.road.removeAttribute("aria-activedescendant");
  }
}
customElements.define("q-address", Address);
