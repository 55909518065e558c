/* Progressive enhancement only: every page must work when this file is missing. */
(() => {
  "use strict";

  // 1. After a failed submit, move focus to the error summary.
  const focusSummary = (root) => {
    const s = root.querySelector("[data-error-summary]");
    if (s) { s.focus(); }
  };
  focusSummary(document);

  // 2. Links inside an error summary put the caret in the field, not only scroll to it.
  document.addEventListener("click", (e) => {
    const a = e.target.closest("[data-error-summary] a[href^='#']");
    if (!a) return;
    const f = document.getElementById(a.hash.slice(1));
    if (!f) return;
    e.preventDefault();
    f.scrollIntoView({ block: "center" });
    (f.matches("input,select,textarea,button") ? f : f.querySelector("input,select,textarea") || f).focus();
  });

  // 3. One click, one submit.
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (form.method.toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    const b = e.submitter;
    const word = b && b.querySelector("span");
    if (word && b.dataset.busyText) { b.setAttribute("aria-disabled", "true"); b.dataset.word = word.textContent; word.textContent = b.dataset.busyText; }
  });
  const release = () => {
    document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent);
    document.querySelectorAll("button[data-word]").forEach((b) => { b.removeAttribute("aria-disabled"); b.querySelector("span").textContent = b.dataset.word; delete b.dataset.word; });
  };
  window.addEventListener("pageshow", release);

  // 4. data-print, data-open="dialog-id", data-close
  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-print]")) { window.print(); return; }
    const o = e.target.closest("[data-open]");
    if (o) { const d = document.getElementById(o.dataset.open); if (d && d.showModal) { e.preventDefault(); d.showModal(); } return; }
    const c = e.target.closest("dialog [data-close]");
    if (c) { e.preventDefault(); c.closest("dialog").close(); }
  });

  // 5. Close an open account menu with Escape or a tap elsewhere.
  const closeMenus = (except) => document.querySelectorAll("details.acct[open]").forEach((d) => { if (d !== except) d.open = false; });
  document.addEventListener("click", (e) => closeMenus(e.target.closest("details.acct")));
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    const d = document.querySelector("details.acct[open]");
    if (d) { d.open = false; d.querySelector("summary").focus(); }
  });

  // 6. Network trouble during an HTMX request: say so, keep what was typed. A form with hx-boost is sent that way, and
  // its answer is a whole page, which is read from its top or from the error summary.
  const say = (t) => { const n = document.getElementById("net-note"); if (n) { n.hidden = false; n.querySelector("p").textContent = t; n.scrollIntoView({ block: "center" }); } };
  document.addEventListener("htmx:afterRequest", (e) => { if (e.detail.boosted) release(); });
  document.addEventListener("htmx:afterSettle", (e) => {
    if (e.target !== document.body) return;
    document.getElementById("isi").focus({ preventScroll: true });
    focusSummary(document);
  });
  document.addEventListener("htmx:sendError", () => say("Koneksi terputus. Isian Anda masih ada di halaman ini. Coba lagi setelah tersambung."));
  document.addEventListener("htmx:timeout", () => say("Jaringan lambat. Isian Anda masih ada di halaman ini. Coba kirim lagi."));
  document.addEventListener("htmx:responseError", () => say("Server sedang bermasalah. Isian Anda masih ada di halaman ini. Coba lagi sebentar lagi."));
  document.addEventListener("htmx:afterOnLoad", (e) => { const n = document.getElementById("net-note"); if (n && !isLogin(e)) n.hidden = true; });

  // 7. The session ended: the answer is the log-in page, which must not replace a part of this one.
  const isLogin = (e) => new URL(e.detail.xhr.responseURL, location.href).pathname === document.body.dataset.login;
  document.addEventListener("htmx:beforeSwap", (e) => {
    if (!isLogin(e)) return;
    e.detail.shouldSwap = false;
    say("Sesi Anda berakhir. Masuk lagi di tab baru, lalu lanjutkan di sini. Isian Anda masih ada di halaman ini.");
  });
})();
