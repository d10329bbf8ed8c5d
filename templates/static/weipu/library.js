// Uploads on the library's own page; the shelf is shown anew when all have arrived.
(function () {
    "use strict";

    document.addEventListener("DOMContentLoaded", () => {
        const root = document.querySelector("[data-shelf]");
        if (!root) return;
        const queue = root.querySelector(".weipu-shelf-queue");
        const texts = root.dataset;
        let open = 0;
        let failures = 0;

        function ended() {
            open -= 1;
            if (!open && !failures) window.location.reload();
        }

        function upload(file) {
            const row = document.createElement("li");
            const name = document.createElement("span");
            const bar = document.createElement("progress");
            name.textContent = file.name;
            bar.className = "weipu-progress";
            bar.max = 100;
            bar.value = 0;
            row.append(name, bar);
            queue.append(row);
            open += 1;
            const settle = (text) => {
                const words = document.createElement("span");
                words.textContent = text;
                bar.replaceWith(words);
                ended();
            };
            window.weipuUpload({
                file,
                address: texts.upload,
                fields: { folder: texts.folder },
                texts: { login: texts.textLogin, failed: texts.textFailed },
                progress: (percent) => { bar.value = percent; },
                done: () => settle(texts.textDone),
                failed: (text) => {
                    failures += 1;
                    row.classList.add("is-failed");
                    settle(text);
                },
            });
        }

        function take(chosen) {
            failures = 0;
            queue.replaceChildren();
            chosen.forEach(upload);
        }

        root.querySelector("[data-add]").addEventListener("click", () => window.weipuBrowse(true, texts.accept, take));
        window.weipuDrop(root, take);
    });
})();
