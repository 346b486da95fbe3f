/** Actions: JSON by POST. An answer is `null` when it worked, else the phrase that says what did not. */

/** @typedef {import("./types.js").Phrase} Phrase */

const ANSWER_WITHIN_MS = 8000;

/**
 * @param {string} path below /api/v1/
 * @param {object} body
 * @returns {Promise<Phrase|null>}
 */
export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch {
    return { code: "no_answer" };
  }
  return answer.ok ? null : problemOf(answer);
}

/** @param {Response} answer @returns {Promise<Phrase>} */
async function problemOf(answer) {
  try {
    const { error } = await answer.json();
    return { code: error.code, params: error.params, message: error.message };
  } catch {
    return { code: "no_answer" };
  }
}
