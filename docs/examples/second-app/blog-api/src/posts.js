/**
 * The posts of a data file, newest first.
 * @param {string} json
 * @returns {{ title: string, text: string }[]}
 * @throws TypeError that names the post without a title or text
 */
export function readPosts(json) {
  return JSON.parse(json).map((post, index) => {
    if (typeof post.title !== 'string' || typeof post.text !== 'string') {
      throw new TypeError(`posts[${index}]: should have a title and a text`);
    }
    return { title: post.title, text: post.text };
  });
}
