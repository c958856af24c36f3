// If a page shows only a part of a program, its copy button copies the whole program.
// sphinx-copybutton looks up its target at each click, so it is set just before.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest(".copybtn");
    const box = button && button.closest(".example-source");
    const complete = box && box.querySelector(".example-complete");
    if (complete) button.dataset.clipboardTarget = `#${complete.id}`;
  },
  true,
);

// Tick the links to pages whose exercise the reader has solved.
const tickSolved = () => {
  try {
    if (!Object.keys(localStorage).some((key) => key.startsWith("example-solved "))) return;
    for (const link of document.querySelectorAll("aside a, .practice-list a")) {
      // Other links with a hash are those of a table of contents.
      if (link.hash && link.hash !== "#exercise") continue;
      const known = localStorage.getItem(`example-solved ${link.pathname}`);
      if (!known || link.querySelector(".exercise-tick")) continue;
      const tick = Object.assign(document.createElement("span"), {
        className: "exercise-tick",
        role: "img",
        ariaLabel: "solved",
        textContent: "✓",
      });
      link.append(" ", tick);
    }
  } catch {} // a browser may refuse to store anything
};
document.addEventListener("DOMContentLoaded", tickSolved);
document.addEventListener("example-solved", tickSolved);
