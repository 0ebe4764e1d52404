// <q-once><input type="hidden" name="idempotency_key"></q-once> in a form: one tap sends it once.
// The server holds to the key; this keeps a second tap from being a surprise.

class Once extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    if (!form || form.qOnce) return;
    form.qOnce = true;
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || form.hasAttribute("hx-post")) return;
      if (this.sent) { event.preventDefault(); return; }
      this.sent = true;
      // after the browser has taken the pressed button's name and value
      setTimeout(() => this.rest(form, event.submitter), 0);
    });
    // back from the next page, or a fragment came instead of a page: ready again
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.ready(); });
    form.addEventListener("htmx:beforeRequest", (event) => {
      if (this.sent) { event.preventDefault(); return; }
      this.sent = true;
      this.rest(form, null);
    });
    form.addEventListener("htmx:afterRequest", () => this.ready());
  }

  rest(form, pressed) {
    this.buttons = Array.prototype.filter.call(form.elements, (control) => control.type === "submit");
    this.buttons.forEach((button) => { button.setAttribute("aria-disabled", "true"); });
    const shown = pressed || this.buttons[0];
    if (shown && shown.tagName === "BUTTON") {
      this.shown = shown;
      shown.setAttribute("aria-busy", "true");
      this.sign = document.createElement("span");
      this.sign.className = "q-spin";
      shown.insertBefore(this.sign, shown.firstChild);
    }
    this.timer = setTimeout(() => this.ready(), 20000);
  }

  ready() {
    clearTimeout(this.timer);
    this.sent = false;
    (this.buttons || []).forEach((button) => { button.removeAttribute("aria-disabled"); });
    if (this.shown) this.shown.removeAttribute("aria-busy");
    if (this.sign) this.sign.remove();
    this.buttons = this.shown = this.sign = null;
  }
}
customElements.define("q-once", Once);
