// Load what judges answers once a hand comes near the question of a page, or if the
// reader has answered or solved something here before.
(() => {
  const ours = window.exampleOutput;
  const { part } = document.currentScript.dataset;
  const box = document.querySelector(".predict");
  let loading;
  const near = ({ type, target }) => {
    const isClick = type === "click" && target.matches("button");
    (loading ??= ours.load(part)).then(
      () => isClick && ours.answer(target),
      () => {
        loading = undefined; // the next one is another try
        if (isClick) box.querySelector("output").textContent = ours._("It could not be judged. Are you online?");
      },
    );
  };
  for (const kind of ["pointerenter", "focusin", "click"]) box?.addEventListener(kind, near);
  try {
    const isKept = (what) => localStorage.getItem(`example-${what} ${location.pathname}`);
    if (isKept("predict") || isKept("solved")) near({});
  } catch {} // a browser may refuse to store anything
})();
