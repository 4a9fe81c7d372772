import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { readPosts } from '../src/posts.js';

it('reads the posts that are delivered', () => {
  const posts = readPosts(readFileSync(new URL('../data/posts.json', import.meta.url), 'utf8'));
  assert.ok(posts.length > 0);
});

it('names a post that is not complete', () => {
  assert.throws(() => readPosts('[{"title":"a","text":"b"},{"title":"c"}]'), /posts\[1\]/);
});
