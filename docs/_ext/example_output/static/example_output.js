// Where a page shows a part of a program, the copy button gives the whole of it.
// sphinx-copybutton looks its target up at each click, so it is set just before.
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
