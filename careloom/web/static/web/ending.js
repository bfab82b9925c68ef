// What a page still has to say before the session ends: it is said and answered first, so that nothing of it comes to a site that knows
// nobody any more. After two seconds without an answer the session ends all the same.
const MOST = 2_000;
const last = [];

export const lastly = (say) => last.push(say);

export const end = () => Promise.race([Promise.allSettled(last.map((say) => say())), new Promise((gone) => setTimeout(gone, MOST))]);
