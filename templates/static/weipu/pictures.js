// The field for pictures of a form: upload, choose, order, remove.
(function () {
    "use strict";

    function start(root) {
        if (root.dataset.started || root.closest(".empty-form")) return;
        root.dataset.started = "1";
        const input = root.querySelector("input[type=hidden]");
        const list = root.querySelector(".weipu-pictures-list");
        const status = root.querySelector(".weipu-pictures-status");
        const tile = root.querySelector("template[data-tile]");
        const texts = root.dataset;
        const most = Number(texts.most);
        let uploading = 0;

        const tiles = () => Array.from(list.children);
        const say = (text) => { status.textContent = text; };

        function keep() {
            const keys = tiles().map((item) => item.dataset.key).filter(Boolean);
            if (input.value !== keys.join(",")) {
                input.value = keys.join(",");
                input.dispatchEvent(new Event("change", { bubbles: true }));
            }
            if (texts.textCover) tiles().forEach((item, place) => {
                if (place) delete item.dataset.cover;
                else item.dataset.cover = texts.textCover;
            });
        }

        function room() {
            return most - tiles().filter((item) => !item.classList.contains("is-failed")).length;
        }

        function add(title, source, key) {
            const item = tile.content.firstElementChild.cloneNode(true);
            item.setAttribute("aria-label", title);
            show(item, title, source);
            if (key) settle(item, key);
            list.append(item);
            return item;
        }

        function show(item, title, source) {
            const image = item.querySelector("img");
            if (!image) item.querySelector(".weipu-pictures-film").textContent = title;
            else {
                if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
                image.src = source;
            }
        }

        function settle(item, key) {
            item.dataset.key = key;
            const bar = item.querySelector("progress");
            if (bar) bar.remove();
        }

        function fail(item, text) {
            item.classList.add("is-failed");
            const bar = item.querySelector("progress");
            if (bar) bar.remove();
            const words = document.createElement("span");
            words.className = "weipu-pictures-error";
            words.textContent = text;
            item.append(words);
            say(text);
        }

        function makeRoom(count) {
            if (most === 1 && count) tiles().forEach((item) => item.remove());
            return room();
        }

        function take(chosen) {
            say("");
            const allowed = makeRoom(chosen.length);
            if (chosen.length > allowed) say(texts.textMany);
            for (const file of chosen.slice(0, Math.max(0, allowed))) upload(file);
        }

        function upload(file) {
            const meant = texts.accept.split(",").includes(file.type);
            const item = add(file.name, meant && texts.kind === "PICTURE" ? URL.createObjectURL(file) : "");
            if (!meant) return fail(item, texts.textKind);
            if (file.size > Number(texts.largest)) return fail(item, texts.textLarge);
            uploading += 1;
            const bar = item.querySelector("progress");
            window.weipuUpload({
                file,
                address: texts.upload,
                texts: { login: texts.textLogin, failed: texts.textFailed },
                progress: (percent) => { bar.value = percent; },
                done: (asset) => {
                    uploading -= 1;
                    show(item, asset.title, asset.small);
                    settle(item, asset.key);
                    // The same file twice is one picture.
                    tiles().filter((other) => other !== item && other.dataset.key === asset.key).forEach((other) => other.remove());
                    keep();
                },
                failed: (text) => {
                    uploading -= 1;
                    fail(item, text);
                },
            });
            return undefined;
        }

        function move(item, step) {
            const others = tiles();
            const place = others.indexOf(item) + step;
            if (place < 0 || place >= others.length) return;
            list.insertBefore(item, step < 0 ? others[place] : others[place].nextSibling);
            keep();
            say(texts.textMoved.replace("{place}", place + 1));
        }

        function remove(item) {
            const next = item.nextElementSibling || item.previousElementSibling;
            item.remove();
            keep();
            (next || root.querySelector("[data-add]")).focus();
        }

        list.addEventListener("click", (event) => {
            const item = event.target.closest("li");
            const button = event.target.closest("button");
            if (!item || !button) return;
            if (button.dataset.move) {
                move(item, Number(button.dataset.move));
                button.focus();
            } else remove(item);
        });
        list.addEventListener("keydown", (event) => {
            if (event.target.tagName !== "LI") return;
            const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
            if (step) {
                move(event.target, step);
                event.target.focus();
            } else if (event.key === "Delete" || event.key === "Backspace") remove(event.target);
            else return;
            event.preventDefault();
        });

        let dragged = null;
        let from = null;
        list.addEventListener("pointerdown", (event) => {
            const item = event.target.closest("li");
            if (!item || event.button || event.target.closest("button")) return;
            dragged = item;
            from = { x: event.clientX, y: event.clientY };
        });
        document.addEventListener("pointermove", (event) => {
            if (!dragged) return;
            if (!dragged.classList.contains("is-dragged")) {
                if (Math.hypot(event.clientX - from.x, event.clientY - from.y) < 6) return;
                dragged.classList.add("is-dragged");
            }
            event.preventDefault();
            const under = document.elementFromPoint(event.clientX, event.clientY);
            const item = under && under.closest("li");
            if (!item || item === dragged || item.parentElement !== list) return;
            const box = item.getBoundingClientRect();
            list.insertBefore(dragged, event.clientX > box.left + box.width / 2 ? item.nextSibling : item);
        });
        const drop = () => {
            if (!dragged) return;
            dragged.classList.remove("is-dragged");
            dragged = null;
            keep();
        };
        document.addEventListener("pointerup", drop);
        document.addEventListener("pointercancel", drop);

        root.querySelector("[data-add]").addEventListener("click", () => window.weipuBrowse(most > 1, texts.accept, take));
        window.weipuDrop(root, take);
        const form = root.closest("form");
        if (form) form.addEventListener("submit", (event) => {
            if (!uploading) return;
            event.preventDefault();
            say(texts.textWait);
            root.scrollIntoView({ block: "center" });
        });
        chooser(root, {
            chosen: () => tiles().map((item) => item.dataset.key).filter(Boolean),
            room: (count) => makeRoom(count),
            add: (asset) => { add(asset.title, asset.small, asset.key); keep(); },
            full: () => say(texts.textMany),
        });
        keep();
    }

    function chooser(root, field) {
        const dialog = root.querySelector("dialog");
        const list = dialog.querySelector("ul");
        const search = dialog.querySelector("input[type=search]");
        const more = dialog.querySelector("[data-more]");
        const picked = new Map();
        let page = 1;
        let timer = 0;
        let asked = 0;

        async function load(fresh) {
            page = fresh ? 1 : page + 1;
            const number = ++asked;
            const address = new URL(root.dataset.choose, window.location.href);
            address.search = new URLSearchParams({ q: search.value, page, kind: root.dataset.kind });
            const response = await fetch(address, { headers: { Accept: "application/json" } });
            if (number !== asked) return;
            const found = response.ok && !response.redirected ? await response.json() : { results: [], next: false };
            if (fresh) list.replaceChildren();
            const has = new Set(field.chosen());
            for (const asset of found.results) if (!has.has(asset.key)) list.append(option(asset));
            more.hidden = !found.next;
            dialog.querySelector("[data-empty]").hidden = list.children.length > 0;
        }

        function option(asset) {
            const item = document.createElement("li");
            const button = document.createElement("button");
            const image = document.createElement("img");
            const title = document.createElement("span");
            button.type = "button";
            button.setAttribute("aria-pressed", picked.has(asset.key));
            if (asset.small) image.src = asset.small;
            image.alt = "";
            image.loading = "lazy";
            title.textContent = asset.title;
            button.append(image, title);
            button.addEventListener("click", () => {
                if (picked.has(asset.key)) picked.delete(asset.key);
                else {
                    if (root.dataset.most === "1") {
                        picked.clear();
                        list.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", "false"));
                    }
                    picked.set(asset.key, asset);
                }
                button.setAttribute("aria-pressed", picked.has(asset.key));
            });
            item.append(button);
            return item;
        }

        root.querySelector("[data-pick]").addEventListener("click", () => {
            picked.clear();
            search.value = "";
            dialog.showModal();
            load(true);
        });
        search.addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(() => load(true), 250);
        });
        search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
        more.addEventListener("click", () => load(false));
        dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
        dialog.querySelector("[data-confirm]").addEventListener("click", () => {
            const allowed = field.room(picked.size);
            if (picked.size > allowed) field.full();
            Array.from(picked.values()).slice(0, Math.max(0, allowed)).forEach(field.add);
            dialog.close();
        });
    }

    window.weipuChooser = chooser;

    function startAll(within) {
        within.querySelectorAll("[data-pictures]").forEach(start);
    }

    document.addEventListener("formset:added", (event) => startAll(event.target));
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => startAll(document));
    else startAll(document);
})();
