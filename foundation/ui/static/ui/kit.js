// What the islands share. ES2019; every page works without any of this.

export function meta(name) {
  const found = document.querySelector('meta[name="' + name + '"]');
  return found ? found.content : "";
}

/** The CSRF token: of the form in hand, else of the page. */
export function csrf(form) {
  const input = (form || document).querySelector('input[name="csrfmiddlewaretoken"]');
  return (input && input.value) || meta("q-csrf");
}

/** Says `text` to a screen reader without moving the focus. */
export function announce(text) {
  const live = document.getElementById("q-live");
  if (!live) return;
  live.textContent = "";
  setTimeout(function () { live.textContent = text; }, 60);
}

/** POST as the page itself would: same cookies, with the token. Rejects when there is no answer at all. */
export function post(url, body, options) {
  const more = options || {};
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    redirect: "follow",
    keepalive: Boolean(more.keepalive),
    headers: Object.assign({ "X-CSRFToken": csrf(more.form), "X-Requested-With": "fetch", Accept: "application/json" }, more.headers),
    body: body,
  });
}

export function getJson(url) {
  return fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } }).then(function (reply) {
    if (!reply.ok) throw new Error(String(reply.status));
    return reply.json();
  });
}

export function debounce(work, ms) {
  let timer = 0;
  function later() {
    const args = arguments;
    clearTimeout(timer);
    timer = setTimeout(function () { work.apply(null, args); }, ms);
  }
  later.cancel = function () { clearTimeout(timer); };
  return later;
}

/** Makes an element: el("p", {class: "q-note"}, "text", child). Text is text, never markup. */
export function el(tag, attrs) {
  const node = document.createElement(tag);
  Object.keys(attrs || {}).forEach(function (name) { node.setAttribute(name, attrs[name]); });
  Array.prototype.slice.call(arguments, 2).forEach(function (child) {
    node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  });
  return node;
}

/** A toast. With an action it stays until it is used or closed. */
export function toast(text, action) {
  const box = document.getElementById("q-toasts");
  if (!box) return;
  const node = el("div", { class: "q-toast", role: "status" }, el("span", {}, text));
  const button = el("button", { type: "button" }, action ? action.label : "知道了");
  button.addEventListener("click", function () {
    node.remove();
    if (action) action.run();
  });
  node.appendChild(button);
  box.textContent = "";
  box.appendChild(node);
  if (!action) setTimeout(function () { node.remove(); }, 8000);
}

/** The size of a file in words. */
export function size(bytes) {
  return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
}

/** Makes a photo smaller in the browser; gives the file back as it is where that cannot be done safely. */
export function downscale(file, longest) {
  // A browser that does not turn pictures by their EXIF note would send them lying on their side.
  const upright = window.CSS && CSS.supports && CSS.supports("image-orientation", "from-image");
  if (!upright || !/^image\/(jpeg|png|webp)$/.test(file.type) || !window.DataTransfer) return Promise.resolve(file);
  return new Promise(function (done) {
    const picture = new Image();
    const url = URL.createObjectURL(file);
    picture.onerror = function () { URL.revokeObjectURL(url); done(file); };
    picture.onload = function () {
      URL.revokeObjectURL(url);
      const factor = longest / Math.max(picture.naturalWidth, picture.naturalHeight);
      if (factor >= 1) return done(file);
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.naturalWidth * factor);
      canvas.height = Math.round(picture.naturalHeight * factor);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) {
        const smaller = blob && blob.size < file.size;
        done(smaller ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file);
      }, "image/jpeg", 0.86);
    };
    picture.src = url;
  });
}
