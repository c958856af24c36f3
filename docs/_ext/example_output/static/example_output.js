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
