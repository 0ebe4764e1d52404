// <q-autosave url="…" version="3" key="case-12-liaison"> around or inside a form.
// Saves what is typed a moment after the last key: POST of the form's text fields with `version`.
// Answers: 200 {version, saved_at}, 409 {url, who}, 422 {message}, 401/403. Until the server confirms,
// a copy stays on this phone (at most a day), so that nothing typed is lost.
import { announce, csrf, debounce, el, post } from "../kit.js";

const DAY = 24 * 3600 * 1000;
const SKIP = { csrfmiddlewaretoken: true, idempotency_key: true, version: true };

class Autosave extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form") || this.closest("form");
    if (!this.form || this.ready) return;
    this.ready = true;
    this.version = this.getAttribute("version") || "0";
    this.key = "q-copy:" + (this.getAttribute("key") || location.pathname);
    this.edits = 0;
    this.saved = 0;
    this.fails = 0;
    this.later = debounce(this.save.bind(this), Number(this.getAttribute("delay")) || 1500);
    this.seen = JSON.stringify(this.fields());
    const edited = this.edited.bind(this);
    this.form.addEventListener("input", edited);
    this.form.addEventListener("change", edited);
    // before anybody else hears of it: q-once must not count a submit that only waits for a save
    document.addEventListener("submit", (event) => { if (event.target === this.form) this.submitting(event); }, true);
    window.addEventListener("pageshow", () => { this.leaving = false; });
    window.addEventListener("online", () => { if (this.edits > this.saved) this.save(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.edits > this.saved) this.save(true); });
    this.recover();
  }

  fields() {
    const pairs = [];
    new FormData(this.form).forEach((value, name) => {
      if (typeof value === "string" && !SKIP[name]) pairs.push([name, value]);
    });
    return pairs.filter((pair) => {
      const control = this.form.elements.namedItem(pair[0]);
      return !(control && (control.type === "password" || (control.dataset && "qPrivate" in control.dataset)));
    });
  }

  edited() {
    const now = JSON.stringify(this.fields());
    if (now === this.seen) return; // leaving a box says "change" once more
    this.seen = now;
    this.edits += 1;
    this.keep();
    if (!this.stopped) this.later();
  }

  keep(sent) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: this.version, at: Date.now(), sent: Boolean(sent), fields: this.fields() }));
    } catch (full) {
      // no room or switched off: saving to the server goes on
    }
  }

  drop() {
    try { localStorage.removeItem(this.key); } catch (blocked) { return; }
  }

  save(closing) {
    if (this.flight) { this.again = true; return this.flight; }
    if (this.leaving || this.stopped) return Promise.resolve();
    const upTo = this.edits;
    const body = new URLSearchParams(this.fields().concat([["version", this.version]]));
    body.set("csrfmiddlewaretoken", csrf(this.form));
    const slow = setTimeout(() => this.say("正在保存…", ""), 800);
    this.flight = post(this.getAttribute("url"), body, { form: this.form, keepalive: closing === true, headers: { "X-Autosave": "1" } })
      .then((reply) => { clearTimeout(slow); return this.answered(reply, upTo); })
      .catch(() => this.failed(navigator.onLine === false ? "没有网络，先存在这台手机上" : ""))
      .then(() => {
        clearTimeout(slow);
        this.flight = null;
        if (this.again && !this.stopped) { this.again = false; this.save(); }
      });
    return this.flight;
  }

  answered(reply, upTo) {
    const kind = reply.headers.get("Content-Type") || "";
    if (reply.redirected || reply.status === 401 || reply.status === 403 || (reply.ok && kind.indexOf("json") < 0)) return this.loggedOut();
    if (reply.status >= 500 || reply.status === 429 || reply.status === 408) return this.failed("");
    return reply.json().then((answer) => {
      if (reply.status === 409) return this.changedElsewhere(answer);
      if (!reply.ok) return this.say("没有保存上：" + (answer.message || "请检查填的内容"), "bad");
      this.fails = 0;
      this.saved = upTo;
      this.version = String(answer.version);
      const input = this.form.elements.namedItem("version");
      if (input) input.value = this.version;
      if (this.edits === upTo) { this.drop(); this.say("已自动保存 " + answer.saved_at, "ok"); }
      else { this.keep(); this.again = !this.sending; }
      this.dispatchEvent(new CustomEvent("q-saved", { bubbles: true, detail: answer }));
    });
  }

  failed(words) {
    this.fails += 1;
    this.say(words || "没有保存上，正在重试", "bad");
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.save(), Math.min(60, Math.pow(2, this.fails)) * 1000);
  }

  loggedOut() {
    this.say("登录已经失效，填的内容先存在这台手机上。", "bad", location.href, "重新登录");
  }

  changedElsewhere(answer) {
    this.stopped = true;
    this.say((answer.who ? answer.who : "在另一台手机上") + "改过，您填的没有盖掉它。", "bad", answer.url || location.href, "看两边的内容");
  }

  submitting(event) {
    this.later.cancel();
    clearTimeout(this.retry);
    if (!this.flight) {
      this.leaving = true;
      return this.edits ? this.keep(true) : undefined;
    }
    // A save is on its way: wait for its version, or the form would come too late by its own hand.
    event.preventDefault();
    event.stopImmediatePropagation();
    const active = document.activeElement;
    const button = event.submitter || (active && active.form === this.form && active.type === "submit" ? active : null);
    this.again = false;
    this.sending = true;
    this.flight.then(() => {
      this.sending = false;
      if (this.form.requestSubmit) { this.form.requestSubmit(button || undefined); return; }
      if (button && button.name) this.form.appendChild(el("input", { type: "hidden", name: button.name, value: button.value }));
      this.form.submit();
    });
  }

  recover() {
    let copy = null;
    try { copy = JSON.parse(localStorage.getItem(this.key)); } catch (broken) { copy = null; }
    if (!copy) return;
    const same = JSON.stringify(copy.fields) === JSON.stringify(this.fields());
    const arrived = copy.sent && copy.version !== this.version;
    if (same || arrived || Date.now() - copy.at > DAY) return this.drop();
    if (copy.version === this.version && !this.form.querySelector("[aria-invalid]")) return this.restore(copy);
    this.offer(copy);
  }

  restore(copy) {
    const left = {};
    copy.fields.forEach((pair) => { (left[pair[0]] = left[pair[0]] || []).push(pair[1]); });
    Array.prototype.forEach.call(this.form.elements, (control) => {
      if (!control.name || SKIP[control.name] || control.type === "file" || control.type === "password") return;
      const values = left[control.name] || [];
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.indexOf(control.value) >= 0;
      else if (values.length && control.type !== "hidden") control.value = values.shift();
    });
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
    announce("上次没有存上的内容，已经补回来了");
  }

  offer(copy) {
    const mine = el("button", { type: "button", class: "weui-btn weui-btn_default q-btn-s" }, "用没存上的");
    const theirs = el("button", { type: "button", class: "weui-btn q-btn-line q-btn-s" }, "不要了");
    const at = new Date(copy.at);
    const when = at.getMonth() + 1 + "月" + at.getDate() + "日 " + String(at.getHours()).padStart(2, "0") + ":" + String(at.getMinutes()).padStart(2, "0");
    const note = el("section", { class: "q-notice warn", role: "status" }, el("div", {}, el("b", {}, "这台手机上还有没存上的内容"), when + " 填的，后来这里又有人保存过。", el("div", { class: "q-btns" }, mine, theirs)));
    mine.addEventListener("click", () => { note.remove(); this.restore(copy); });
    theirs.addEventListener("click", () => { note.remove(); this.drop(); });
    this.insertBefore(note, this.firstChild);
  }

  say(words, tone, url, label) {
    const place = document.querySelector("[data-q-status]");
    if (!place) return;
    place.classList.toggle("is-bad", tone === "bad");
    place.textContent = "";
    const line = el("span", {}, words);
    if (url) line.appendChild(el("a", { href: url }, label));
    place.appendChild(line);
  }
}
customElements.define("q-autosave", Autosave);
