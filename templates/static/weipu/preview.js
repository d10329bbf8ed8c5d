// The telephone of the preview: as large as the window has room for, and started again without what it kept.
{
    const telephone = document.querySelector(".weipu-telephone");
    const frame = telephone.querySelector("iframe");
    const SMALLEST = 0.75, BORDERS = 16, BELOW = 24;

    const fit = () => {
        const width = telephone.parentElement.clientWidth - BORDERS;
        const height = window.innerHeight - telephone.getBoundingClientRect().top - window.scrollY - BORDERS - BELOW;
        const scale = Math.min(1, width / 390, Math.max(height / 844, SMALLEST));
        telephone.style.setProperty("--scale", scale.toFixed(3));
    };
    window.addEventListener("resize", fit);
    fit();

    document.querySelector("[data-restart]").addEventListener("click", ({ currentTarget }) => {
        const { restart } = currentTarget.dataset;
        Object.keys(localStorage).filter((key) => key.startsWith(restart)).forEach((key) => localStorage.removeItem(key));
        frame.contentWindow.location.replace(frame.src);
    });
}
