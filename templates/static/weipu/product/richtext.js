// Rich text in place of a text area. What it may hold is decided by the server, which cleans what is sent.
(() => {
  "use strict";
  const BUTTONS = [
    ["bold", "format_bold", "bold"], ["italic", "format_italic", "italic"], ["underline", "format_underlined", "underline"],
    ["heading", "title", "formatBlock", "h2"], ["paragraph", "format_paragraph", "formatBlock", "p"],
    ["list", "format_list_bulleted", "insertUnorderedList"], ["numbers", "format_list_numbered", "insertOrderedList"],
    ["plain", "format_clear", "removeFormat"],
  ];

  function start(box) {
    const area = box.querySelector("textarea");
    const words = JSON.parse(box.querySelector("script[data-words]").textContent);
    const page = document.createElement("div");
    const bar = document.createElement("div");
    const note = document.createElement("p");
    let showsSource = false;

    const store = () => {
      if (!showsSource) area.value = page.textContent.trim() || page.querySelector("img, table, hr") ? page.innerHTML : "";
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const button = (name, icon, act) => {
      const one = Object.assign(document.createElement("button"), { type: "button", title: words[name] });
      const drawing = Object.assign(document.createElement("span"), { className: "material-symbols-outlined", textContent: icon });
      drawing.setAttribute("aria-hidden", "true");
      one.append(drawing);
      one.setAttribute("aria-label", words[name]);
      one.addEventListener("mousedown", (event) => event.preventDefault());
      one.addEventListener("click", act);
      bar.append(one);
      return one;
    };
    // Where the next picture goes: where the caret was before a dialog took the focus, else the end.
    let caret = null;
    const keepCaret = () => {
      const selection = window.getSelection();
      caret = document.createRange();
      caret.selectNodeContents(page);
      caret.collapse(false);
      if (selection.rangeCount && page.contains(selection.anchorNode)) caret = selection.getRangeAt(0).cloneRange();
    };
    const run = (command, value) => {
      page.focus();
      if (caret) {
        window.getSelection().removeAllRanges();
        window.getSelection().addRange(caret);
        caret = null;
      }
      document.execCommand(command, false, value);
      store();
    };
    const insert = (url) => {
      const picture = Object.assign(document.createElement("img"), { src: url, alt: "" });
      run("insertHTML", picture.outerHTML);
    };
    const upload = async (list) => {
      const token = box.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
      for (const file of list) {
        note.textContent = words.uploading.replace("%s", file.name);
        const body = new FormData();
        body.append("file", file);
        const answer = await fetch(box.dataset.upload, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } })
          .catch(() => null);
        const said = await answer?.json().catch(() => ({}));
        note.textContent = answer?.ok ? "" : said?.message || words.failed;
        if (answer?.ok) insert(said.large);
      }
    };

    BUTTONS.forEach(([name, icon, command, value]) => button(name, icon, () => run(command, value)));
    button("link", "link", () => {
      const address = window.prompt(words.link_address, "https://");
      if (address && address !== "https://") run("createLink", address);
    });
    if (box.dataset.upload) button("picture", "add_photo_alternate", () => {
      keepCaret();
      window.weipuBrowse(true, "image/*", upload);
    });
    if (box.dataset.choose) {
      button("library", "photo_library", keepCaret).dataset.pick = "";
      box.append(bar);
      // Nothing outside the chooser takes the focus before it is closed.
      const add = (asset) => setTimeout(() => insert(asset.large));
      window.weipuChooser(box, { chosen: () => [], room: (count) => count, add, full: () => {} });
    }
    const source = button("source", "code", () => {
      if (showsSource) page.innerHTML = clean(area.value); else store();
      showsSource = !showsSource;
      area.hidden = !showsSource;
      page.hidden = showsSource;
      source.setAttribute("aria-pressed", showsSource);
    });

    // Only for the eye of who types it: no scripts and handlers run in a document that is not shown.
    const clean = (html) => {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      parsed.querySelectorAll("script, style, iframe, object, embed, link, meta, base, form, svg, math, template").forEach((one) => one.remove());
      parsed.querySelectorAll("*").forEach((one) => [...one.attributes].forEach((attribute) => {
        const address = ["src", "href"].includes(attribute.name) && !/^\s*(?:javascript|data|vbscript):/i.test(attribute.value);
        if (!address && !["alt", "colspan", "rowspan", "start"].includes(attribute.name)) one.removeAttribute(attribute.name);
      }));
      return parsed.body.innerHTML;
    };

    bar.className = "weipu-richtext-bar";
    page.className = "weipu-richtext-page";
    note.className = "weipu-soft";
    page.contentEditable = "true";
    page.setAttribute("role", "textbox");
    page.setAttribute("aria-multiline", "true");
    page.setAttribute("aria-label", area.getAttribute("aria-label") || words.label);
    page.innerHTML = clean(area.value);
    page.addEventListener("input", (event) => { event.stopPropagation(); store(); });
    page.addEventListener("paste", (event) => {
      const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (pictures.length && box.dataset.upload) { event.preventDefault(); upload(pictures); return; }
      const html = event.clipboardData.getData("text/html");
      if (html) { event.preventDefault(); run("insertHTML", clean(html)); }
    });
    document.execCommand("defaultParagraphSeparator", false, "p");
    area.hidden = true;
    area.before(bar, page);
    area.after(note);
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-richtext]").forEach(start));
})();
