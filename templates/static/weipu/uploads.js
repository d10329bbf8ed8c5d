// Sends files to the library, two at a time, and tells how far each has come.
(function () {
    "use strict";

    const AT_ONCE = 2;
    const waiting = [];
    let running = 0;

    function token() {
        const field = document.querySelector("input[name=csrfmiddlewaretoken]");
        return field ? field.value : "";
    }

    function answerOf(request) {
        try { return JSON.parse(request.responseText); } catch { return null; }
    }

    function send(job) {
        running += 1;
        const request = new XMLHttpRequest();
        const form = new FormData();
        form.append("file", job.file);
        for (const [name, value] of Object.entries(job.fields || {})) form.append(name, value);
        const end = (call, value) => {
            running -= 1;
            call(value);
            next();
        };
        request.open("POST", job.address);
        request.setRequestHeader("X-CSRFToken", token());
        request.setRequestHeader("Accept", "application/json");
        request.upload.addEventListener("progress", (event) => {
            if (event.lengthComputable) job.progress(Math.round((100 * event.loaded) / event.total));
        });
        request.addEventListener("load", () => {
            const answer = answerOf(request);
            if (request.status === 201 && answer) end(job.done, answer);
            else if (answer && answer.message) end(job.failed, answer.message);
            else end(job.failed, request.status < 400 ? job.texts.login : job.texts.failed);
        });
        request.addEventListener("error", () => end(job.failed, job.texts.failed));
        request.addEventListener("abort", () => end(job.failed, job.texts.failed));
        request.send(form);
    }

    function next() {
        while (running < AT_ONCE && waiting.length) send(waiting.shift());
    }

    // job: {file, address, fields, texts: {login, failed}, progress(percent), done(asset), failed(text)}
    window.weipuUpload = function (job) {
        waiting.push(job);
        next();
    };

    // Opens the browser's dialog for pictures; calls back with the list of files. The input stays out of the page,
    // where the back office's own script would take it for a field of the form.
    window.weipuBrowse = function (several, accept, call) {
        const input = document.createElement("input");
        input.type = "file";
        input.accept = accept;
        input.multiple = several;
        input.addEventListener("change", () => call(Array.from(input.files)));
        input.click();
    };

    // Lets files be dropped on an element; calls back with the list of files.
    window.weipuDrop = function (element, call) {
        let depth = 0;
        const holds = (event) => Array.from(event.dataTransfer ? event.dataTransfer.types : []).includes("Files");
        element.addEventListener("dragenter", (event) => {
            if (!holds(event)) return;
            event.preventDefault();
            depth += 1;
            element.classList.add("is-over");
        });
        element.addEventListener("dragover", (event) => { if (holds(event)) event.preventDefault(); });
        element.addEventListener("dragleave", () => {
            depth = Math.max(0, depth - 1);
            if (!depth) element.classList.remove("is-over");
        });
        element.addEventListener("drop", (event) => {
            if (!holds(event)) return;
            event.preventDefault();
            depth = 0;
            element.classList.remove("is-over");
            call(Array.from(event.dataTransfer.files));
        });
    };
})();
