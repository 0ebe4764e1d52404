// On every page: says that scripts run, brings the focus to what is wrong, gives htmx its token,
// and loads the scripts of the elements that are really there.
import { csrf, meta, toast } from "./kit.js";

const root = document.documentElement;
const places = JSON.parse(meta("q-islands") || "{}");
const asked = {};
root.classList.add("js");

function load(name) {
  asked[name] = true;
  const script = document.createElement("script");
  script.src = places[name];
  if (name === "htmx") {
    // htmx starts itself at DOMContentLoaded, which has passed when it is fetched on demand.
    script.onload = function () {
      if (document.readyState !== "complete") document.dispatchEvent(new Event("DOMContentLoaded"));
    };
  } else {
    script.type = "module";
  }
  document.head.appendChild(script);
}

function scan(part) {
  Object.keys(places).forEach(function (name) {
    const wanted = name === "htmx" ? "[hx-get],[hx-post],[hx-trigger]" : name;
    if (!asked[name] && (part.querySelector(wanted) || (part.matches && part.matches(wanted)))) load(name);
  });
}

function focusFirst(part) {
  const target = part.querySelector("#q-sum, [autofocus], h1, h2, h3");
  if (!target) return;
  if (!target.hasAttribute("tabindex") && !/^(INPUT|SELECT|TEXTAREA|BUTTON|A)$/.test(target.tagName)) target.tabIndex = -1;
  target.focus();
}

function start() {
  scan(document);
  const summary = document.getElementById("q-sum");
  if (summary) summary.focus();
}
if (document.readyState === "loading" || document.readyState === "interactive") document.addEventListener("DOMContentLoaded", start, { once: true });
else start();

// A part of the page that an island put there itself may hold elements whose scripts are not loaded yet.
document.addEventListener("q-inserted", function (event) { scan(event.target); });

// A link of the error summary goes to the field itself, with its label in sight.
document.addEventListener("click", function (event) {
  const link = event.target.closest && event.target.closest(".q-sum a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const whole = field.closest(".q-f") || field;
  whole.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});

// Long text grows with its box where the browser does not do it by itself.
if (!(window.CSS && CSS.supports && CSS.supports("field-sizing", "content"))) {
  document.addEventListener("input", function (event) {
    const box = event.target;
    if (box.tagName !== "TEXTAREA") return;
    box.style.height = "auto";
    box.style.height = box.scrollHeight + 2 + "px";
  });
}

// What was kept on this phone for somebody who logs out is not for the next one.
document.addEventListener("submit", function (event) {
  if (!event.target.matches("[data-q-logout]")) return;
  try {
    Object.keys(localStorage).forEach(function (key) { if (key.indexOf("q-copy:") === 0) localStorage.removeItem(key); });
  } catch (blocked) {
    // storage is switched off: then nothing was kept either
  }
});

let focusLost = false;
document.addEventListener("htmx:configRequest", function (event) {
  const form = event.target.closest && event.target.closest("form");
  event.detail.headers["X-CSRFToken"] = csrf(form);
});
document.addEventListener("htmx:beforeSwap", function (event) {
  focusLost = event.detail.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSettle", function (event) {
  const part = event.detail.elt;
  scan(part);
  const nowhere = !document.activeElement || document.activeElement === document.body;
  if (part.querySelector && (part.querySelector("#q-sum") || (focusLost && nowhere))) focusFirst(part);
  focusLost = false;
});
document.addEventListener("htmx:responseError", function (event) {
  const status = event.detail.xhr.status;
  if (status === 401 || status === 403) toast("登录已经失效，这一步没有办。", { label: "重新登录", run: function () { location.reload(); } });
  else if (status === 429) toast("点得太快了，等一会儿再试。");
  else toast("系统没有回应，这一步没有办。", { label: "再试一次", run: function () { location.reload(); } });
});
["htmx:sendError", "htmx:timeout"].forEach(function (name) {
  document.addEventListener(name, function () { toast("没有网络，这一步没有办。连上网再点一次。"); });
});
