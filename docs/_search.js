/* How results of the search are ranked; Sphinx puts this into its own script.

   Sphinx scores a page by the best of its words, so many pages tie.  A page whose
   title has the reader's words comes first here, and pages about the site last. */
"use strict";

var Scorer = {
  score: ([page, title, , , score]) => {
    const query = new URLSearchParams(window.location.search).get("q") || "";
    const words = query.toLowerCase().split(/[^\w]+/).filter(Boolean);
    const titleWords = title.toLowerCase().split(/[^\w]+/);
    const shared = words.filter((word) => titleWords.includes(word)).length;
    const about = page.startsWith("about/") || page === "contributing";
    return score + 4 * shared - (about ? 10 : 0);
  },

  // Sphinx's own weights.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
