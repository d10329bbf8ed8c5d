/* Scans a code with the camera where the browser can; everywhere else it is typed. */
(() => {
  const button = document.getElementById("scan");
  const video = document.getElementById("camera");
  if (!button || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  button.hidden = false;
  let stream = null;

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
  };

  const look = async (detector) => {
    if (!stream) return;
    const [found] = await detector.detect(video).catch(() => []);
    const digits = (found?.rawValue || "").replace(/\D/g, "");
    if (digits.length === 12) {
      stop();
      const form = document.getElementById("find-code");
      form.elements.code.value = digits;
      form.submit();
      return;
    }
    setTimeout(() => look(detector), 250);
  };

  button.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      button.hidden = true;
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    look(new BarcodeDetector({ formats: ["qr_code", "code_128"] }));
  });
})();
