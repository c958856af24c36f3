/* How results of the search are ranked, and what is done about a typo.

   Sphinx puts this into its language_data.js, which comes after its searchtools.js.

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

/* A word that no page has is replaced by the nearest one that pages have. */
(() => {
  // The number of letters to insert, delete, change or swap; `most` if it is more.
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) >= most) return most;
    let before = [];
    let last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(
          last[j] + 1,
          row[j - 1] + 1,
          last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
        );
        if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) >= most) return most;
      [before, last] = [last, row];
    }
    return Math.min(last[b.length], most);
  };

  const nearest = (word, known) => {
    if (word.length < 4 || known.some((term) => term.includes(word))) return null;
    let most = word.length < 7 ? 2 : 3;
    let found = null;
    for (const term of known) {
      const apart = distance(word, term, most);
      if (apart < most) [most, found] = [apart, term];
    }
    return found;
  };

  // Words are stems by now; the reader is told of the word as it was typed.
  const tell = (query, stem, found) => {
    const stemmer = new Stemmer();
    const typed = splitQuery(query.trim()).find(
      (word) => stemmer.stemWord(word.toLowerCase()) === stem,
    );
    const note = document.createElement("p");
    note.className = "search-typo";
    note.setAttribute("role", "status");
    note.textContent = `No page has “${typed}”. Below are pages with “${found}”.`;
    Search.title.after(note);
  };

  const parse = Search._parseQuery;
  Search._parseQuery = (query) => {
    const [, words, ...others] = parse(query);
    const { terms, titleterms } = Search._index;
    const known = [...new Set([...Object.keys(titleterms), ...Object.keys(terms)])];
    const mended = new Set();
    for (const word of words) {
      const found = nearest(word, known);
      if (found) tell(query, word, found);
      mended.add(found || word);
    }
    return [query, mended, ...others];
  };
})();
