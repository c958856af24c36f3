// Show the checks of the exercise on a page as open, and whether it was solved before.
//
// `run/judge.js`, which judges a run, is loaded with the other scripts of Run.  That an
// exercise is solved is kept in this browser alone.
(() => {
  const { _ } = window.exampleOutput;
  const box = document.querySelector(".exercise");
  // Where nothing can be run, the checks stay a plain list.
  if (!box?.querySelector(".example-actions button")) return;
  const make = (name, className) => Object.assign(document.createElement(name), { className });
  const list = box.querySelector(".exercise-checks");
  for (const item of list.children) {
    item.dataset.state = "open";
    item.prepend(make("strong", "exercise-mark"));
    item.firstChild.textContent = _("Open");
  }
  // It enters the page with what was kept, so that only what is new is announced.
  const status = make("p", "exercise-status");
  status.role = "status";
  try {
    if (localStorage.getItem(`example-solved ${location.pathname}`)) {
      box.classList.add("exercise-solved");
      status.textContent = _("You have solved it before.");
    }
  } catch {} // a browser may refuse to store anything
  box.role = "group";
  box.ariaLabel = _("Exercise");
  list.after(status);
})();
