// Which sections answer a query: MiniSearch, with what this site knows about queries.
//
// No part of a page is used here, so that tests can ask it in Node.  The pages come from
// searchsections.js; see site_extensions/search_index.py.
"use strict";

globalThis.makeSearch = (pages) => {
  // -- Words --------------------------------------------------------------------------

  const STOP = new Set(
    (
      "a about all am an and any are as at be because been but by can could did do does " +
      "doing for from get gets getting had has have having he her his how i if in into " +
      "is it its just like difference between versus vs make makes me my need no of on only or our should so some " +
      "still than that the their them then there these they this to too use used using " +
      "want was way we were what when where which while who why will with would you your " +
      "asyncio python"
    ).split(" "),
  );

  // What readers say for what the pages say; each word stands for all of its line.
  const SAME = [
    "concurrent parallel simultaneous overlap",
    "sequential consecutive serial",
    "cancel stop abort kill interrupt",
    "background forget",
    "result return value output",
    "limit throttle restrict maximum",
    "freeze block hang stuck",
    "disappear vanish lost destroyed",
    "exception error fail failure",
    "notebook jupyter ipython",
    "several multiple many",
    "version changes",
    "thread threads threading",
  ];

  const stemmer = new EnglishStemmer();
  const stems = new Map();
  const stem = (word) => {
    if (!stems.has(word)) stems.set(word, stemmer.stemWord(word));
    return stems.get(word);
  };

  const synonyms = new Map();
  for (const line of SAME) {
    const words = line.split(" ").map(stem);
    for (const word of words) synonyms.set(word, words.filter((w) => w !== word));
  }

  // Names, versions and words; a number alone is no word.
  const split = (text) => text.match(/\d+(?:\.\d+)+|[\p{L}_][\p{L}\p{N}_]*/gu) || [];

  // The words that a name is made of: create_task, TaskGroup.
  const parts = (name) =>
    /_|\p{Ll}\p{Lu}/u.test(name)
      ? name
          .replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2")
          .toLowerCase()
          .split("_")
          .filter(Boolean)
          .map(stem)
      : [];

  const termsOf = (word) => {
    const lower = word.toLowerCase();
    const inside = parts(word);
    if (inside.length) return [lower, ...inside];
    return [stem(lower)];
  };

  const known = new Set(); // all terms of the pages
  const tokenize = (text) => split(text).flatMap(termsOf);
  const indexed = (text) => {
    const terms = tokenize(text);
    for (const term of terms) known.add(term);
    return terms;
  };

  // -- The index ----------------------------------------------------------------------

  const index = new MiniSearch({
    fields: ["title", "page", "about", "text", "code"],
    tokenize: indexed,
    processTerm: (term) => term,
  });
  const sections = [];
  const owners = new Map(); // the page of each declared name
  const inTitles = new Set();
  for (const page of pages) {
    for (const name of page.names) owners.set(name.toLowerCase(), page);
    for (const section of page.sections) {
      const { title, text, code } = section;
      sections.push({ page, section });
      index.add({
        id: sections.length - 1,
        title,
        page: page.sections[0].title,
        about: page.about,
        text,
        code,
      });
      for (const term of tokenize(title)) inTitles.add(term);
    }
  }

  // -- Queries ------------------------------------------------------------------------

  // What differs from reader to reader: objects, addresses, files, places, numbers.
  const OWN = [
    /<?\bsys>?:\d+:/g,
    /Traceback \(most recent call last\):/g,
    /(?:File )?"[^"]*\.py", line \d+(?:, in [\w.<>]+)?/g,
    /<[^<>]*>/g,
    /\b0x[0-9a-f]+/gi,
    /\bline \d+/g,
    /\S*[/\\]\S*\.\w+\S*/g,
    /\S+\.py\b:?\d*:?/g,
  ];
  const QUOTED = /(['"`‘’“”])([^'"`‘’“”]*)['"`‘’“”]/g;

  const common = (query) => {
    let rest = query;
    for (const pattern of OWN)
      // Objects lie in objects: <Task pending coro=<work() ...>>
      while (rest.search(pattern) >= 0) rest = rest.replace(pattern, " ");
    // A quoted name stays if headings have it, as in: 'TaskGroup' object does not ...
    return rest.replace(QUOTED, (_, __, inside) =>
      split(inside).some((word) => inTitles.has(termsOf(word)[0])) ? ` ${inside} ` : " ",
    );
  };

  // The page that declares a name, with or without what it is a part of:
  // asyncio.create_task(), tg.create_task.
  const ownerOf = (name) => {
    let rest = name.toLowerCase();
    while (rest) {
      if (owners.has(rest)) return owners.get(rest);
      rest = rest.includes(".") ? rest.slice(rest.indexOf(".") + 1) : "";
    }
    return undefined;
  };

  const NAME = /^(?:await\s+|import\s+)?@?([A-Za-z_][\w.]*\*?)\s*(?:\(.*\))?:?$/;
  const declaredBy = (query) => {
    const whole = owners.get(query.trim().toLowerCase()); // "Ctrl+C", "task factory"
    if (whole) return whole;
    const match = NAME.exec(query.trim());
    return match ? ownerOf(match[1]) : undefined;
  };

  // Pages of names within a longer query, if it can be seen that they are names.
  const mentionedBy = (query) =>
    (query.match(/[A-Za-z_][\w.]*(?:\(\))?/g) || [])
      .filter((word) => /[._(]|\p{Ll}\p{Lu}/u.test(word))
      .map((word) => ownerOf(word.replace("()", "")))
      .filter((page, place, all) => page && all.indexOf(page) === place);

  // Such as "RuntimeError: no running event loop".
  const isMessage = (text) => /(?:Error|Warning|Exception|Group): /.test(text);

  // Two letters that changed places are one mistake.
  const swapped = (term) => {
    for (let i = 0; i + 1 < term.length; i++) {
      const other = term.slice(0, i) + term[i + 1] + term[i] + term.slice(i + 2);
      if (known.has(other)) return other;
    }
    return undefined;
  };

  const nearest = (term) => {
    if (term.length < 4) return undefined;
    const found = index.search(term, { fuzzy: 1, tokenize: (text) => [text] });
    const near = found.flatMap(({ terms }) => terms);
    const counts = new Map();
    for (const one of near) counts.set(one, (counts.get(one) || 0) + 1);
    // The first letter is seldom wrong, and a frequent word is likelier.
    const worth = (one) => (one[0] === term[0] ? 1000 : 0) + counts.get(one);
    return [...counts.keys()].sort((a, b) => worth(b) - worth(a))[0];
  };

  const begins = (term) => [...known].some((one) => one.startsWith(term));

  // The terms of a query, and what was taken for a typo: pairs of words.
  const understand = (query) => {
    const terms = new Map(); // each with its weight
    const typos = [];
    const add = (term, weight) =>
      terms.set(term, Math.max(weight, terms.get(term) || 0));
    const all = split(common(query));
    const telling = all.filter((word) => !STOP.has(word.toLowerCase()));
    const words = telling.length ? telling : all;
    words.forEach((word, place) => {
      const [whole, ...inside] = termsOf(word);
      if (known.has(whole)) {
        add(whole, 1);
        for (const other of synonyms.get(whole) || []) add(other, 0.5);
        return;
      }
      if (place === words.length - 1 && begins(whole)) return add(whole, 1);
      const lower = word.toLowerCase();
      const meant =
        swapped(lower) || swapped(whole) || nearest(whole) || nearest(lower);
      if (meant) {
        typos.push([word, meant]);
        add(meant, 1);
        return;
      }
      for (const part of inside) add(part, 0.7);
      if (!inside.length) add(whole, 1); // known nowhere
    });
    return { terms, typos };
  };

  // -- Ranks --------------------------------------------------------------------------

  const FIELDS = { title: 4, page: 1.5, about: 2, text: 1, code: 0.5 };

  const rarity = (term) => {
    const count = index.search(term, { tokenize: (text) => [text] }).length;
    return count ? Math.log(1 + sections.length / count) : 0;
  };

  // How much of the query a section answers, and of its heading is asked for.
  const covering = (found, rarities, section) => {
    let all = 0;
    let met = 0;
    for (const [term, weight] of rarities) {
      all += weight;
      if (found.has(term)) met += weight;
    }
    const heading = split(section.title)
      .filter((word) => !STOP.has(word.toLowerCase()))
      .map((word) => termsOf(word)[0]);
    const asked = heading.filter((term) => rarities.has(term)).length;
    const exact = heading.length ? asked / heading.length : 0;
    const whole = section.id ? 1 : 1.25; // the page as a whole answers more
    return whole * (0.2 + 0.8 * (all ? (met / all) ** 2 : 0)) * (1 + exact ** 2);
  };

  const rank = (query, terms) => {
    const list = [...terms.keys()];
    const last = list[list.length - 1];
    const rarities = new Map(
      list.filter((t) => terms.get(t) >= 0.7).map((t) => [t, rarity(t)]),
    );
    const results = index.search(list.join(" "), {
      tokenize: (text) => text.split(" "),
      prefix: (term) => term === last && term.length > 1,
      boost: FIELDS,
      boostTerm: (term) => terms.get(term),
      weights: { fuzzy: 0.4, prefix: 0.3 },
    });
    return results.map(({ id, score, queryTerms }) => {
      const { page, section } = sections[id];
      const matched = new Set(queryTerms);
      for (const term of queryTerms)
        for (const other of synonyms.get(term) || []) matched.add(other);
      const message = isMessage(query) && isMessage(section.title) ? 1.5 : 1;
      const covered = covering(matched, rarities, section);
      return { page, section, score: score * page.weight * covered * message };
    });
  };

  // A page counts as its best section, and a little for each further one.
  const group = (ranked, first, mentioned) => {
    const groups = new Map();
    for (const result of ranked.sort((a, b) => b.score - a.score)) {
      const { page, score } = result;
      const one = groups.get(page) || { page, score: 0, sections: [] };
      one.score += one.sections.length ? score * 0.08 : score;
      one.sections.push(result.section);
      groups.set(page, one);
    }
    // What a single name is about; two of them are compared elsewhere.
    if (mentioned.length === 1 && groups.has(mentioned[0]))
      groups.get(mentioned[0]).score *= 1.5;
    if (first && !groups.has(first))
      groups.set(first, { page: first, score: 0, sections: [first.sections[0]] });
    if (first) groups.get(first).score = Infinity;
    const all = [...groups.values()].sort((a, b) => b.score - a.score);
    const best = all.find(({ score }) => score < Infinity)?.score || 0;
    return all.filter(({ score }) => score > best / 10);
  };

  // -- Excerpts -----------------------------------------------------------------------

  // The sentence of a section that has most of the words.
  const excerpt = (section, terms) => {
    const worth = (text) => new Set(tokenize(text).filter((t) => terms.has(t))).size;
    const sentences = section.text.split(/\n|(?<=[.:?!]) (?=\p{Lu})/u);
    let best = sentences[0] || "";
    for (const one of sentences) if (worth(one) > worth(best)) best = one;
    return best.length > 160 ? `${best.slice(0, 157).trimEnd()} …` : best;
  };

  /* The pages that answer a query, the best first, each with its best sections. */
  const search = (query) => {
    const { terms, typos } = understand(query);
    const alone = typos.length && split(query).length === 1;
    const first = declaredBy(alone ? typos[0][1] : query);
    const ranked = terms.size ? rank(query, terms) : [];
    const groups = group(ranked, first, mentionedBy(query));
    const results = groups.map(({ page, sections: found, score }) => ({
      name: page.name,
      title: page.sections[0].title,
      url: page.url,
      score,
      sections: found.slice(0, 3).map((section) => ({
        title: section.title,
        url: section.id ? `${page.url}#${section.id}` : page.url,
        excerpt: excerpt(section, terms),
      })),
    }));
    return { results, typos: typos.map(([typed, meant]) => ({ typed, meant })) };
  };

  return { search };
};
